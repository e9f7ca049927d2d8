"""Amounts as payment providers send them: whole numbers of a currency's smallest unit.

The exceptions are Stripe's: ISK and UGX have no smaller unit, yet are sent as if they had hundredths.
"""

from __future__ import annotations

from decimal import Decimal

from chalicelib.billing.money import cents

WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
UNDIVIDED = frozenset(["ISK", "UGX"])
THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def from_minor(amount: int, currency: str) -> Decimal:
    """The amount in the currency's main unit, to the cent as everything stored. `currency` is ISO 4217."""
    return cents(Decimal(amount).scaleb(-_places(currency)))


def to_minor(amount: Decimal, currency: str) -> int | None:
    """The reverse, for an amount in cents; None for what cannot be sent exactly, such as half a yen."""
    if currency.upper() in WHOLE | UNDIVIDED and amount % 1:
        return None
    return int(amount.scaleb(_places(currency)))


def _places(currency: str) -> int:
    code = currency.upper()
    return 0 if code in WHOLE else 3 if code in THOUSANDTHS else 2
