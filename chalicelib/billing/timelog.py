"""A task's time log: intervals of Unix seconds, of which the last may still run (resources.md 5.11)."""

from __future__ import annotations

from collections.abc import Sequence

Interval = tuple[int, int]
"""Start and end; an end of 0 means that the timer runs."""

LATEST = 2**40


def parse(value: object) -> list[Interval]:
    """Intervals of decoded JSON, sorted by start. ValueError: anything that is not a list of such pairs."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError("The time log must be a list of intervals.")
    return sorted(_interval(pair) for pair in value)


def _interval(pair: object) -> Interval:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or not 1 <= len(pair) <= 2:
        raise ValueError("Each interval must be a pair of start and end.")
    start, end = pair[0], pair[1] if len(pair) > 1 else 0
    return _second(start), _second(end or 0)


def _second(value: object) -> int:
    try:
        found = int(str(value))
    except ValueError:
        raise ValueError("Times must be Unix seconds.") from None
    if not 0 <= found < LATEST:
        raise ValueError("Times must be Unix seconds.")
    return found


def check(intervals: Sequence[Interval]) -> None:
    """ValueError: intervals that overlap, end before they start, or run while a later one follows."""
    previous = 0
    for position, (start, end) in enumerate(intervals):
        running = end == 0
        if start < previous or (not running and end < start) or (running and position < len(intervals) - 1):
            raise ValueError("Please correct any overlapping times")
        previous = end


def duration(intervals: Sequence[Interval], now: int) -> int:
    """Seconds worked; a running interval counts up to `now`."""
    return sum(max(0, (end or now) - start) for start, end in intervals)


def started(intervals: Sequence[Interval], now: int) -> list[Interval]:
    """With the timer running: unchanged if it does already."""
    running = bool(intervals) and intervals[-1][1] == 0
    return list(intervals) if running else [*intervals, (now, 0)]


def stopped(intervals: Sequence[Interval], now: int) -> list[Interval]:
    """With the running interval, if any, ended now."""
    return [(start, end or max(now, start)) for start, end in intervals]
