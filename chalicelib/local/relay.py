"""Runs the handlers that Lambda would: of the stream, of the queues, and the schedules by the clock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore, Event, Thread

from chalicelib.local.sources import Queue, Record, Stream
from chalicelib.settings import settings

log = logging.getLogger(__name__)

WORKERS = 16
"""Invocations of a queue at a time."""
IDLE_SECONDS = 1.0
"""Between looks at the stream, unless woken; at queues, which only this process fills, five times that."""
SWEEP_SECONDS = 5.0


class Relay:
    """`wake` has the stream looked at; records of it have the queues looked at."""

    def __init__(
        self,
        stream: Stream,
        queues: Sequence[Queue],
        sweep: Callable[[], int],
        hourly: Callable[[], int] = lambda: 0,
    ) -> None:
        self._stream = stream
        self._ended = Event()
        self._written = Event()
        self._sent = {queue.name: Event() for queue in queues}
        self._threads = [
            Thread(target=self._read_stream, name="stream", daemon=True),
            Thread(target=self._repeat, args=(sweep, SWEEP_SECONDS), name="sweeper", daemon=True),
            Thread(target=self._repeat, args=(hourly, settings().hour), name="hourly", daemon=True),
            *(Thread(target=self._work, args=(queue,), name=queue.name, daemon=True) for queue in queues),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        self._written.set()

    def stop(self) -> None:
        """Returns once what is under way has ended, or after some seconds."""
        self._ended.set()
        self._written.set()
        self._wake_queues()
        ends = time.monotonic() + 5
        for thread in self._threads:
            thread.join(max(ends - time.monotonic(), 0))

    def _wake_queues(self) -> None:
        for sent in self._sent.values():
            sent.set()

    def _read_stream(self) -> None:
        while not self._ended.is_set():
            self._written.wait(IDLE_SECONDS)
            self._written.clear()
            try:
                while not self._ended.is_set() and self._stream.poll():
                    self._wake_queues()
            except Exception:
                log.exception("The stream could not be read; it is tried again")

    def _repeat(self, scheduled: Callable[[], int], every: float) -> None:
        """From shortly after the start on. What a schedule found may be in the stream or in queues."""
        pause = SWEEP_SECONDS
        while not self._ended.wait(pause):
            pause = every
            try:
                if scheduled():
                    self._written.set()
                    self._wake_queues()
            except Exception:
                log.exception("A schedule failed; it is tried again")

    def _work(self, queue: Queue) -> None:
        slots = BoundedSemaphore(WORKERS)
        pool = ThreadPoolExecutor(WORKERS, queue.name)
        while not self._ended.is_set():
            if not slots.acquire(timeout=IDLE_SECONDS):
                continue
            messages = self._receive(queue)
            if messages:
                pool.submit(self._invoke, queue, messages, slots)
                continue
            slots.release()
            self._sent[queue.name].wait(5 * IDLE_SECONDS)
            self._sent[queue.name].clear()
        pool.shutdown(cancel_futures=True)

    def _receive(self, queue: Queue) -> list[Record]:
        try:
            return queue.receive()
        except Exception:
            log.exception("The queue %s could not be read; it is tried again", queue.name)
            return []

    def _invoke(self, queue: Queue, messages: list[Record], slots: BoundedSemaphore) -> None:
        try:
            queue.hand(messages)
        except Exception:
            log.exception("A worker of %s failed; SQS delivers again", queue.name)
        finally:
            slots.release()
            # What follows in the group is free now, and the work may have made more.
            self._sent[queue.name].set()
            self._written.set()
