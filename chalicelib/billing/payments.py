"""What paying, refunding and crediting do to amounts (billing 5), free of records and stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from chalicelib.billing.status import reevaluate

ZERO = Decimal(0)
LARGEST = Decimal(10_000_000_000)

APPLY_CREDIT = 1
"""The payment type that takes from the client's credits."""


class PaymentStatus(IntEnum):
    PENDING = 1
    VOIDED = 2
    FAILED = 3
    COMPLETED = 4
    PARTIALLY_REFUNDED = 5
    REFUNDED = 6


@dataclass(frozen=True, slots=True)
class Split:
    """What a received amount becomes: the payment itself, and a credit for what the invoice does not need."""

    payment: Decimal
    surplus: Decimal


def split(requested: Decimal, balance: Decimal, by_credit: bool) -> Split:
    """An overpayment pays the open balance and leaves a credit (billing 5.3).

    Paying by credit takes no more than is owed: v4 would give the surplus away a second time.
    """
    if requested <= balance:
        return Split(requested, ZERO)
    return Split(balance, ZERO if by_credit else requested - balance)


def consume(credits: Sequence[tuple[int, Decimal]], wanted: Decimal) -> list[tuple[int, Decimal]]:
    """How much to take of each (id, balance), in the order given, until `wanted` is covered."""
    taken: list[tuple[int, Decimal]] = []
    for number, balance in credits:
        part = min(balance, wanted)
        if part > 0:
            taken.append((number, part))
            wanted -= part
    return taken


@dataclass(frozen=True, slots=True)
class Standing:
    """The money side of an invoice. `partial_cleared` tells that a deposit was completed or dropped."""

    balance: Decimal
    partial: Decimal
    status: int
    partial_cleared: bool


def pay(
    amount: Decimal, balance: Decimal, partial: Decimal, status: int, paid: Decimal, unpaid: int
) -> Standing:
    """An invoice of `amount` after a payment of `paid` (billing 1.7, 2.8).

    `unpaid` is the status it falls back to when nothing is paid any more, as after a negative payment.
    """
    left = balance - paid
    deposit = max(ZERO, partial - paid) if partial > 0 else partial
    after = reevaluate(status, amount, left, from_payment=True, unpaid=unpaid)
    return Standing(left, deposit, after, partial > 0 and not deposit)


def reopen(amount: Decimal, balance: Decimal, status: int, returned: Decimal, unpaid: int) -> Standing:
    """An invoice after money went back (negative: was taken again), which clears the deposit."""
    left = balance + returned
    return Standing(left, ZERO, reevaluate(status, amount, left, from_payment=False, unpaid=unpaid), True)


def net(amount: Decimal, refunded: Decimal, status: int) -> Decimal:
    """What a payment still counts for; failed and voided ones count for nothing."""
    return ZERO if status in (PaymentStatus.VOIDED, PaymentStatus.FAILED) else amount - refunded


def status_after_refund(amount: Decimal, refunded: Decimal) -> int:
    return PaymentStatus.REFUNDED if refunded == amount else PaymentStatus.PARTIALLY_REFUNDED
