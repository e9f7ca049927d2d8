"""Reading SES's notices: which of our mails one is about, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

ACCOUNT_TAG, SEQUENCE_TAG = "account", "sequence"
"""The tags of a mail, by which it is found again: the event that asked for it."""
BOUNCE, COMPLAINT, DELIVERY, OPEN = "Bounce", "Complaint", "Delivery", "Open"
PERMANENT = "Permanent"
LONGEST = 255
_ACCOUNT = re.compile(r"[0-9a-z]{1,32}")
_MESSAGE_ID = re.compile(r"<?([0-9a-z]{1,32})\.([0-9]{1,12})@[^<>\s]*>?")


class Notice(NamedTuple):
    """`account` and `sequence` name the event of the mail. `error` is for the sender, empty when all is well.

    `addresses` are those that it is about, in lower case.
    """

    kind: str
    account: str
    sequence: int
    error: str = ""
    is_final: bool = False
    addresses: frozenset[str] = frozenset()


def read(message: Any) -> Notice | None:
    """None: about nothing that we act on, or no mail of ours."""
    if not isinstance(message, dict) or not isinstance(message.get("mail"), dict):
        return None
    kind = message.get("eventType") or message.get("notificationType")
    origin = _origin(message["mail"])
    if origin is None or kind not in (BOUNCE, COMPLAINT, DELIVERY, OPEN):
        return None
    told = message.get(str(kind).lower())
    return _of_kind(str(kind), *origin, told if isinstance(told, dict) else {})


def _of_kind(kind: str, account: str, sequence: int, told: dict[str, Any]) -> Notice:
    if kind == BOUNCE:
        rows = list(_rows(told.get("bouncedRecipients")))
        why = next((str(row["diagnosticCode"]) for row in rows if row.get("diagnosticCode")), "")
        name, final = str(told.get("bounceType") or ""), told.get("bounceType") == PERMANENT
        why = why or str(told.get("bounceSubType") or "bounced")
    elif kind == COMPLAINT:
        rows = list(_rows(told.get("complainedRecipients")))
        why = str(told.get("complaintFeedbackType") or "the recipient complained")
        name, final = kind, True
    else:
        return Notice(kind, account, sequence)
    addresses = frozenset(str(row.get("emailAddress") or "").lower() for row in rows)
    return Notice(kind, account, sequence, f"{name}: {why}"[:LONGEST], final, addresses)


def _origin(mail: dict[str, Any]) -> tuple[str, int] | None:
    """The mail's tags, or where SES gives none, our own Message-ID among its headers."""
    tags = mail.get("tags")
    if isinstance(tags, dict):
        account, sequence = (_first(tags.get(name)) for name in (ACCOUNT_TAG, SEQUENCE_TAG))
        if _ACCOUNT.fullmatch(account) and sequence.isdecimal() and sequence.isascii() and len(sequence) < 13:
            return account, int(sequence)
    for name in _message_ids(mail):
        found = _MESSAGE_ID.fullmatch(name)
        if found:
            return found[1], int(found[2])
    return None


def _message_ids(mail: dict[str, Any]) -> Iterator[str]:
    common = mail.get("commonHeaders")
    if isinstance(common, dict):
        yield str(common.get("messageId") or "")
    for row in _rows(mail.get("headers")):
        if str(row.get("name")).lower() == "message-id":
            yield str(row.get("value") or "").strip()


def _rows(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (row for row in value if isinstance(row, dict))


def _first(value: Any) -> str:
    return str(value[0]) if isinstance(value, list) and value else ""
