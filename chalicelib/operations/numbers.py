"""Numbers from the account's counters, taken inside the committing transaction (billing 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.billing.numbering import (
    Allocation,
    NumberContext,
    NumberExhausted,
    Numbering,
    allocate,
    moves,
    normal,
)  # fmt: skip
from chalicelib.errors import InvalidInput
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

DEFAULT_ZONE = "US/Eastern"
LOOK_AHEAD = 50
UNIQUE = "invoice_number"


def account_zone(settings: Data) -> ZoneInfo:
    from chalicelib.data import by_id

    row = by_id("timezones", settings["timezone_id"]) if settings["timezone_id"] else None
    try:
        return ZoneInfo(row["name"] if row else DEFAULT_ZONE)
    except ZoneInfoNotFoundError:
        return ZoneInfo("America/New_York")


def number_context(context: Context, settings: Data, client: Data, counter: str) -> NumberContext:
    return NumberContext(
        today=datetime.fromtimestamp(context.now, UTC).astimezone(account_zone(settings)).date(),
        year=context.today.year,
        user_id=context.user,
        client_id_number=client["id_number"],
        client_custom1=client["custom_value1"],
        client_custom2=client["custom_value2"],
        client_counter=client[counter],
    )


def is_separate_quote(settings: Data, is_quote: bool) -> bool:
    return is_quote and not settings["share_counter"]


def invoice_rules(settings: Data, is_quote: bool) -> Numbering:
    kind = "quote" if is_quote else "invoice"
    return Numbering(
        pattern=settings[f"{kind}_number_pattern"] or "",
        prefix=settings[f"{kind}_number_prefix"] or "",
        padding=settings["invoice_number_padding"],
    )


def take_number(work: Work, settings: Data, client: Record, is_quote: bool) -> str:
    """The next free invoice or quote number; skipped ones move the counter at once (billing 3.3)."""
    separate = is_separate_quote(settings, is_quote)
    series = "quote" if separate else "invoice"
    counter = work.head.numbers.get(series, 1)
    context = number_context(work.context, settings, client.data, f"{series}_number_counter")
    rules = invoice_rules(settings, is_quote)
    try:
        found = allocate(rules, counter, context, _taken(work, rules, counter, context))
    except NumberExhausted:
        raise InvalidInput.of("invoice_number", "The number pattern gives no free number.") from None
    if found.from_client:
        client.data[f"{series}_number_counter"] += found.skipped
    else:
        work.head.numbers[series] = counter + found.skipped
    return found.number


def _taken(work: Work, rules: Numbering, counter: int, context: NumberContext) -> Callable[[str], bool]:
    """Tells taken numbers. The first candidate is left to the commit; once one is known to be taken, the
    numbers that would follow are read in one batch."""
    asked = 0

    def taken(number: str) -> bool:
        nonlocal asked
        if asked == 1:
            work.fetch(work.unique_key(UNIQUE, text) for text in _following(rules, counter, context))
        asked += 1
        key = work.unique_key(UNIQUE, normal(number))
        return work.raw(key) is not None if asked > 1 else work.is_taken(UNIQUE, normal(number))

    return taken


def _following(rules: Numbering, counter: int, context: NumberContext) -> set[str]:
    return {
        normal(allocate(rules, counter + step, context, lambda _: False).number)
        for step in range(1, LOOK_AHEAD)
    }


def move_counters(work: Work, settings: Data, client: Record, is_quote: bool, amount: Decimal) -> bool:
    """Move the counters that a new record moves (billing 3.4). Whether the client's did."""
    numbers = work.head.numbers
    found = moves(
        settings["invoice_number_pattern"] or "",
        is_quote,
        settings["share_counter"],
        amount,
        numbers.get("credit", 0) > 0,
    )
    for series, moved in (("invoice", found.invoice), ("quote", found.quote), ("credit", found.credit)):
        if moved:
            numbers[series] = numbers.get(series, 1) + 1
    if found.client:
        series = "quote" if is_separate_quote(settings, is_quote) else "invoice"
        client.data[f"{series}_number_counter"] += 1
    return found.client


def check_number(work: Work, number: str) -> None:
    """InvalidInput when another record of the account has this number, whatever its state."""
    if work.is_taken(UNIQUE, normal(number)):
        raise InvalidInput.of("invoice_number", "The invoice number has already been taken.")


def take_client_number(work: Work, settings: Data, client: Data) -> str:
    counter = work.head.numbers.get("client", 0)
    rules = Numbering(
        pattern=settings["client_number_pattern"] or "",
        prefix=settings["client_number_prefix"] or "",
        padding=settings["invoice_number_padding"],
    )
    context = number_context(work.context, settings, client, "invoice_number_counter")
    try:
        found: Allocation = allocate(
            rules, counter, context, lambda number: bool(work.pointed("id_number", number))
        )
    except NumberExhausted:
        raise InvalidInput.of("id_number", "The number pattern gives no free number.") from None
    work.head.numbers["client"] = counter + found.skipped
    return found.number
