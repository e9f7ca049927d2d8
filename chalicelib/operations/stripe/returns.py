"""Money that goes back to whom it came from: refunds and lost disputes, told of as they become known."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.billing.minor_units import from_minor
from chalicelib.billing.money import decimal_text
from chalicelib.billing.payments import PaymentStatus
from chalicelib.operations.payments.restate import give_back, take_again
from chalicelib.operations.payments.take import enter_credit
from chalicelib.operations.shapes import CLIENT, CREDIT, INVOICE, PAYMENT
from chalicelib.operations.stripe import invoices
from chalicelib.operations.stripe.tally import Tally
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

ZERO = Decimal(0)
COUNTING = (PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED, PaymentStatus.REFUNDED)


def settle(work: Work, tally: Tally, payment: Record) -> None:
    """Bring the payment to what has gone back in all (billing 5.11).

    What somebody has refunded here already is not refunded again. Payments that are deleted, or of deleted
    invoices, are left alone. Of an overpayment the credit made of the surplus goes back first.
    """
    _tell_disputes(work, tally, payment)
    invoice = work.load(INVOICE, payment.data["invoice_id"])
    if payment.is_deleted or invoice.is_deleted or payment.data["payment_status_id"] not in COUNTING:
        return
    client = work.load(CLIENT, payment.client)
    currency = tally.currency or invoices.currency(work, invoice)
    total = min(from_minor(tally.gone_back(currency), currency), Decimal(tally.received))
    amount, refunded = Decimal(payment.data["amount"]), Decimal(payment.data["refunded"])
    missing = total - Decimal(tally.credit_taken) - refunded
    undone = Decimal(tally.counted) - total
    if missing > 0:
        missing -= _from_credit(work, tally, client, missing)
        if (part := min(missing, amount - refunded)) > 0:
            give_back(work, payment, invoice, client, part)
    elif undone > 0:
        if (part := min(undone, refunded)) > 0:
            take_again(work, payment, invoice, client, part)
        _from_credit(work, tally, client, part - undone)
    tally.counted = decimal_text(total)


def _from_credit(work: Work, tally: Tally, client: Record, wanted: Decimal) -> Decimal:
    """Take so much from the surplus's credit, or put it back (negative), as far as that can be done."""
    credit = work.find(CREDIT, tally.credit) if tally.credit else None
    if credit is None or not credit.is_active:
        return ZERO
    balance, taken = Decimal(credit.data["balance"]), Decimal(tally.credit_taken)
    part = min(wanted, balance) if wanted > 0 else max(wanted, -taken)
    if part:
        credit.data["balance"] = decimal_text(balance - part)
        tally.credit_taken = decimal_text(taken + part)
        enter_credit(work, client, credit, "updated", 0, -part)
    return part


def _tell_disputes(work: Work, tally: Tally, payment: Record) -> None:
    for name, part in tally.disputes.items():
        if part.told != part.status:
            part.told = part.status
            dispute = {
                "id": name,
                "status": part.status,
                "reason": part.reason,
                "amount": decimal_text(from_minor(part.amount, part.currency)),
                "currency_code": part.currency,
            }
            work.tell(PAYMENT, payment, "payment.disputed", payment.client, dispute=dispute)
