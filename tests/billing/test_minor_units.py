"""Amounts in a currency's smallest unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.billing.minor_units import from_minor, to_minor


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1, "usd", "0.01"), (5, "JPY", "5"), (1_230, "kwd", "1.23"), (100, "ISK", "1"), (0, "EUR", "0")],
)
def test_the_currency_decides(minor: int, currency: str, amount: str) -> None:
    assert from_minor(minor, currency) == Decimal(amount)
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize("currency", ["JPY", "isk"])
def test_what_cannot_be_sent_exactly_is_not_sent(currency: str) -> None:
    assert to_minor(Decimal("1.50"), currency) is None
