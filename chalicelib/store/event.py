"""Events: what changed, committed with the change itself; side effects follow from them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.store import codec
from chalicelib.store.record import Raw

if TYPE_CHECKING:
    from chalicelib.store.models import EventRow

SHARDS = 4
FAILURE = "failure"
"""Where the body of an event that was given up holds the reason."""


@dataclass(slots=True)
class Event:
    """One entry of an account's feed.

    `name` is `<record>.<what happened>`. `activity` holds v4's activity fields where v4 records one. A `due`
    event (epoch seconds) has a side effect outstanding and is offered to the relay from that time on.
    """

    name: str
    body: dict[str, Any] = field(default_factory=dict)
    client: int = 0
    due: int | None = None
    sequence: int = 0
    attempts: int = 0
    account: str = ""


class Unreadable(Exception):
    """A row of which no event can be made, whatever wrote it."""


def due_key(account: str, sequence: int, due: int) -> str:
    """By time; within a second an account's events stand in their order."""
    return f"{due:010d}#{account}#{sequence:012d}"


def shard_of(account: str) -> str:
    return str(zlib.crc32(account.encode()) % SHARDS)


def to_row(account: str, event: Event) -> EventRow:
    from chalicelib.store.models import EventRow

    waits = event.due is not None
    return EventRow(
        account=account,
        sequence=f"{event.sequence:012d}",
        client=f"{account}#{event.client}" if event.client else None,
        shard=shard_of(account) if waits else None,
        due=due_key(account, event.sequence, event.due) if event.due is not None else None,
        attempts=event.attempts or None,
        body=codec.pack({"name": event.name, **event.body}),
    )


def is_restored(raw: Raw) -> bool:
    """Whether an import brought the row, so that nothing follows from it here."""
    return "r" in raw


def offered(raw: Raw) -> Event:
    """A row that asks for work. One that cannot be read becomes an event without a name, so that it can be
    handled by its key. Unreadable: not even the key can be read.
    """
    try:
        return from_raw(raw)
    except Exception:  # whatever a decoder makes of bytes that are not ours
        return _nameless(raw)


def _nameless(raw: Raw) -> Event:
    try:
        due, attempts = raw["at"]["S"][:10], raw.get("n", {"N": "0"})["N"]
        account, sequence = raw["pk"]["S"], raw["sk"]["S"]
        return Event("", {}, 0, int(due), int(sequence), int(attempts), account)
    except Exception as error:
        raise Unreadable(str(raw.get("pk")), str(raw.get("sk"))) from error


def from_raw(raw: Raw) -> Event:
    body: dict[str, Any] = codec.unpack(raw["b"]["B"])
    client = raw.get("c")
    due = raw.get("at")
    return Event(
        name=body.pop("name"),
        body=body,
        client=int(client["S"].rpartition("#")[2]) if client else 0,
        due=int(due["S"][:10]) if due else None,
        sequence=int(raw["sk"]["S"]),
        attempts=int(raw["n"]["N"]) if "n" in raw else 0,
        account=raw["pk"]["S"],
    )
