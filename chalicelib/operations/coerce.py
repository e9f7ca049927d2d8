"""Loose input as v4 takes it, into stored form. Each reader raises ValueError with a text for the caller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from chalicelib.billing.money import decimal_text, lenient, plain_number, round_half_up

Reader = Callable[[Any, str], Any]
"""Takes the sent value and the account's date format; gives what is stored."""

MOST_BYTES = 65_535
YES = frozenset({"true", "1", "on", "yes"})


def text(limit: int = 255, trim: bool = False) -> Reader:
    """Text of up to `limit` characters; longer text is cut as v4's columns cut it."""

    def read(value: Any, _: str) -> str:
        found = plain_text(value)
        found = found.strip() if trim else found
        return found[:limit]

    return read


def long_text(trim: bool = False) -> Reader:
    """Text of v4's `text` columns. Longer text is refused, since cutting it would lose content."""

    def read(value: Any, _: str) -> str:
        found = plain_text(value)
        if len(found.encode()) > MOST_BYTES:
            raise ValueError("The text is too long.")
        return found.strip() if trim else found

    return read


def plain_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, str):
        return value
    raise ValueError("The value must be text.")


def decimal(places: int, most: str) -> Reader:
    """A tolerant number (billing 0.2), rounded to its column's scale and bounded by its width."""
    bound = Decimal(most)

    def read(value: Any, _: str) -> str:
        _scalar(value)
        found = round_half_up(lenient(value), places)
        if abs(found) > bound:
            raise ValueError("The number is too large.")
        return decimal_text(found)

    return read


money = decimal(2, "99999999999.99")
quantity = decimal(4, "99999999999.9999")


def surcharge(value: Any, _: str) -> str:
    """v4's plain number: the leading numeric part, without comma logic (billing 0.3)."""
    _scalar(value)
    found = round_half_up(plain_number(value), 2)
    if abs(found) > Decimal("99999999999.99"):
        raise ValueError("The number is too large.")
    return decimal_text(found)


def rate(value: Any, _: str) -> str:
    """A percentage: a number or numeric text, kept as sent; anything else is refused (REC of billing 0.3)."""
    _scalar(value)
    if value in (None, ""):
        return "0"
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except ArithmeticError:
            raise ValueError("The rate must be a number.") from None
    found = lenient(value)
    if abs(found) > Decimal("9999999999.999"):
        raise ValueError("The number is too large.")
    return decimal_text(round_half_up(found, 6))


def stored_rate(value: Any, form: str) -> str:
    """A rate at its column's three decimals."""
    return decimal_text(round_half_up(Decimal(rate(value, form)), 3))


def item_rate(value: Any, form: str) -> str:
    """Rates of items are read tolerantly (billing 0.2)."""
    _scalar(value)
    return rate(lenient(value), form)


def integer(low: int = -(2**31), high: int = 2**31 - 1) -> Reader:
    def read(value: Any, _: str) -> int:
        return whole(value, low, high)

    return read


def whole(value: Any, low: int = -(2**31), high: int = 2**31 - 1) -> int:
    """The integer that a number or numeric text stands for; empty is 0."""
    _scalar(value)
    if value is None or value == "":
        return 0
    found = _number(int(value) if isinstance(value, bool) else value)
    if not low <= found <= high:
        raise ValueError("The number is out of range.")
    return int(found)


def integral(value: Any, default: int = 0) -> int:
    """A whole number of a path or query; whatever else is sent counts as the default."""
    text = str(value).strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else default


def strict_number(value: Any) -> Decimal:
    """A number or its plain text; v4 validates some amounts before it reads them tolerantly."""
    if isinstance(value, (bool, dict, list)):
        raise ValueError("The value must be a number.")
    return lenient(_number(value.strip() if isinstance(value, str) else value))


def _number(value: Any) -> Decimal:
    try:
        found = Decimal(value)
    except (ArithmeticError, TypeError, ValueError):
        raise ValueError("The value must be a number.") from None
    if not found.is_finite():
        raise ValueError("The value must be a number.")
    return found


def boolean(value: Any, _: str) -> bool:
    """True for the strict words of v4 and any other non-zero number; false otherwise."""
    return truth(value)


def truth(value: Any) -> bool:
    _scalar(value)
    if isinstance(value, str):
        return value.strip().lower() in YES
    return bool(value)


def strict_truth(value: Any) -> bool:
    """v4's strict words (billing 0.3): 2 is not true."""
    _scalar(value)
    return value is True or str(value).strip().lower() in YES


def loose_truth(value: Any) -> bool:
    """v4's loose truth: any non-empty value; `"0"` is empty and `"false"` is not (billing 0.3)."""
    return value not in (None, False, 0, "", "0") and value != []


def day(value: Any, form: str) -> str:
    """An ISO date from ISO text or the account's own format; anything else is refused."""
    if value in (None, "", False, 0):
        return ""
    if not isinstance(value, str):
        raise ValueError("The value is not a valid date.")
    from chalicelib.billing.dates import parse_date

    try:
        return parse_date(value.strip(), form)
    except ValueError:
        raise ValueError("The value is not a valid date.") from None


def moment(value: Any) -> int | None:
    """Epoch seconds from a number, or from an ISO date or time, in UTC unless it says otherwise."""
    _scalar(value)
    if value in (None, "", False, 0, "0"):
        return None
    if not isinstance(value, str) or value.strip().isdigit():
        return whole(value, 0, 10**10 - 1)
    try:
        found = datetime.fromisoformat(value.strip())
        return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise ValueError("The value is not a valid time.") from None


def _scalar(value: Any) -> None:
    if isinstance(value, (dict, list)):
        raise ValueError("The value must be a single value.")
