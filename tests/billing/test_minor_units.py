"""Amounts in a currency's smallest unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.billing.minor_units import from_minor


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1, "usd", "0.01"), (5, "JPY", "5"), (1_230, "kwd", "1.23"), (100, "ISK", "1"), (0, "EUR", "0")],
)
def test_the_currency_decides(minor: int, currency: str, amount: str) -> None:
    assert from_minor(minor, currency) == Decimal(amount)
