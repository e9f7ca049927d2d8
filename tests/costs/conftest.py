"""A meter and an account to measure, on a clock that only tests move.

Whether two changes fall into the same second decides over the index entries that a change moves.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from chalicelib.api import auth
from chalicelib.local.gateway import Gateway
from tests.api_client import Api
from tests.costs import samples
from tests.costs.meter import Meter


class Clock:
    """Stands in for the `time` module where the API asks for the time."""

    def __init__(self) -> None:
        self.now = 1_795_600_000.0

    def time(self) -> float:
        return self.now

    monotonic = time

    def advance(self, seconds: float) -> None:
        self.now += seconds


class Shop(NamedTuple):
    """An account with products and a client, whose token the API knows already."""

    api: Api
    client: int


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    auth.cache.clear()
    monkeypatch.setattr(auth, "time", clock)
    return clock


@pytest.fixture(scope="session")
def meter(gateway: Gateway) -> Meter:
    """One for all tests of a worker, since calls would be counted by every further one too."""
    return Meter()


@pytest.fixture
def shop(gateway: Gateway, clock: Clock) -> Shop:
    api = Api(gateway)
    client = samples.stocked(api)
    clock.advance(5)
    return Shop(api, client)
