"""The mails of an account as its events tell of them: to whom, when, and what became of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.operations import password_links
from chalicelib.operations.context import Context
from chalicelib.operations.hooks import require_admin
from chalicelib.operations.shapes import USER
from chalicelib.store.event import FAILURE, Event, from_raw
from chalicelib.store.reads import EVENTS, Range, get_rows, query, record_key
from chalicelib.store.record import from_raw as record_from_raw

LOOKED_AT = 200
"""Events that one page looks at, whether they are mails or not."""
WAITING, SENT, FAILED = "waiting", "sent", "failed"


class Mail(NamedTuple):
    """`about` is the number of the document, `next` the moment of the next attempt while it waits."""

    event: str
    at: int
    to: str
    about: str
    reminder: str
    state: str
    attempts: int
    next: int | None
    reason: str


def recent(context: Context, before: int) -> tuple[list[Mail], int]:
    """Mails among the events before a sequence (0: the latest), newest first, and where to go on, 0 for end.

    Unauthorized.
    """
    require_admin(context)
    bound = f"{before - 1:012d}" if before > 0 else ""
    rows, _, rest = query(Range(EVENTS, context.account, high=bound), LOOKED_AT, None)
    found = [from_raw(row) for row in rows]
    mails = [event for event in found if "mail" in event.body or event.name == password_links.INVITED]
    users = _addresses(context, {event.body["id"] for event in mails if "mail" not in event.body})
    return [_mail(event, users) for event in mails], found[-1].sequence if rest else 0


def _addresses(context: Context, users: set[int]) -> dict[int, str]:
    """The e-mail addresses of invited users."""
    keys = {record_key(context.account, USER.kind, number): number for number in users}
    rows = get_rows(keys) if keys else {}
    return {keys[key]: record_from_raw(USER.kind, row).data["email"] for key, row in rows.items() if row}


def _mail(event: Event, users: dict[int, str]) -> Mail:
    body = event.body
    asked: dict[str, Any] = body.get("mail", {})
    contacts = body.get("client_record", {}).get("contacts", ())
    to = [row.get("email", "") for row in contacts if row["id"] == asked.get("contact")]
    return Mail(
        event=event.name,
        at=body["at"],
        to=to[0] if to else users.get(body["id"], ""),
        about=body.get("record", {}).get("invoice_number", ""),
        reminder=asked.get("reminder", ""),
        state=WAITING if event.due is not None else FAILED if FAILURE in body else SENT,
        attempts=event.attempts,
        next=event.due,
        reason=body.get(FAILURE, ""),
    )
