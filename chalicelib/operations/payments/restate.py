"""What becomes of a payment that was taken: refunds, failures, money that counts again (billing 5.8)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from chalicelib.billing import ledger
from chalicelib.billing.money import decimal_text
from chalicelib.billing.payments import PaymentStatus, Standing, net, pay, reopen, status_after_refund
from chalicelib.operations.invoices import books, invitations
from chalicelib.operations.payments.take import give_credit
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import INVOICE, PAYMENT
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

# v4 never has money count again but by restoring the payment, so that is what its activities call it.
ACTIVITIES = {
    "archived": 12, "deleted": 13, "restored": 27, "refunded": 40, "failed": 41, "completed": 27,
    "refund_failed": 27,
}  # fmt: skip
INVOICE_UPDATED = 5
RETURNED = "Refunded credit payment"
"""The note of a credit that gives back what a payment had taken from credits."""


def give_back(work: Work, payment: Record, invoice: Record, client: Record, amount: Decimal) -> None:
    """Refund so much, which must be left."""
    refunded = Decimal(payment.data["refunded"]) + amount
    payment.data["refunded"] = decimal_text(refunded)
    payment.data["payment_status_id"] = status_after_refund(Decimal(payment.data["amount"]), refunded)
    if payment.data["by_credit"]:
        give_credit(work, client, amount, RETURNED)
    reopen_invoice(work, invoice, amount)
    enter(work, payment, invoice, client, "refunded", ledger.received(invoice.id, -amount))


def take_again(work: Work, payment: Record, invoice: Record, client: Record, amount: Decimal) -> None:
    """So much of what was refunded has come back, since the refund failed on its way."""
    refunded = Decimal(payment.data["refunded"]) - amount
    payment.data["refunded"] = decimal_text(refunded)
    payment.data["payment_status_id"] = (
        PaymentStatus.PARTIALLY_REFUNDED.value if refunded else PaymentStatus.COMPLETED.value
    )
    _pay_again(work, invoice, amount)
    enter(work, payment, invoice, client, "refund_failed", ledger.received(invoice.id, amount))


def fail(work: Work, payment: Record, invoice: Record, client: Record, reason: str) -> None:
    """A pending payment did not come: what it counted for is owed again. `reason` is the provider's."""
    amount = _net(payment)
    payment.data["payment_status_id"] = PaymentStatus.FAILED.value
    reopen_invoice(work, invoice, amount)
    postings = ledger.received(invoice.id, -amount)
    enter(work, payment, invoice, client, "failed", postings, reason=reason)


def complete(work: Work, payment: Record, invoice: Record, client: Record) -> None:
    """A pending or failed payment came after all; a failed one counts again (REC of billing 5.8)."""
    before, status = _net(payment), invoice.status
    payment.data["payment_status_id"] = PaymentStatus.COMPLETED.value
    gained = _net(payment) - before
    if gained:
        _pay_again(work, invoice, gained)
    enter(work, payment, invoice, client, "completed", ledger.received(invoice.id, gained) if gained else [])
    books.tell_paid(work, invoice, status)


def _net(payment: Record) -> Decimal:
    data = payment.data
    return net(Decimal(data["amount"]), Decimal(data["refunded"]), data["payment_status_id"])


def reopen_invoice(work: Work, invoice: Record, returned: Decimal) -> None:
    """Money of a payment went back (negative: counts again with the payment), as v4 has it."""
    data = invoice.data
    amounts = Decimal(data["amount"]), Decimal(data["balance"])
    _stand(work, invoice, reopen(*amounts, invoice.status, returned, invitations.unpaid_status(data)))


def _pay_again(work: Work, invoice: Record, amount: Decimal) -> None:
    """Money that came in after all pays the invoice as a new payment does."""
    data = invoice.data
    amounts = Decimal(data["amount"]), Decimal(data["balance"]), ledger.ZERO
    _stand(work, invoice, pay(*amounts, invoice.status, amount, invitations.unpaid_status(data)))


def _stand(work: Work, invoice: Record, after: Standing) -> None:
    invoice.data |= {"balance": decimal_text(after.balance), "partial": "0", "partial_due_date": ""}
    invoice.status = after.status
    work.save(INVOICE, invoice)


def enter(
    work: Work,
    payment: Record,
    invoice: Record,
    client: Record,
    happened: str,
    postings: Sequence[ledger.Posting],
    **body: Any,
) -> None:
    """Save the payment with its ledger entry and the event of what happened to it, which holds `body` too."""
    work.save(PAYMENT, payment)
    entry = books.enter(work, client, postings)
    links = {"invoice_id": invoice.id, "payment_id": payment.id}
    also: list[Data] = []
    if postings:
        also = [books.activity_of(INVOICE_UPDATED, client, invoice_id=invoice.id)]
    work.tell(
        PAYMENT,
        payment,
        f"payment.{happened}",
        client.id,
        activity=books.activity_of(ACTIVITIES[happened], client, postings, **links),
        also=also,
        **entry,
        **body,
    )
