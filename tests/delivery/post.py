"""The relay under a clock of our own, and what it hands to SES."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, NamedTuple

from chalicelib.delivery import relay
from chalicelib.store import outbox
from tests.faults.hooks import hooked, ses

FOREVER = 9_999_999_999


class Posted(NamedTuple):
    """One message that SES was asked to send."""

    to: list[str]
    bcc: list[str]
    message: EmailMessage
    tags: dict[str, str]


class Clock:
    """Time as the relay sees it; it begins a little ahead, when everything committed until then is due."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def run(self, after: float = 0) -> int:
        """Deliver everything that is due `after` so many seconds."""
        self.now += after
        closed = 0
        while found := relay.run_pending(self):
            closed += found
        return closed


def clear() -> None:
    """Close the events that other tests left due."""
    while left := outbox.due(FOREVER - 1):
        for item in left:
            outbox.claim(item, FOREVER)
            outbox.close(item)


@contextmanager
def posting() -> Iterator[list[Posted]]:
    """Collects the messages given to SES, delivered or not."""
    posted: list[Posted] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        goal = params["Destination"]
        message = message_from_bytes(params["Content"]["Raw"]["Data"], policy=policy.default)
        assert isinstance(message, EmailMessage)
        tags = {row["Name"]: row["Value"] for row in params.get("EmailTags", ())}
        posted.append(Posted(goal["ToAddresses"], goal.get("BccAddresses", []), message, tags))

    with hooked(ses(), "provide-client-params.SendEmail", note):
        yield posted
