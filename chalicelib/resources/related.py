"""What several resources show around them. Each is imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.operations.context import Context
from chalicelib.operations.shapes import CREDIT, PAYMENT
from chalicelib.resources.declare import Include, Resource
from chalicelib.store.record import Record


def clients() -> Resource:
    from chalicelib.resources.clients import CLIENTS

    return CLIENTS


def invoices() -> Resource:
    from chalicelib.resources.invoices import INVOICES

    return INVOICES


def payments() -> Resource:
    from chalicelib.resources.money import PAYMENTS

    return PAYMENTS


def credits() -> Resource:
    from chalicelib.resources.money import CREDITS

    return CREDITS


def _documents() -> Resource:
    from chalicelib.resources.documents import DOCUMENTS

    return DOCUMENTS


def client_of(context: Context, records: Sequence[Record]) -> list[list[Record]]:
    """The client of each record, whatever its state."""
    from chalicelib.operations.lists import by_ids

    found = {client.id: client for client in by_ids(context, "client", [record.client for record in records])}
    return [[found[record.client]] if record.client in found else [] for record in records]


def invoice_of(context: Context, records: Sequence[Record]) -> list[list[Record]]:
    """The invoice that each record names."""
    from chalicelib.operations.lists import by_ids

    ids = [record.data.get("invoice_id", 0) for record in records]
    found = {invoice.id: invoice for invoice in by_ids(context, "invoice", ids)}
    return [[found[number]] if number in found else [] for number in ids]


def invoices_of(context: Context, clients: Sequence[Record]) -> list[list[Record]]:
    """The active invoices of each client."""
    from chalicelib.operations.lists import of_client

    return [of_client(context, "invoice", client.id, active_only=True) for client in clients]


def payments_of(context: Context, invoices: Sequence[Record]) -> list[list[Record]]:
    """The active payments of each invoice, read once per client."""
    from chalicelib.operations.lists import of_client

    clients = {invoice.client for invoice in invoices}
    found = {
        client: of_client(context, PAYMENT.kind, client, active_only=True) for client in clients if client
    }
    return [
        [payment for payment in found.get(invoice.client, []) if payment.data.get("invoice_id") == invoice.id]
        for invoice in invoices
    ]


def credits_of(context: Context, clients: Sequence[Record]) -> list[list[Record]]:
    """The active credits of each client."""
    from chalicelib.operations.lists import of_client

    return [of_client(context, CREDIT.kind, client.id, active_only=True) for client in clients]


def documents_of(kind: str) -> Include:
    """The documents of each record of a kind."""

    def load(context: Context, records: Sequence[Record]) -> list[list[Record]]:
        from chalicelib.operations import documents

        return documents.of_parents(context, kind, [record.id for record in records])

    return Include(_documents, load)
