"""Invoice statuses and the small rules around the open balance."""

from datetime import date
from decimal import Decimal
from enum import IntEnum

from chalicelib.billing.money import cents


class InvoiceStatus(IntEnum):
    """`invoice_status_id` of invoices, quotes and templates alike."""

    DRAFT = 1
    SENT = 2
    VIEWED = 3
    APPROVED = 4
    PARTIAL = 5
    PAID = 6


def reevaluate(
    status: int, amount: Decimal, balance: Decimal, from_payment: bool, unpaid: int = InvoiceStatus.SENT
) -> int:
    """The status after the balance changed (billing 1.7).

    `from_payment` is true only right after a payment was created. `unpaid` is the status to fall back to when
    nothing is paid any more: pass VIEWED or APPROVED where the invitations or the quote still prove it.
    """
    if from_payment and balance == 0:
        return InvoiceStatus.PAID
    if from_payment and 0 < balance < amount:
        return InvoiceStatus.PARTIAL
    if status >= InvoiceStatus.PARTIAL and balance > 0:
        return unpaid if balance == amount else InvoiceStatus.PARTIAL
    return status


def after_sent(status: int) -> int:
    """Sending never takes back that the document was already viewed, approved or paid."""
    return max(status, InvoiceStatus.SENT)


def clamp_partial(partial: Decimal, balance: Decimal) -> Decimal:
    """The deposit that can be asked for: between nothing and the open balance."""
    return max(Decimal(0), min(cents(partial), balance))


def balance_after_edit(old_amount: Decimal, old_balance: Decimal, new_amount: Decimal) -> Decimal:
    """What stays open when the total changes and what was paid does not; may be negative (billing 2.7)."""
    return cents(new_amount - (old_amount - old_balance))


OPEN = frozenset(
    {InvoiceStatus.SENT, InvoiceStatus.VIEWED, InvoiceStatus.APPROVED, InvoiceStatus.PARTIAL},
)
"""The statuses in which a published invoice may be owed."""


def is_overdue(due_date: str, partial: Decimal, partial_due_date: str, today: date) -> bool:
    """Whether an open invoice, or the deposit asked for, should have been paid by now. Days are ISO text."""
    return bool(missed(due_date, partial, partial_due_date, today))


def missed(due_date: str, partial: Decimal, partial_due_date: str, today: date) -> list[str]:
    """The due dates that went by: the deposit's, if one is asked for, and the invoice's."""
    deposit = partial_due_date if partial > 0 else ""
    return [day for day in (deposit, due_date) if day and day < today.isoformat()]
