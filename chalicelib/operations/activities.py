"""The activities of an account or a client, read from its events (http.md 6)."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data, Shape, shown
from chalicelib.store.event import Event, from_raw
from chalicelib.store.reads import EVENTS, Range, query
from chalicelib.store.record import Raw, Record

ACTIVITY = Shape(
    "activity",
    (
        shown("id"),
        shown("activity_type_id", 0),
        shown("client_id", None, type="integer"),
        shown("user_id", 0),
        shown("invoice_id", None, type="integer"),
        shown("payment_id", None, type="integer"),
        shown("credit_id", None, type="integer"),
        shown("updated_at", 0),
        shown("expense_id", None, type="integer"),
        shown("is_system", None, type="boolean"),
        shown("contact_id", None, type="integer"),
        shown("task_id", None, type="integer"),
        shown("notes"),
        shown("adjustment", "0", number=True),
        shown("balance", "0", number=True),
    ),
)
RECENT = 100
MOST = 5_000
READ_AT_ONCE = 250


def of_client(context: Context, client: int) -> list[Record]:
    """Everything that happened to a client, newest first."""
    wanted = Range(EVENTS, f"{context.account}#{client}", "by_client", consistent=False)
    fresh = [event for event in reversed(context.fresh_events) if event.client == client]
    return [*_activities(fresh, 0), *_read(wanted, 0, MOST)]


def recent(context: Context, own_only: bool = False) -> list[Record]:
    """The newest activities of the whole account, or the user's own."""
    return _read(Range(EVENTS, context.account), context.user if own_only else 0, RECENT)


def _read(wanted: Range, user: int, most: int) -> list[Record]:
    found: list[Record] = []
    start: Raw | None = None
    while len(found) < most:
        rows, _, start = query(wanted, READ_AT_ONCE, start)
        found += _activities(map(from_raw, rows), user)
        if start is None:
            break
    return found[:most]


def _activities(events: Iterable[Event], user: int) -> list[Record]:
    """The activities that events, given newest first, hold; of one user only unless that is 0."""
    return [
        _record(event, row)
        for event in events
        if "activity" in event.body and user in (0, event.body["user"])
        for row in reversed((event.body["activity"], *event.body.get("also", ())))
    ]


def _record(event: Event, activity: Data) -> Record:
    moment = event.body["at"]
    kind = activity["type"]
    data: Data = {name: value for name, value in activity.items() if name != "type" and value is not None}
    data |= {
        "id": f"{kind}-{event.client}-{moment}",
        "activity_type_id": kind,
        "client_id": event.client or None,
        "user_id": event.body["user"],
    }
    return Record(ACTIVITY.kind, 0, data, updated=moment, owner=event.body["user"])
