"""Who may try next when writers of one account get in each other's way.

Every commit moves the account's head, so of several writers one wins and the others decide again. Losers of
one process queue for a lock; those of different processes keep out of each other's way by random pauses.
"""

from __future__ import annotations

import random
import time
import zlib
from threading import Lock
from types import TracebackType

from chalicelib.errors import Busy

BUDGET_SECONDS = 10.0
FIRST_PAUSE = 0.15
LONGEST_PAUSE = 2.0

# Accounts share the locks of a fixed set, so that none has to be thrown away; sharing costs only time.
_QUEUES = tuple(Lock() for _ in range(64))


class Turns:
    """The attempts of one writer. The first is free; a writer that lost keeps its place until it is done."""

    def __init__(self, account: str) -> None:
        self._queue = _QUEUES[zlib.crc32(account.encode()) % len(_QUEUES)]
        self._queued = False
        self._deadline = time.monotonic() + BUDGET_SECONDS
        self._pause = FIRST_PAUSE

    def __enter__(self) -> Turns:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._queued:
            self._queue.release()

    def wait(self) -> None:
        """Returns when it is time to read the lost rows and try again. Busy: the budget is spent."""
        if not self._queued:
            self._queued = self._queue.acquire(timeout=max(0.0, self._deadline - time.monotonic()))
        else:
            time.sleep(random.uniform(0, self._pause))  # noqa: S311  (spreads attempts, guards nothing)
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if time.monotonic() > self._deadline:
            raise Busy
