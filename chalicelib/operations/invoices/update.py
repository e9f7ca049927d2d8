"""PUT /invoices/{id}: only what is sent changes, and totals, balance, status and books follow."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.billing.ledger import invoiced
from chalicelib.billing.money import decimal_text
from chalicelib.billing.numbering import normal
from chalicelib.billing.status import after_sent, balance_after_edit, reevaluate
from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import clients, documents
from chalicelib.operations.context import Context
from chalicelib.operations.dates import date_form
from chalicelib.operations.invoices import books, catalogue, invitations, items, sums
from chalicelib.operations.invoices.fields import (
    expand_texts,
    read_recurrence,
    read_sent,
    remember_defaults,
)
from chalicelib.operations.invoices.links import link
from chalicelib.operations.lists import of_client
from chalicelib.operations.numbers import UNIQUE, check_number
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, PAYMENT, SETTINGS_ID
from chalicelib.operations.shapes.invoice import TEMPLATE, edited_as
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

MOST_RENAMED = 60
"""Payments of one invoice that follow a change of its number within one transaction."""


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """The changed document; a deleted one is answered unchanged, as in v4.

    RecordNotFound, Unauthorized, InvalidInput; nothing is stored in any of these cases.
    """

    def decide(work: Work) -> Record:
        keys = items.named_products(body)
        pointers = [work.pointer_key("product_key", key) for key in keys]
        work.fetch((work.key("invoice", number), work.key("account", SETTINGS_ID), *pointers))
        invoice = work.get(INVOICE, number)
        authorize(context, invoice)
        rows = items.sent_rows(body)
        if rows is not None:
            items.check_limit(rows)
        settings = work.load(ACCOUNT, SETTINGS_ID).data
        data = read_sent(body, date_form(settings), creating=False)
        if invoice.is_deleted:
            return invoice
        work.fetch((work.key(CLIENT.kind, invoice.client), *items.pointed_products(work, keys).values()))
        _number(work, invoice, data)
        return change(work, invoice, settings, body, data, rows)

    return transact(context, decide)


def authorize(context: Context, invoice: Record) -> None:
    """Quotes have a permission of their own, quotes and templates a module (http.md 3.10)."""
    kind = edited_as(invoice)
    module = "recurring_invoice" if invoice.subtype == TEMPLATE else kind
    if not context.may("edit", kind, invoice.owner) or not context.has_module(module):
        raise Unauthorized


def change(
    work: Work, invoice: Record, settings: Data, body: Mapping[str, Any], data: Data, rows: list[Data] | None
) -> Record:
    client = work.load(CLIENT, invoice.client)
    _change_client(work, client, body.get("client"))
    before, status = dict(invoice.data), invoice.status
    was_counted = books.counts(invoice)
    _apply(work, invoice, settings, body, data)
    documents.attach(work, invoice, body, creating=False)
    if rows is not None:
        lines = items.read_items(rows, date_form(settings), before["invoice_items"], before["first_item_id"])
        invoice.data["invoice_items"] = lines
        link(work, invoice, rows)
        catalogue.follow(work, settings, invoice, [dict(line) for line in lines])
        items.number_items(work, invoice.data, len(before["invoice_items"]))
    remember_defaults(work, invoice, body)
    expand_texts(work.context, settings, client.data, invoice)
    _settle(invoice, before)
    invitations.refresh(work, invoice, client)
    work.save(INVOICE, invoice)
    postings = invoiced(invoice.id, _adjustment(invoice, before, was_counted))
    books.record(work, invoice, client, "updated", postings)
    books.tell_paid(work, invoice, status)
    return invoice


def _change_client(work: Work, client: Record, sent: Any) -> None:
    """A nested client that names the invoice's own one, archived or not, is edited along with it."""
    if isinstance(sent, dict) and str(sent.get("id")) == str(client.id) and set(sent) - {"id", "public_id"}:
        clients.change(work, client, sent)


def _apply(work: Work, invoice: Record, settings: Data, body: Mapping[str, Any], data: Data) -> None:
    """The sent fields; what can only be switched on stays on (billing 1.2)."""
    for name in ("is_public", "has_tasks", "has_expenses"):
        data[name] = data.get(name, False) or invoice.data[name]
    if "invoice_design_id" in data:
        data["invoice_design_id"] = data["invoice_design_id"] or 1
    if invoice.subtype == TEMPLATE:
        data |= read_recurrence(body, data, invoice.data)
    else:
        for name in ("frequency_id", "start_date", "end_date"):
            data.pop(name, None)
    invoice.data |= data
    if invoice.data["is_public"]:
        invoice.status = after_sent(invoice.status)


def _settle(invoice: Record, before: Data) -> None:
    amount = sums.settle(invoice.data)
    balance = balance_after_edit(Decimal(before["amount"]), Decimal(before["balance"]), amount)
    invoice.data["balance"] = decimal_text(balance)
    sums.limit_partial(invoice.data)
    invoice.status = reevaluate(
        invoice.status, amount, balance, from_payment=False, unpaid=invitations.unpaid_status(invoice.data)
    )


def _adjustment(invoice: Record, before: Data, was_counted: bool) -> Decimal:
    """What the edit adds to the client's balance: the change of the total, all of it at first publication."""
    if not books.counts(invoice):
        return Decimal(0)
    amount = Decimal(invoice.data["amount"])
    return amount - Decimal(before["amount"]) if was_counted else amount


def _number(work: Work, invoice: Record, data: Data) -> None:
    """Take a new number and free the old one; templates have none."""
    if invoice.subtype == TEMPLATE or "invoice_number" not in data:
        data.pop("invoice_number", None)
        return
    old, new = normal(invoice.data["invoice_number"]), normal(data["invoice_number"])
    if old != new:
        check_number(work, data["invoice_number"])
        work.claim(UNIQUE, new, invoice.id)
        work.release(UNIQUE, old)
    if invoice.data["invoice_number"] != data["invoice_number"]:
        _rename_payments(work, invoice, data["invoice_number"])


def _rename_payments(work: Work, invoice: Record, number: str) -> None:
    """Payments show their invoice's number, so they carry it; drafts have none to change."""
    if not invoice.data["is_public"]:
        return
    paid = [row.id for row in of_client(work.context, PAYMENT.kind, invoice.client) if _pays(row, invoice)]
    if len(paid) > MOST_RENAMED:
        raise InvalidInput.of("invoice_number", "The invoice has too many payments to change its number.")
    work.fetch(work.key(PAYMENT.kind, key) for key in paid)
    for key in paid:
        payment = work.load(PAYMENT, key)
        payment.data["invoice_number"] = number
        work.save(PAYMENT, payment)


def _pays(payment: Record, invoice: Record) -> bool:
    return payment.data.get("invoice_id") == invoice.id
