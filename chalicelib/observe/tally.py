"""What accounts have used, kept in the container until it is written down.

Counts wait per account and UTC day. Once in a while the longest-waiting ones leave as a batch, which is
settled as written or comes back. A batch of which nobody knows whether it was written stays as it is and is
offered again under its token, by which DynamoDB recognizes it for ten minutes.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

from chalicelib.observe import scope
from chalicelib.observe.scope import Scope

MOST = 100
"""Rows of a batch: DynamoDB's limit of a transaction."""
REQUESTS, READS, WRITES = "requests", "read_units", "write_units"
COUNTED = (REQUESTS, READS, WRITES, "mails", "pdfs", "webhooks")
"""What accounts are charged for."""

Owner = tuple[str, str]
"""Account and UTC day."""


class Batch(NamedTuple):
    token: str
    rows: dict[Owner, dict[str, float]]


class Tally:
    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Owner, dict[str, float]] = {}
        self._sent: Batch | None = None
        self._next = 0.0

    def add(self, done: Scope, now: float) -> None:
        """Count a scope towards its account; without one it is nobody's. `now` is in epoch seconds."""
        if not done.account:
            return
        used = {READS: done.reads, WRITES: done.writes, **done.done}
        self._keep((done.account, day_of(now)), used)

    def _keep(self, owner: Owner, used: dict[str, float]) -> None:
        added = {name: used[name] for name in COUNTED if used.get(name)}
        if not added:
            return
        with self._lock:
            counts = self._waiting.setdefault(owner, {})
            counts.update({name: counts.get(name, 0) + number for name, number in added.items()})

    def take(self, now: float, every: int) -> Batch | None:
        """What is to be written now, if anything: once in `every` seconds, for 0 never, and nothing is kept.

        It leaves the tally until it is settled.
        """
        with self._lock:
            if not every:
                self._waiting.clear()
                return None
            if now < self._next or not (self._sent or self._waiting):
                return None
            self._next = now + every
            if self._sent is None:
                oldest = list(self._waiting)[:MOST]
                rows = {owner: self._waiting.pop(owner) for owner in oldest}
                self._sent = Batch(secrets.token_hex(16), rows)
            return self._sent

    def settle(self, batch: Batch, is_written: bool) -> None:
        """The end of a batch; what was not written waits on."""
        with self._lock:
            if self._sent is not batch:
                return
            self._sent = None
        if not is_written:
            for owner, used in batch.rows.items():
                self._keep(owner, used)


TALLY = Tally()
"""The container's own."""


def day_of(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()


@contextmanager
def on_behalf_of(account: str, clock: Callable[[], float] = time.time) -> Iterator[Scope]:
    """Work for an account within an invocation that serves several. Rows of parts of it, such as
    `account#hook#1`, are its own."""
    with scope.entered(scope.current().part(account.partition("#")[0])) as part:
        try:
            yield part
        finally:
            TALLY.add(part, clock())
