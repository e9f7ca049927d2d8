"""Threads for work that waits for others: in order within a lane, lanes beside each other."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from threading import Condition, Thread

from chalicelib.store.event import Event

log = logging.getLogger(__name__)

MOST_AT_ONCE = 64


class Lanes:
    """Runs `work`, which answers whether an event is closed, for everything put into a lane."""

    def __init__(self, work: Callable[[Event], bool], most: int = MOST_AT_ONCE) -> None:
        self._work = work
        self._most = most
        self._queues: dict[str, deque[Event]] = {}
        self._ready: deque[str] = deque()
        self._running = 0
        self._closed = 0
        self._error: BaseException | None = None
        self._changed = Condition()

    def put(self, lane: str, item: Event) -> None:
        with self._changed:
            known = self._queues.get(lane)
            if known is not None:
                known.append(item)
                return
            self._queues[lane] = deque([item])
            self._ready.append(lane)
            if self._running < self._most:
                self._running += 1
                Thread(target=copy_context().run, args=(self._run,), name="lane", daemon=True).start()

    def wait(self) -> int:
        """When all is done: how many events were closed. Raises what ended a lane too early."""
        with self._changed:
            self._changed.wait_for(lambda: not self._running)
            error, self._error = self._error, None
            if error is not None:
                raise error
            return self._closed

    def _run(self) -> None:
        while lane := self._next_lane():
            while item := self._next_item(lane):
                try:
                    closed = self._work(item)
                except BaseException as error:
                    log.warning("A delivery of %s was broken off: %r", lane, error)
                    closed = False
                    with self._changed:
                        self._error = error
                with self._changed:
                    self._closed += closed

    def _next_lane(self) -> str:
        with self._changed:
            if self._ready:
                return self._ready.popleft()
            self._running -= 1
            self._changed.notify_all()
            return ""

    def _next_item(self, lane: str) -> Event | None:
        with self._changed:
            if self._queues[lane]:
                return self._queues[lane].popleft()
            del self._queues[lane]
            return None
