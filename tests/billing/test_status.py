from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.status import (
    InvoiceStatus,
    after_sent,
    balance_after_edit,
    clamp_partial,
    reevaluate,
)

MONEY = st.integers(-100_000, 100_000).map(lambda n: Decimal(n).scaleb(-2))


@pytest.mark.parametrize(
    ("status", "amount", "balance", "from_payment", "after"),
    [
        (2, "100", "0", True, 6),
        (2, "100", "60", True, 5),
        (2, "100", "-50", True, 2),
        (6, "100", "10", True, 5),
        (6, "80", "0", False, 6),
        (5, "100", "20", False, 5),
        (5, "60", "-20", False, 5),
        (5, "80", "0", False, 5),
        (6, "100", "100", False, 2),
        (6, "100", "40", False, 5),
        (2, "100", "0", False, 2),
        (3, "100", "100", False, 3),
        (4, "100", "50", False, 4),
        (1, "0", "0", True, 6),
    ],
)
def test_reevaluation(status: int, amount: str, balance: str, from_payment: bool, after: int) -> None:
    assert reevaluate(status, Decimal(amount), Decimal(balance), from_payment) == after


def test_an_unpaid_invoice_falls_back_to_what_it_provably_was() -> None:
    hundred = Decimal(100)
    assert reevaluate(InvoiceStatus.PARTIAL, hundred, hundred, False, unpaid=InvoiceStatus.VIEWED) == 3


@given(st.integers(1, 4), MONEY, MONEY)
def test_nothing_but_a_payment_moves_an_unpaid_document(
    status: int, amount: Decimal, balance: Decimal
) -> None:
    assert reevaluate(status, amount, balance, False) == status


@pytest.mark.parametrize(("status", "after"), [(1, 2), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)])
def test_sending_never_lowers(status: int, after: int) -> None:
    assert after_sent(status) == after


@pytest.mark.parametrize(
    ("partial", "balance", "clamped"),
    [("40", "11", "11"), ("-4", "100", "0"), ("25.555", "110", "25.56"), ("5", "-20", "0"), ("0", "5", "0")],
)
def test_deposit_stays_within_the_balance(partial: str, balance: str, clamped: str) -> None:
    assert clamp_partial(Decimal(partial), Decimal(balance)) == Decimal(clamped)


@pytest.mark.parametrize(
    ("new_amount", "balance"), [("50", "0"), ("80", "30"), ("40", "-10"), ("150", "100")]
)
def test_an_edit_keeps_what_was_paid(new_amount: str, balance: str) -> None:
    assert balance_after_edit(Decimal(150), Decimal(100), Decimal(new_amount)) == Decimal(balance)


@given(MONEY, MONEY, MONEY)
def test_paid_part_is_invariant(amount: Decimal, balance: Decimal, new_amount: Decimal) -> None:
    assert new_amount - balance_after_edit(amount, balance, new_amount) == amount - balance
