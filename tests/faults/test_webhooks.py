"""The process may die around any call while it tells others: nothing is lost, repetitions keep their id."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from chalicelib.delivery import relay
from tests.api_client import Api
from tests.delivery.conftest import api, clock
from tests.delivery.post import Clock
from tests.faults.hooks import Died, counting, dying, dynamodb, unreachable
from tests.receiver import Receiver, receiving

__all__ = ["api", "clock"]

LEASE = relay.LEASE_SECONDS


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def heard(api: Api, clock: Clock, receiver: Receiver) -> Api:
    """The account with two hooks for its client."""
    for path in ("/one", "/two"):
        body = {"event": "update_client", "target_url": receiver.url + path}
        assert api.post("/hooks", body).status == 201
    return api


def ids(receiver: Receiver, path: str) -> list[str]:
    return [got.headers["webhook-id"] for got in receiver.at(path)]


def calls_of_a_delivery(api: Api, clock: Clock) -> int:
    api.put("/clients/1", {"name": "counted"})
    with counting(dynamodb()) as calls:
        clock.run(1)
    return len(calls)


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
def test_a_crash_anywhere_loses_nothing(heard: Api, clock: Clock, receiver: Receiver, moment: str) -> None:
    for at in range(calls_of_a_delivery(heard, clock)):
        receiver.got.clear()
        assert heard.put("/clients/1", {"name": f"{moment} {at}"}).status == 200
        with dying(moment, at, dynamodb()), suppress(Died):
            clock.run(1)
        clock.run(LEASE + 1)
        clock.run(LEASE + 1)
        for path in ("/one", "/two"):
            found = ids(receiver, path)
            assert len(set(found)) == 1, (at, path, found)
            # Only what died between the answer and its record is told twice.
            assert len(found) <= 2
        assert len(receiver.got) <= 3
        clock.run(LEASE + 1)


def test_a_crash_after_the_answer_repeats_under_the_same_id(
    heard: Api, clock: Clock, receiver: Receiver
) -> None:
    heard.delete("/hooks/2")
    heard.put("/clients/1", {"name": "x"})

    def die(_: object) -> int:
        died.__enter__()
        return 200

    died = dying("before-call", 0, dynamodb())
    receiver.answer = die
    with suppress(Died):
        clock.run(1)
    died.__exit__(None, None, None)
    receiver.answer = lambda _: 200
    clock.run(LEASE + 1)
    assert len(ids(receiver, "/one")) == 2
    assert len(set(ids(receiver, "/one"))) == 1
    clock.run(100_000)
    assert len(receiver.got) == 2


def test_many_workers_tell_once(heard: Api, clock: Clock, receiver: Receiver) -> None:
    for number in range(5):
        heard.put("/clients/1", {"name": str(number)})
    clock.now += 1
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: relay.run_pending(clock), range(16)))
    clock.run(1)
    assert len(receiver.got) == 10
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 10


def test_an_outage_of_the_store_delays_and_loses_nothing(
    heard: Api, clock: Clock, receiver: Receiver
) -> None:
    heard.put("/clients/1", {"name": "x"})
    for operation in ("PutItem", "UpdateItem", "BatchGetItem", "Query"):
        with unreachable(dynamodb(), operation), suppress(Exception):
            clock.run(1)
        clock.run(LEASE + 1)
    clock.run(100_000)
    assert len(set(ids(receiver, "/one"))) == len(set(ids(receiver, "/two"))) == 1


def test_a_crash_while_unsubscribing_is_made_up_for(heard: Api, clock: Clock, receiver: Receiver) -> None:
    receiver.answer = lambda got: 410 if got.path == "/one" else 200
    heard.put("/clients/1", {"name": "x"})
    with dying("before-call.TransactWriteItems", 0, dynamodb()), suppress(Died):
        clock.run(1)
    clock.run(LEASE + 1)
    assert [hook["id"] for hook in heard.get("/hooks").data] == [2]
    heard.put("/clients/1", {"name": "y"})
    clock.run(1)
    assert len(receiver.at("/two")) == 2
    assert len(receiver.at("/one")) <= 2
