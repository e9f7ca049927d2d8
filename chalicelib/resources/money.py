"""Payments and credits."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.billing.payments import PaymentStatus
from chalicelib.operations import credits, payments
from chalicelib.operations.context import Context
from chalicelib.operations.crud import ACTIONS
from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.lists import by_ids, of_client
from chalicelib.operations.shape import option
from chalicelib.operations.shapes import CREDIT, PAYMENT
from chalicelib.resources.declare import Include, Resource, bodiless
from chalicelib.store.record import Record


def _client() -> Resource:
    from chalicelib.resources.clients import CLIENTS

    return CLIENTS


def _invoice() -> Resource:
    from chalicelib.resources.invoices import INVOICES

    return INVOICES


def client_of(context: Context, records: Sequence[Record]) -> list[list[Record]]:
    """The client of each record, whatever its state."""
    found = {client.id: client for client in by_ids(context, "client", [record.client for record in records])}
    return [[found[record.client]] if record.client in found else [] for record in records]


def _invoice_of(context: Context, records: Sequence[Record]) -> list[list[Record]]:
    ids = [record.data.get("invoice_id", 0) for record in records]
    found = {invoice.id: invoice for invoice in by_ids(context, "invoice", ids)}
    return [[found[number]] if number in found else [] for number in ids]


def payments_of(context: Context, invoices: Sequence[Record]) -> list[list[Record]]:
    """The active payments of each invoice, read once per client."""
    clients = {invoice.client for invoice in invoices}
    found = {
        client: of_client(context, PAYMENT.kind, client, active_only=True) for client in clients if client
    }
    return [
        [payment for payment in found.get(invoice.client, []) if payment.data.get("invoice_id") == invoice.id]
        for invoice in invoices
    ]


def credits_of(context: Context, clients: Sequence[Record]) -> list[list[Record]]:
    return [of_client(context, CREDIT.kind, client.id, active_only=True) for client in clients]


def _in(status: PaymentStatus) -> Word:
    return Word(test=lambda _, data, __: data["payment_status_id"] == status)


PAYMENTS = Resource(
    "payments",
    PAYMENT,
    includes={
        "client": Include(_client, client_of, many=False),
        "invoice": Include(_invoice, _invoice_of, many=False),
    },
    by_client=True,
    create=payments.create,
    update=payments.update,
    act=payments.act,
    accepts=(
        option("invoice_id", "integer", "The invoice that is paid.", updates=False),
        option("email_receipt", "boolean", "Mail the client a receipt, of a refund too."),
    ),
    needs=("invoice_id", "amount"),
    example={"invoice_id": 1, "amount": 100, "payment_type_id": 2, "transaction_reference": "T-1"},
    example_answer={"invoice_id": 1, "invoice_number": "0001"},
    actions=(*ACTIONS, payments.REFUND),
    filters=Filterable(
        text=("transaction_reference", "invoice_number", "private_notes"),
        date="payment_date",
        words={status.name.lower(): _in(status) for status in PaymentStatus},
        sorts=("amount", "payment_date", "transaction_reference", "invoice_number", "client_id"),
    ),
)

CREDITS = Resource(
    "credits",
    CREDIT,
    credits.PLAN,
    by_client=True,
    create=credits.create,
    update=credits.update,
    act=bodiless(credits.act),
    accepts=(option("client_id", "integer", "The client who gets it.", updates=False),),
    example={"client_id": 1, "amount": 50},
    example_answer={"balance": 50},
    filters=Filterable(
        text=("credit_number", "public_notes", "private_notes"),
        date="credit_date",
        balance="balance",
        sorts=("credit_number", "amount", "balance", "credit_date", "client_id"),
    ),
)
