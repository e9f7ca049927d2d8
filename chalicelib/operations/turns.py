"""Who may try when several writers of one account would get in each other's way.

Every commit moves the account's head, so of several writers one wins and the others decide again. Writers of
one process take turns; those of different processes spread their further attempts by random pauses.
"""

from __future__ import annotations

import random
import time
import zlib
from threading import RLock
from types import TracebackType

from chalicelib.errors import Busy

BUDGET_SECONDS = 10.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 0.8

# Accounts share the locks of a fixed set, so that none has to be thrown away; sharing costs only time.
_QUEUES = tuple(RLock() for _ in range(64))


class Turns:
    """The attempts of one writer, made while no other writer of the process is at the account.

    Busy: the budget was spent on waiting.
    """

    def __init__(self, account: str) -> None:
        self._queue = _QUEUES[zlib.crc32(account.encode()) % len(_QUEUES)]
        self._deadline = time.monotonic() + BUDGET_SECONDS
        self._pause = FIRST_PAUSE

    def __enter__(self) -> Turns:
        if not self._queue.acquire(timeout=BUDGET_SECONDS):
            raise Busy
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.release()

    def wait(self) -> None:
        """Returns when it is time to try again after a loss to another process."""
        if time.monotonic() > self._deadline:
            raise Busy
        time.sleep(random.uniform(0, self._pause))  # noqa: S311  (spreads attempts, guards nothing)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
