"""What a payment does to amounts: the cases of billing 5.3, 5.8 and 2.8, and rules that hold for all."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.payments import (
    PaymentStatus,
    Split,
    Standing,
    consume,
    net,
    pay,
    reopen,
    split,
    status_after_refund,
)

ZERO = Decimal(0)
MONEY = st.integers(-1_000_000, 1_000_000).map(lambda n: Decimal(n).scaleb(-2))
POSITIVE = st.integers(1, 1_000_000).map(lambda n: Decimal(n).scaleb(-2))
CREDITS = st.lists(POSITIVE, max_size=6).map(lambda balances: list(enumerate(balances, 1)))


# ---- overpayment
@pytest.mark.parametrize(
    ("requested", "balance", "by_credit", "payment", "surplus"),
    [
        ("130", "100", False, "100", "30"),
        ("100", "100", False, "100", "0"),
        ("99.99", "100", False, "99.99", "0"),
        ("25", "0", False, "0", "25"),
        ("-10", "0", False, "-10", "0"),
        ("10", "-50", False, "-50", "60"),
        ("150", "100", True, "100", "0"),
        ("70", "100", True, "70", "0"),
    ],
)
def test_split(requested: str, balance: str, by_credit: bool, payment: str, surplus: str) -> None:
    found = split(Decimal(requested), Decimal(balance), by_credit)
    assert found == Split(Decimal(payment), Decimal(surplus))


@given(MONEY, MONEY)
def test_nothing_of_a_received_amount_is_lost(requested: Decimal, balance: Decimal) -> None:
    found = split(requested, balance, by_credit=False)
    assert found.payment + found.surplus == requested
    assert found.surplus >= 0
    assert found.payment <= balance


@given(MONEY, MONEY)
def test_paying_by_credit_never_makes_a_credit(requested: Decimal, balance: Decimal) -> None:
    found = split(requested, balance, by_credit=True)
    assert found == Split(min(requested, balance), ZERO)


# ---- credits
@pytest.mark.parametrize(
    ("balances", "wanted", "taken"),
    [
        (["60", "20"], "70", [(1, "60"), (2, "10")]),
        (["60", "20"], "60", [(1, "60")]),
        (["60", "20"], "80", [(1, "60"), (2, "20")]),
        (["60", "20"], "100", [(1, "60"), (2, "20")]),
        (["0", "20"], "5", [(2, "5")]),
        (["60"], "0", []),
        ([], "10", []),
    ],
)
def test_consume(balances: list[str], wanted: str, taken: list[tuple[int, str]]) -> None:
    credits = [(number, Decimal(balance)) for number, balance in enumerate(balances, 1)]
    assert consume(credits, Decimal(wanted)) == [(number, Decimal(part)) for number, part in taken]


@given(CREDITS, POSITIVE)
def test_credits_are_used_up_in_order_and_never_overdrawn(
    credits: Sequence[tuple[int, Decimal]], wanted: Decimal
) -> None:
    taken = consume(credits, wanted)
    available = sum((balance for _, balance in credits), ZERO)
    assert sum((part for _, part in taken), ZERO) == min(wanted, available)
    assert [number for number, _ in taken] == list(range(1, len(taken) + 1))
    assert all(part == credits[number - 1][1] for number, part in taken[:-1])
    assert all(0 < part <= credits[number - 1][1] for number, part in taken)


# ---- the invoice's side
@pytest.mark.parametrize(
    ("amount", "balance", "partial", "status", "paid", "after"),
    [
        ("100", "100", "0", 2, "40", ("60", "0", 5, False)),
        ("100", "60", "0", 5, "60", ("0", "0", 6, False)),
        ("100", "100", "0", 3, "100", ("0", "0", 6, False)),
        ("100", "100", "0", 2, "150", ("-50", "0", 2, False)),
        ("100", "0", "0", 6, "-10", ("10", "0", 5, False)),
        ("0", "0", "0", 2, "0", ("0", "0", 6, False)),
        ("-50", "-50", "0", 2, "-50", ("0", "0", 6, False)),
        ("100", "100", "30", 2, "10", ("90", "20", 5, False)),
        ("100", "90", "20", 5, "20", ("70", "0", 5, True)),
        ("100", "90", "20", 5, "25", ("65", "0", 5, True)),
        ("100", "0", "0", 2, "0", ("0", "0", 6, False)),
    ],
)
def test_pay(
    amount: str, balance: str, partial: str, status: int, paid: str, after: tuple[str, str, int, bool]
) -> None:
    found = pay(Decimal(amount), Decimal(balance), Decimal(partial), status, Decimal(paid), 2)
    assert found == Standing(Decimal(after[0]), Decimal(after[1]), after[2], after[3])


@pytest.mark.parametrize(
    ("amount", "balance", "status", "returned", "unpaid", "after"),
    [
        ("100", "0", 6, "100", 2, ("100", 2)),
        ("100", "0", 6, "100", 3, ("100", 3)),
        ("100", "60", 5, "40", 3, ("100", 3)),
        ("100", "10", 5, "30", 2, ("40", 5)),
        ("100", "0", 6, "30", 2, ("30", 5)),
        ("100", "100", 2, "-100", 2, ("0", 2)),
        ("100", "100", 2, "-60", 2, ("40", 2)),
        ("80", "30", 5, "-30", 2, ("0", 5)),
    ],
)
def test_reopen(
    amount: str, balance: str, status: int, returned: str, unpaid: int, after: tuple[str, int]
) -> None:
    found = reopen(Decimal(amount), Decimal(balance), status, Decimal(returned), unpaid)
    assert found == Standing(Decimal(after[0]), ZERO, after[1], True)


@given(POSITIVE, POSITIVE, st.sampled_from((2, 3)))
def test_taking_a_payment_back_undoes_it(amount: Decimal, paid: Decimal, status: int) -> None:
    after = pay(amount, amount, ZERO, status, paid, status)
    back = reopen(amount, after.balance, after.status, paid, unpaid=status)
    assert (back.balance, back.status) == (amount, status)


@given(MONEY, MONEY, POSITIVE, st.integers(1, 6), MONEY)
def test_a_payment_lowers_the_balance_and_never_raises_a_deposit_above_its_rest(
    amount: Decimal, balance: Decimal, partial: Decimal, status: int, paid: Decimal
) -> None:
    after = pay(amount, balance, partial, status, paid, 2)
    assert after.balance == balance - paid
    assert after.partial == max(ZERO, partial - paid)
    assert after.partial_cleared == (after.partial == 0)
    assert after.status == 6 or after.balance != 0


def test_a_payment_taken_back_by_a_negative_one_leaves_what_the_invoice_was_before() -> None:
    hundred, forty = Decimal(100), Decimal(40)
    assert pay(hundred, hundred - forty, ZERO, 5, -forty, unpaid=3).status == 3


# ---- refunds
@pytest.mark.parametrize(
    ("amount", "refunded", "status", "counted"),
    [
        ("100", "0", PaymentStatus.COMPLETED, "100"),
        ("60", "20", PaymentStatus.PARTIALLY_REFUNDED, "40"),
        ("100", "100", PaymentStatus.REFUNDED, "0"),
        ("60", "60", PaymentStatus.VOIDED, "0"),
        ("60", "0", PaymentStatus.FAILED, "0"),
        ("60", "0", PaymentStatus.PENDING, "60"),
        ("-10", "0", PaymentStatus.COMPLETED, "-10"),
    ],
)
def test_net(amount: str, refunded: str, status: int, counted: str) -> None:
    assert net(Decimal(amount), Decimal(refunded), status) == Decimal(counted)


@pytest.mark.parametrize(
    ("amount", "refunded", "status"),
    [("100", "30", 5), ("100", "100", 6), ("100", "99.99", 5), ("0", "0", 6), ("-10", "-10", 6)],
)
def test_status_after_a_refund(amount: str, refunded: str, status: int) -> None:
    assert status_after_refund(Decimal(amount), Decimal(refunded)) == status
