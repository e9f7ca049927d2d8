"""Invoices, quotes and recurring templates with their lines and invitations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from chalicelib.billing.status import OPEN, InvoiceStatus, is_overdue
from chalicelib.operations import actions
from chalicelib.operations.context import Context
from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.shape import Data, option
from chalicelib.operations.shapes import INVITATION, INVOICE, ITEM
from chalicelib.operations.shapes.account import REMINDERS
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD, TEMPLATE
from chalicelib.resources.declare import Include, Resource, bodiless, embedded
from chalicelib.resources.related import client_of, clients, documents_of, payments, payments_of
from chalicelib.store.record import Record


def _document(shown: Data, record: Record, _: Context) -> None:
    quote = record.subtype == QUOTE
    shown["invoice_status_id"] = record.status
    shown["invoice_type_id"] = QUOTE if quote else STANDARD
    shown["is_recurring"] = record.subtype == TEMPLATE
    shown["is_quote"] = quote
    shown["filename"] = f"{'Quote' if quote else 'Invoice'}_{shown['invoice_number']}.pdf"


def _invitation_link(shown: Data, record: Record, context: Context) -> None:
    shown["link"] = f"{context.public_url}/view/{record.data['key']}"


def _item(invoice: Record, position: int, row: Data) -> Record:
    number = invoice.data.get("first_item_id", 0) + position
    return Record(ITEM.kind, number, row, updated=invoice.data.get("items_at", 0), owner=invoice.owner)


def _invitation(_: Record, __: int, row: Data) -> Record:
    return Record(INVITATION.kind, row["id"], row)


def _is_owed(invoice: Record, data: Data, _: date) -> bool:
    return invoice.subtype == STANDARD and not invoice.is_deleted and Decimal(data["balance"]) > 0


def _is_late(invoice: Record, data: Data, today: date) -> bool:
    partial, partial_due = Decimal(data["partial"]), data["partial_due_date"]
    return _is_owed(invoice, data, today) and is_overdue(data["due_date"], partial, partial_due, today)


FILTERS = Filterable(
    text=(
        "invoice_number", "po_number", "public_notes", "private_notes", "custom_text_value1",
        "custom_text_value2", "invoice_items.product_key", "invoice_items.notes",
        "invoice_items.custom_value1", "invoice_items.custom_value2",
    ),
    date="invoice_date",
    due="due_date",
    undue=frozenset({TEMPLATE}),
    balance="balance",
    words={
        **{status.name.lower(): Word(frozenset({status})) for status in InvoiceStatus},
        "unpaid": Word(OPEN, _is_owed),
        "overdue": Word(OPEN, _is_late),
    },
    sorts=(
        "invoice_number", "po_number", "amount", "balance", "invoice_date", "due_date", "client_id",
        "invoice_status_id",
    ),
)  # fmt: skip

ITEMS = Resource("invoice_items", ITEM)
INVITATIONS = Resource("invitations", INVITATION, compute=_invitation_link, bare=True)

_all_invitations = embedded("invitations", _invitation)


# ---- what only some requests need
def _create(context: Context, body: Mapping[str, Any]) -> Record:
    from chalicelib.operations import invoices

    return invoices.create(context, body)


def _update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    from chalicelib.operations import invoices

    return invoices.update(context, number, body)


def _act(context: Context, number: int, action: str) -> Record:
    from chalicelib.operations import invoices

    return invoices.act(context, number, action)


def _explain(record: Record) -> Data:
    from chalicelib.operations.invoices.explain import explain

    return explain(record)


NEW = {"updates": False}
INPUTS = (
    option("client_id", "integer", "The client; or name it by `email`.", **NEW),
    option("email", "string", "A contact's address; without a match a client is made of the fields.", **NEW),
    option("client", "object", "The client to create or change along with it.", **NEW),
    option("invoice_items", "array", "The lines. On a change the whole list is replaced."),
    option("is_quote", "boolean", "A quote.", **NEW),
    option("is_recurring", "boolean", "A template of recurring invoices.", **NEW),
    option("auto_bill", "boolean", "Pay from credits and stored payment methods at once.", **NEW),
    option("auto_bill_id", "integer", "Of a template: 1 off, 2 opt-in, 3 opt-out, 4 always."),
    option("client_enable_auto_bill", "boolean", "Of a template: the client's own choice."),
    option("recurring_due_date", "string", "Of a template: how the due dates of its invoices are found."),
    option("paid", "number", "Enter a payment of this amount.", **NEW),
    option("email_invoice", "boolean", "Mail it to the client."),
    option("email_type", "string", "The text to mail.", enum=["", *REMINDERS]),
    option("document_ids", "array", "Uploaded documents to attach; on a change others are dropped."),
    option("download_invoice", "boolean", "Answer the PDF.", **NEW),
    option("set_default_terms", "boolean", "Make its terms the account's."),
    option("set_default_footer", "boolean", "Make its footer the account's."),
)

INVOICES = Resource(
    "invoices",
    INVOICE,
    compute=_document,
    includes={
        "invoice_items": Include(lambda: ITEMS, embedded("invoice_items", _item), default=True),
        "invitations": Include(
            lambda: INVITATIONS,
            lambda context, records: [
                [row for row in rows if not row.data.get("archived_at")]
                for rows in _all_invitations(context, records)
            ],
        ),
        "payments": Include(payments, payments_of),
        "client": Include(clients, client_of, many=False),
        "documents": documents_of(INVOICE.kind),
    },
    by_client=True,
    names_creator=False,
    explain=_explain,
    create=_create,
    update=_update,
    act=bodiless(_act),
    accepts=INPUTS,
    actions=(*actions.PLAIN, *actions.OF_INVOICES),
    filters=FILTERS,
    example={
        "client_id": 1,
        "invoice_items": [{"product_key": "Design", "notes": "A logo", "cost": 250, "qty": 2}],
        "tax_name1": "VAT",
        "tax_rate1": 23,
    },
    example_answer={"amount": 615, "balance": 615, "invoice_number": "0001", "invoice_date": "2026-11-22"},
)
