"""The relay delivers when woken and by the clock, and survives failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

from chalicelib.local.relay import Relay

NEVER = 3600.0
PATIENCE = 20.0


@contextmanager
def running(deliver: Callable[[], int], seconds: float) -> Iterator[Relay]:
    relay = Relay(deliver, seconds=seconds)
    relay.start()
    yield relay
    relay.stop()


def test_a_wake_delivers_until_nothing_is_left() -> None:
    left = [2, 1, 0]
    rounds: SimpleQueue[int] = SimpleQueue()

    def deliver() -> int:
        delivered = left.pop(0) if left else 0
        rounds.put(delivered)
        return delivered

    with running(deliver, NEVER) as relay:
        relay.wake()
        assert [rounds.get(timeout=PATIENCE) for _ in range(3)] == [2, 1, 0]
    assert rounds.empty()


def test_it_runs_by_the_clock_without_being_woken() -> None:
    rounds: SimpleQueue[int] = SimpleQueue()

    def deliver() -> int:
        rounds.put(0)
        return 0

    with running(deliver, 0.001):
        for _ in range(3):
            rounds.get(timeout=PATIENCE)


def test_a_failure_is_not_the_end() -> None:
    outcomes: SimpleQueue[str] = SimpleQueue()

    def deliver() -> int:
        outcomes.put("tried")
        raise RuntimeError("the mail server is away")

    with running(deliver, NEVER) as relay:
        for _ in range(3):
            relay.wake()
            assert outcomes.get(timeout=PATIENCE) == "tried"
