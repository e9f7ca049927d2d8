"""`PUT ?action=` on documents: state changes and what they do to the client's books (billing 4.3)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from chalicelib.billing.ledger import withdrawn
from chalicelib.errors import UnsupportedAction
from chalicelib.operations import crud
from chalicelib.operations.actions import PLAIN
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import books
from chalicelib.operations.invoices.convert import convert
from chalicelib.operations.invoices.email import refusal, send
from chalicelib.operations.invoices.links import release
from chalicelib.operations.invoices.update import authorize
from chalicelib.operations.payments.settle import mark_paid
from chalicelib.operations.shapes import CLIENT, INVOICE, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record


def act(context: Context, number: int, action: str) -> Record:
    """The document after the action, or the new invoice that a conversion made.

    UnsupportedAction names an unknown one.
    """
    if action in PLAIN:
        return transact(context, lambda work: _move(work, _open(work, number), action))
    perform = ACTIONS.get(action)
    if perform is None:
        raise UnsupportedAction(action)
    return transact(context, lambda work: perform(work, _open(work, number)))


def _open(work: Work, number: int) -> Record:
    work.fetch((work.key("invoice", number), work.key("account", SETTINGS_ID)))
    invoice = work.get(INVOICE, number)
    authorize(work.context, invoice)
    return invoice


def _move(work: Work, invoice: Record, action: str) -> Record:
    """A document whose client is archived or deleted counts as archived already, as in v4."""
    was_deleted = invoice.is_deleted
    client = work.load(CLIENT, invoice.client)
    if action == "archive" and not client.is_active:
        return invoice
    happened = crud.move(work.context, invoice, action)
    if not happened:
        return invoice
    postings = []
    if books.counts(invoice) and (invoice.is_deleted or was_deleted):
        sign = 1 if invoice.is_deleted else -1
        amount, balance = Decimal(invoice.data["amount"]), Decimal(invoice.data["balance"])
        postings = withdrawn(invoice.id, sign * balance, sign * (amount - balance))
    if invoice.is_deleted:
        release(work, invoice)
    work.save(INVOICE, invoice)
    books.record(work, invoice, client, happened, postings)
    return invoice


def mark_sent(work: Work, invoice: Record) -> Record:
    """Publish without mailing. A deleted document stays as it is."""
    if invoice.is_deleted:
        return invoice
    client = work.load(CLIENT, invoice.client)
    books.publish(work, invoice, client)
    return invoice


def _mail(work: Work, invoice: Record) -> Record:
    """v4 does not report the outcome of this action, so a refusal changes nothing and is no error."""
    client = work.load(CLIENT, invoice.client)
    if not refusal(invoice, client):
        send(work, invoice, client, "")
    return invoice


ACTIONS: dict[str, Callable[[Work, Record], Record]] = {
    "mark_sent": mark_sent,
    "markSent": mark_sent,
    "emailInvoice": _mail,
    "markPaid": mark_paid,
    "convert": convert,
}
