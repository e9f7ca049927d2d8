"""What a document does to its client's balance, and the activity that tells of it (billing 4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chalicelib.billing.money import decimal_text
from chalicelib.billing.status import after_sent
from chalicelib.operations.invoices import invitations
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

ZERO = Decimal(0)

INVOICE_ACTIVITIES = {
    "created": 4, "updated": 5, "emailed": 6, "archived": 8, "deleted": 9, "restored": 25,
}  # fmt: skip
QUOTE_ACTIVITIES = {
    "created": 18, "updated": 19, "emailed": 20, "archived": 22, "deleted": 23, "restored": 24,
}  # fmt: skip


def counts(invoice: Record) -> bool:
    """Whether the document is part of its client's balance (billing 1.6 "affects balance")."""
    return invoice.subtype == STANDARD and bool(invoice.data["is_public"])


def charge(work: Work, client: Record, balance: Decimal, paid: Decimal = ZERO) -> None:
    """Move the client's totals. A change of nothing leaves the client untouched."""
    if not balance and not paid:
        return
    client.balance = (client.balance or ZERO) + balance
    client.paid = (client.paid or ZERO) + paid
    work.save(CLIENT, client)


def record(
    work: Work, invoice: Record, client: Record, happened: str, adjustment: Decimal = ZERO, **body: Any
) -> None:
    """The event of a change: v4's activity with the running balance, and what the webhooks show."""
    quote = invoice.subtype == QUOTE
    activity: Data = {
        "type": (QUOTE_ACTIVITIES if quote else INVOICE_ACTIVITIES)[happened],
        "adjustment": decimal_text(adjustment),
        "balance": decimal_text(client.balance or ZERO),
        "invoice_id": invoice.id,
    }
    activity |= body.pop("activity", {})
    work.emit(
        f"{'quote' if quote else 'invoice'}.{happened}",
        client=client.id,
        due=body.pop("due", None),
        id=invoice.id,
        user=work.context.user,
        at=work.context.now,
        version=invoice.version + 1,
        activity=activity,
        record=INVOICE.sparse(invoice.data),
        **body,
    )


def publish(work: Work, invoice: Record, client: Record) -> None:
    """Make a document count: public, at least sent, invitations stamped; never lowers a status."""
    was_public = bool(invoice.data["is_public"])
    invoice.data["is_public"] = True
    invoice.status = after_sent(invoice.status)
    invitations.stamp(work, invoice.data)
    adjustment = Decimal(0)
    if counts(invoice) and not was_public:
        adjustment = Decimal(invoice.data["amount"])
    charge(work, client, adjustment)
    work.save(INVOICE, invoice)
    record(work, invoice, client, "updated", adjustment)
