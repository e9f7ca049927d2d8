"""What an account has used, by UTC day, for whoever pays for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.observe.tally import COUNTED
from chalicelib.operations.coerce import day
from chalicelib.operations.context import Context
from chalicelib.operations.dates import DEFAULT_FORM
from chalicelib.store import usage

MOST_DAYS = 100

Counts = dict[str, float]


def report(context: Context, sent: Mapping[str, Any]) -> dict[str, Any]:
    """The days `from` to `to`, both included; without them this month so far. Unauthorized, InvalidInput."""
    if not context.is_admin:
        raise Unauthorized
    last = _day(sent, "to", context.today)
    first = _day(sent, "from", last.replace(day=1))
    if first > last:
        raise InvalidInput.of("from", "The from date must not be after the to date.")
    if (last - first).days >= MOST_DAYS:
        raise InvalidInput.of("to", f"The range may have {MOST_DAYS} days at most.")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    counts = usage.read(context.account, days)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "total": _total(counts),
        "days": [{"date": one.isoformat(), **count} for one, count in zip(days, counts, strict=True)],
    }


def _total(counts: Iterable[Counts]) -> Counts:
    total: Counts = dict.fromkeys(COUNTED, 0)
    for count in counts:
        total = {name: total[name] + count[name] for name in COUNTED}
    return total


def _day(sent: Mapping[str, Any], name: str, default: date) -> date:
    try:
        text = day(sent.get(name), DEFAULT_FORM)
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None
    return date.fromisoformat(text) if text else default
