"""Decimal money: rounding, tolerant reading of what callers send, and canonical text."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

LARGEST = Decimal(10) ** 15
DECIMALS = 20

# Wide enough that the products of the totals algorithm stay exact whatever the ambient context is.
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)

_UNITS = [Decimal((0, (1,), -places)) for places in range(DECIMALS + 1)]
_ENDS_IN_DECIMAL_COMMA = re.compile(r",[0-9]{1,2}$")
_EXPONENT_FORM = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]{1,9}")
_NOT_NUMERIC = re.compile(r"[^0-9.-]")
_PREFIX = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_PLAIN_PREFIX = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


def round_half_up(value: Decimal, places: int) -> Decimal:
    """`value` with exactly `places` decimals (0 to 20). Ties move away from zero; zero carries no sign."""
    rounded = value.quantize(_UNITS[places], context=EXACT)
    return rounded if rounded else rounded.copy_abs()


def cents(value: Decimal) -> Decimal:
    """`value` with two decimals, the precision of every stored amount whatever its currency."""
    return round_half_up(value, 2)


def lenient(value: object) -> Decimal:
    """The number a person most likely meant (billing 0.2): `"$1,000"` is 1000, `"12,5"` 12.5, `"abc"` 0.

    Numbers and texts in exponent form keep their real value. ValueError: not finite, beyond 10^15, or neither
    text nor number.
    """
    if isinstance(value, str):
        return _bounded(_read_text(value.strip()))
    return _bounded(_read_number(value))


def plain_number(value: object) -> Decimal:
    """The leading number of a text (billing 0.3), commas ending it: `"1,5"` is 1, `"abc"` is 0; not rounded.

    ValueError as for `lenient`.
    """
    if isinstance(value, str):
        found = _PLAIN_PREFIX.match(value)
        return _bounded(Decimal(found[0].strip()) if found else Decimal(0))
    return _bounded(_read_number(value))


def decimal_text(value: Decimal) -> str:
    """The one text of a number: no exponent, no trailing zeros, no negative zero. ValueError: not finite."""
    if not value.is_finite():
        raise ValueError(f"{value} is not a number")
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_text(text: str) -> Decimal:
    if _EXPONENT_FORM.fullmatch(text):
        return Decimal(text)
    if _ENDS_IN_DECIMAL_COMMA.search(text):
        text = text.replace(",", ".")
    found = _PREFIX.match(_NOT_NUMERIC.sub("", text))
    return Decimal(found[0]) if found else Decimal(0)


def _read_number(value: object) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float) and math.isfinite(value):
        return Decimal(repr(value))
    raise ValueError("not a number")


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or value.copy_abs() > LARGEST:
        raise ValueError("the number is too large")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        return round_half_up(value, DECIMALS)
    return value if value else Decimal(0)
