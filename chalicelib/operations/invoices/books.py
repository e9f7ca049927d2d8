"""What a document does to its client's balance, and the activity that tells of it (billing 4)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chalicelib.billing.ledger import Posting, invoiced, is_balanced, kept, total
from chalicelib.billing.money import decimal_text
from chalicelib.billing.status import InvoiceStatus, after_sent
from chalicelib.operations.invoices import invitations
from chalicelib.operations.notices import listeners
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

ZERO = Decimal(0)
PAID = "invoice.paid"

INVOICE_ACTIVITIES = {
    "created": 4, "updated": 5, "emailed": 6, "viewed": 7, "archived": 8, "deleted": 9, "restored": 25,
}  # fmt: skip
QUOTE_ACTIVITIES = {
    "created": 18, "updated": 19, "emailed": 20, "viewed": 21, "archived": 22, "deleted": 23, "restored": 24,
    "approved": 29,
}  # fmt: skip


def counts(invoice: Record) -> bool:
    """Whether the document is part of its client's balance (billing 1.6 "affects balance")."""
    return invoice.subtype == STANDARD and bool(invoice.data["is_public"])


def record(
    work: Work,
    invoice: Record,
    client: Record,
    happened: str,
    postings: Sequence[Posting] = (),
    name: str = "",
    **body: Any,
) -> None:
    """Enter a change of a document: its postings into the client's totals, and the event that holds both.

    The event is v4's activity with the running balance, the ledger's entry, and what the webhooks show. It is
    named by what happened unless `name` says it better than v4's activity does.
    """
    quote = invoice.subtype == QUOTE
    entry = enter(work, client, postings)
    activity = activity_of(
        (QUOTE_ACTIVITIES if quote else INVOICE_ACTIVITIES)[happened], client, postings, invoice_id=invoice.id
    )
    activity |= body.pop("activity", {})
    event = f"{'quote' if quote else 'invoice'}.{name or happened}"
    work.tell(INVOICE, invoice, event, client.id, activity=activity, **entry, **body)


def tell_paid(work: Work, invoice: Record, before: int) -> None:
    """An event of its own when a document has become paid, made only while somebody listens to it."""
    became = invoice.status == InvoiceStatus.PAID and before != InvoiceStatus.PAID
    if became and listeners(work.head, PAID):
        work.tell(INVOICE, invoice, PAID)


def enter(work: Work, client: Record, postings: Sequence[Posting]) -> Data:
    """Move the client's totals by postings, which must sum to zero; answers the ledger's entry for the event.

    The totals are nothing but these sums, so they cannot drift from the ledger.
    """
    found = kept(postings)
    if not is_balanced(found):
        raise ArithmeticError(f"postings do not sum to zero: {found}")
    balance, paid = total(found, "receivable"), total(found, "paid")
    if balance or paid:
        client.balance = (client.balance or ZERO) + balance
        client.paid = (client.paid or ZERO) + paid
        work.save(CLIENT, client)
    if not found:
        return {}
    rows = [[posting.book, decimal_text(posting.amount), posting.document] for posting in found]
    return {"postings": rows, "currency": client.data["currency_id"], "payer": client.id}


def activity_of(kind: int, client: Record, postings: Sequence[Posting] = (), **links: Any) -> Data:
    """v4's activity: what the client's balance changed by, and the balance after it."""
    adjustment = decimal_text(total(postings, "receivable"))
    return {
        "type": kind,
        "adjustment": adjustment,
        "balance": decimal_text(client.balance or ZERO),
        **links,
    }


def annotate(work: Work, invoice: Record) -> None:
    """Save what is no change of the document itself, which keeps its place in lists."""
    updated = invoice.updated
    work.save(INVOICE, invoice)
    invoice.updated = updated


def publish(work: Work, invoice: Record, client: Record) -> None:
    """Make a document count: public, at least sent, invitations stamped; never lowers a status."""
    was_public = bool(invoice.data["is_public"])
    invoice.data["is_public"] = True
    invoice.status = after_sent(invoice.status)
    invitations.stamp(work, invoice.data)
    work.save(INVOICE, invoice)
    amount = Decimal(invoice.data["amount"])
    postings = invoiced(invoice.id, amount) if counts(invoice) and not was_public else []
    record(work, invoice, client, "updated", postings, name="sent")
