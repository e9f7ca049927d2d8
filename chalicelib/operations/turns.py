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

BUDGET_SECONDS = 15.0
FIRST_SPREAD = 4
WIDEST_SPREAD = 16
"""Pauses are random within so many times the length of an attempt: a slow store gets fewer of them."""
LONGEST_PAUSE = 1.5

# Accounts share the locks of a fixed set, so that none has to be thrown away; sharing costs only time.
_QUEUES = tuple(RLock() for _ in range(64))


class Turns:
    """The attempts of one writer, made while no other writer of the process is at the account.

    Busy: the budget was spent on waiting.
    """

    def __init__(self, account: str) -> None:
        self._queue = _QUEUES[zlib.crc32(account.encode()) % len(_QUEUES)]
        self._deadline = time.monotonic() + BUDGET_SECONDS
        self._spread = FIRST_SPREAD
        self._begun = 0.0

    def __enter__(self) -> Turns:
        if not self._queue.acquire(timeout=BUDGET_SECONDS):
            raise Busy
        self._begun = time.monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.release()

    def wait(self) -> None:
        """Returns when it is time to try again after a loss to another process."""
        now = time.monotonic()
        if now > self._deadline:
            raise Busy
        widest = min(self._spread * (now - self._begun), LONGEST_PAUSE)
        time.sleep(random.uniform(0, widest))  # noqa: S311  (spreads attempts, guards nothing)
        self._spread = min(self._spread * 2, WIDEST_SPREAD)
        self._begun = time.monotonic()
