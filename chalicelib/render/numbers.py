"""Reading the amounts and rates of wire-named mappings, and how many decimals they need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chalicelib.billing.money import round_half_up

ZERO = Decimal(0)


def number(value: Any) -> Decimal:
    """A stored amount, rate or quantity: a decimal text, a Decimal or an integer; 0 when empty or missing."""
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def decimals_needed(value: Decimal, least: int, most: int) -> int:
    """The fewest decimals, between `least` and `most`, that show as much of the value as `most` would."""
    finest = round_half_up(value, most)
    return next((places for places in range(least, most) if round_half_up(finest, places) == finest), most)
