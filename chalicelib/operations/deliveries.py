"""The deliveries of a webhook: one row per event and hook, found by the relay like any event that is due.

They stand in the events table beside the account's own feed, under `account#hook#id` and the sequence of
their event, so that making one twice makes one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from chalicelib.errors import InvalidInput
from chalicelib.operations import notices
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.hooks import existing
from chalicelib.operations.lists import read_head
from chalicelib.operations.work import Work
from chalicelib.store import outbox
from chalicelib.store.event import Event, from_raw
from chalicelib.store.reads import EVENTS, Key, Range, get_row, query

NAME = "hook.delivery"
PENDING, DELIVERED, FAILED, REFUSED, GONE, DROPPED = (
    "pending", "delivered", "failed", "refused", "gone", "dropped"
)  # fmt: skip
KEPT_SECONDS = 30 * 86_400
MOST_REPLAYED = 1_000
"""Events that one replay looks at."""
READ_AT_ONCE = 250
LAST = 10**12 - 1


class Replayed(NamedTuple):
    """How many events are delivered again, and the sequence to go on from, 0 at the end of the range."""

    events: int
    next: int


def partition(account: str, hook: int) -> str:
    return f"{account}#hook#{hook}"


def owner_of(delivery: Event) -> tuple[str, int]:
    """The account and hook of a delivery."""
    account, _, hook = delivery.account.split("#")
    return account, int(hook)


def message_id(delivery: Event) -> str:
    """The same at every attempt and replay, so that receivers can tell a repetition."""
    return "msg_" + sha256(f"{delivery.account}#{delivery.sequence}".encode()).hexdigest()[:32]


def make(event: Event, hook: int, now: int) -> Event:
    body = {"event": event.name, "id": event.body["id"], "made": now, "state": PENDING, "log": []}
    return Event(NAME, body, due=now, sequence=event.sequence, account=partition(event.account, hook))


def fan_out(event: Event, now: int) -> None:
    """A delivery for each hook that listened at the commit. Doing it again adds nothing."""
    if not is_told(event):
        for hook in event.body["hooks"]:
            outbox.add(make(event, hook, now), now + KEPT_SECONDS)
        event.body["told"] = True


def is_told(event: Event) -> bool:
    """Whether every hook that listened has its delivery."""
    return bool(event.body.get("told", not event.body.get("hooks")))


def recent(context: Context, hook: int, before: int, size: int) -> tuple[list[Event], int]:
    """Deliveries of a hook, newest event first, and the sequence to go on before, 0 at the end."""
    existing(Work(context, {}), hook)
    bound = f"{before - 1:012d}" if before > 0 else ""
    wanted = Range(EVENTS, partition(context.account, hook), high=bound)
    rows, _, rest = query(wanted, size, None)
    found = [from_raw(row) for row in rows]
    return found, found[-1].sequence if rest and found else 0


# ---- the feed
def feed(context: Context, after: int, size: int) -> list[Event]:
    """Events of the account in their order, which never changes and has no gap."""
    low = f"{min(max(after, 0), LAST - 1) + 1:012d}"
    rows, _, _ = query(Range(EVENTS, context.account, low=low, descending=False), size, None)
    return [from_raw(row) for row in rows]


def replay(context: Context, hook: int, span: Mapping[str, Any], dry: bool = False) -> Replayed:
    """Deliver the events of a range once more, under their first message ids.

    `from` and `to` are moments (epoch seconds or ISO 8601), `from_sequence` and `to_sequence` places in the
    feed; both ends are included and may be left out. InvalidInput, RecordNotFound.
    """
    record = existing(Work(context, {}), hook)
    names = set(notices.heard_names(record.data["event"]))
    first, last = _bounds(context, span)
    count = 0
    for event in _events(context, first, min(last, first + MOST_REPLAYED - 1)):
        if notices.is_public(event.name) and "record" in event.body and names & {event.name, notices.ALL}:
            count += 1
            if not dry:
                outbox.add(make(event, hook, context.now), context.now + KEPT_SECONDS, replace=True)
    end = min(last, read_head(context).sequence)
    return Replayed(count, first + MOST_REPLAYED if end >= first + MOST_REPLAYED else 0)


def _events(context: Context, first: int, last: int) -> Iterator[Event]:
    place = first - 1
    while place < last:
        found = feed(context, place, min(READ_AT_ONCE, last - place))
        yield from found
        if not found:
            return
        place = found[-1].sequence


def _bounds(context: Context, span: Mapping[str, Any]) -> tuple[int, int]:
    """The sequences of a range."""
    first, last = _sequence(span, "from_sequence", 1), _sequence(span, "to_sequence", LAST)
    since, until = _moment(span, "from"), _moment(span, "to")
    if since is not None:
        first = max(first, _first_since(context, since))
    if until is not None:
        last = min(last, _first_since(context, until + 1) - 1)
    return first, last


def _sequence(span: Mapping[str, Any], name: str, default: int) -> int:
    sent = span.get(name)
    if sent in (None, ""):
        return default
    try:
        return whole(sent, 1, LAST)
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None


def _moment(span: Mapping[str, Any], name: str) -> int | None:
    """Epoch seconds; a time without a zone is UTC."""
    sent = span.get(name)
    if sent in (None, ""):
        return None
    text = str(sent).strip()
    try:
        if text.isascii() and text.isdigit():
            return whole(text, 0, LAST)
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise InvalidInput.of(name, "The moment must be in epoch seconds or ISO 8601.") from None


def _first_since(context: Context, moment: int) -> int:
    """The first sequence at or after a moment, by bisection: the feed is in the order of time."""
    low, high = 1, read_head(context).sequence + 1
    while low < high:
        middle = (low + high) // 2
        row = get_row(Key(EVENTS, context.account, f"{middle:012d}"))
        if row is not None and from_raw(row).body["at"] < moment:
            low = middle + 1
        else:
            high = middle
    return low
