"""The relay works when woken and by the clock, and survives failures; a stream's batches fail in part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, cast

import pytest

from chalicelib.local import relay as local
from chalicelib.local import sources
from chalicelib.local.relay import Relay
from chalicelib.local.sources import Queue, Stream

NEVER = 3600.0
PATIENCE = 20.0


class FakeStream:
    def __init__(self, poll: Callable[[], int]) -> None:
        self.poll = poll


class FakeQueue:
    """Holds what it is given; `handed` collects what workers got."""

    name = "fake"

    def __init__(self) -> None:
        self.held: SimpleQueue[int] = SimpleQueue()
        self.handed: SimpleQueue[list[int]] = SimpleQueue()

    def receive(self) -> list[int]:
        return [] if self.held.empty() else [self.held.get()]

    def hand(self, messages: list[int]) -> None:
        self.handed.put(messages)
        raise RuntimeError("the worker failed")


@contextmanager
def running(poll: Callable[[], int], queue: FakeQueue) -> Iterator[Relay]:
    relay = Relay(cast(Stream, FakeStream(poll)), [cast(Queue, queue)], lambda: 0)
    relay.start()
    yield relay
    relay.stop()


def test_a_wake_reads_the_stream_until_it_is_empty_and_has_the_queues_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local, "IDLE_SECONDS", NEVER)
    queue = FakeQueue()
    found = [2, 1]
    rounds: SimpleQueue[int] = SimpleQueue()

    def poll() -> int:
        rounds.put(found[0] if found else 0)
        if found:
            queue.held.put(found[0])
        return found.pop(0) if found else 0

    with running(poll, queue) as relay:
        relay.wake()
        assert [rounds.get(timeout=PATIENCE) for _ in range(3)] == [2, 1, 0]
        assert [queue.handed.get(timeout=PATIENCE) for _ in range(2)] == [[2], [1]]


def test_what_runs_hourly_runs_at_the_start_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "SWEEP_SECONDS", 0.001)
    ran: SimpleQueue[None] = SimpleQueue()

    def hourly() -> int:
        ran.put(None)
        return 1

    relay = Relay(cast(Stream, FakeStream(lambda: 0)), [], lambda: 0, hourly)
    relay.start()
    ran.get(timeout=PATIENCE)
    relay.stop()
    assert ran.empty()


def test_it_runs_by_the_clock_and_a_failure_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "IDLE_SECONDS", 0.001)
    tried: SimpleQueue[None] = SimpleQueue()

    def poll() -> int:
        tried.put(None)
        raise RuntimeError("the store is away")

    with running(poll, FakeQueue()):
        for _ in range(3):
            tried.get(timeout=PATIENCE)


# ---- batches of the stream, as Lambda treats them
def records(*numbers: str) -> list[dict[str, Any]]:
    return [{"dynamodb": {"SequenceNumber": number}} for number in numbers]


def handed(answer: Callable[[list[str]], list[str]]) -> list[list[str]]:
    """Which batches a handler gets that answers with the numbers that failed."""
    seen: list[list[str]] = []

    def handle(batch: Any, _: Any) -> Any:
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch["Records"]]
        seen.append(numbers)
        return {"batchItemFailures": [{"itemIdentifier": number} for number in answer(numbers)]}

    stream = Stream.__new__(Stream)
    stream._handler = handle
    stream._hand(records("1", "2", "3", "4"))
    return seen


def test_a_batch_is_repeated_from_the_first_failure_on_and_then_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "PAUSE", 0)
    failing = iter([["3", "4"], ["3"]])
    assert handed(lambda _: next(failing, [])) == [["1", "2", "3", "4"], ["3", "4"], ["3", "4"]]
    assert len(handed(lambda numbers: numbers[:1])) == 1 + sources.RETRIES


def test_a_handler_that_dies_of_a_record_gets_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(numbers: list[str]) -> list[str]:
        if "2" in numbers:
            raise RuntimeError
        return []

    assert handed(answer) == [["1", "2", "3", "4"], ["1", "2"], ["1"], ["2"], ["3", "4"]]
