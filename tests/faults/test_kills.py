"""The relay of `make run`, workers and queues in threads and processes of their own, under bad luck."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import app
from chalicelib.delivery import queues, relay
from chalicelib.local import relay as local
from chalicelib.local.sources import connected, scheduled
from chalicelib.store import outbox
from tests import engines
from tests.api_client import Api
from tests.delivery.conftest import api, clock
from tests.delivery.post import FOREVER, Clock
from tests.depth import times
from tests.queueing import own_queues
from tests.receiver import Got, Receiver, receiving

__all__ = ["api", "clock"]

ROOT = Path(__file__).parents[2]
HOOKS, CHANGES, KILLS = 50, times(20, 5), 3
PATIENCE = 120.0


@pytest.fixture(scope="module")
def sqs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with engines.ministack(tmp_path_factory.mktemp("ministack")) as url:
        yield url


@pytest.fixture
def running_queues(sqs: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", sqs)
    # Kills use receipts up, and what SQS then holds as dead would wait for the end of its deduplication.
    monkeypatch.setattr(queues, "MOST_RECEIVED", 1_000)
    queues._sqs.cache_clear()
    with own_queues(monkeypatch, visibility=5, engine=f"{sqs}/000000000000"):
        yield
    queues._sqs.cache_clear()


@contextmanager
def delivering(generation: int) -> Iterator[None]:
    """Ends by kill -9."""
    ahead = generation * (relay.LEASE_SECONDS + 30)
    command = [sys.executable, "-m", "tests.faults.deliverer", str(ahead)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as process:
        try:
            yield
        finally:
            process.kill()


def wait_for(receiver: Receiver, count: int) -> None:
    with receiver.arrived:
        assert receiver.arrived.wait_for(lambda: len(ids(receiver)) >= count, PATIENCE), len(receiver.got)


def ids(receiver: Receiver) -> set[str]:
    return {got.headers["webhook-id"] for got in receiver.got}


def listen(api: Api, receiver: Receiver, path: str) -> None:
    body = {"event": "update_client", "target_url": receiver.url + path}
    assert api.post("/hooks", body).status == 201


def change(api: Api, count: int) -> None:
    for number in range(count):
        assert api.put("/clients/1", {"name": str(number)}).status == 200


def test_deliveries_survive_kills(api: Api, running_queues: None) -> None:
    with receiving() as receiver:
        for _ in range(HOOKS):
            listen(api, receiver, "/in")
        change(api, CHANGES)
        total = HOOKS * CHANGES
        for generation in range(1, KILLS + 1):
            with delivering(generation):
                wait_for(
                    receiver, total * generation // (KILLS + 1) + random.randint(-total // 16, total // 16)
                )
        with delivering(KILLS + 1):
            wait_for(receiver, total)
            ends = time.monotonic() + PATIENCE
            while outbox.due(FOREVER - 1) and time.monotonic() < ends:
                time.sleep(0.1)
    assert outbox.due(FOREVER - 1) == []
    assert len(ids(receiver)) == total
    assert len(receiver.got) - total <= KILLS * local.WORKERS


def test_a_receiver_that_hangs_blocks_nobody(api: Api, running_queues: None) -> None:
    with receiving() as receiver:

        def answer(got: Got) -> int | None:
            return None if got.path == "/hangs" else 200

        receiver.answer = answer
        listen(api, receiver, "/hangs")
        listen(api, receiver, "/quick")
        relay = local.Relay(
            *connected(app.stream, app.worker), lambda: int(app.sweep(scheduled("sweep"), None))
        )
        relay.start()
        for number in range(3):
            change(api, 1)
            relay.wake()
            receiver.wait_for("/quick", number + 1)
        assert [got.json["version"] for got in receiver.at("/quick")] == [2, 3, 4]
        assert len(receiver.at("/hangs")) == 1
        receiver.ended.set()
        relay.stop()
