"""Drives the outbox where no DynamoDB stream does: delivers due events soon after each write."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

log = logging.getLogger(__name__)


class Relay:
    """Runs `deliver` in a thread whenever woken, and every `seconds` for what falls due by the clock.

    `deliver` returns how many events it delivered; while there are any, it is called again at once.
    """

    def __init__(self, deliver: Callable[[], int], *, seconds: float = 1.0) -> None:
        self._deliver = deliver
        self._seconds = seconds
        self._due = Event()
        self._ended = Event()
        self._thread = Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._due.set()

    def stop(self) -> None:
        """Returns once a delivery under way has ended, or after some seconds."""
        self._ended.set()
        self._due.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._due.wait(self._seconds)
            self._due.clear()
            self._deliver_all()

    def _deliver_all(self) -> None:
        try:
            while not self._ended.is_set() and self._deliver():
                pass
        except Exception:
            log.exception("Delivering failed; it is tried again in %s s", self._seconds)
