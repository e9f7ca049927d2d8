"""Queues of a test's own, and what Lambda would do about them and the stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import boto3
import orjson
import pytest

import app
from chalicelib.delivery import queues, worker
from chalicelib.local import provision
from chalicelib.local.sources import Queue, Stream
from chalicelib.settings import settings
from chalicelib.store.reads import EVENTS
from tests.engines import MOTO_URL

Batch = dict[str, Any]
Handler = Callable[[Batch, Any], Any]
_numbers = count(1)


class Queues:
    """The stream from now on and three working queues, pumped by hand."""

    def __init__(self, consume: Handler, work: Handler) -> None:
        self.stream = Stream(EVENTS, consume)
        self.queues = {name: Queue(name, work) for name in queues.BATCHES}

    def pump(self) -> None:
        """Until neither the stream nor a queue holds anything."""
        while self.stream.poll() + self.drain():
            pass

    def drain(self, *names: str) -> int:
        """How many batches were worked off."""
        batches = 0
        for queue in [self.queues[name] for name in names or self.queues]:
            while messages := queue.receive():
                queue.hand(messages)
                batches += 1
        return batches

    def dead(self) -> list[Any]:
        """The dead letters, which are taken out."""
        sqs = boto3.client("sqs")
        found: list[Any] = []
        while messages := sqs.receive_message(
            QueueUrl=queues.url(queues.DEAD), MaxNumberOfMessages=10, VisibilityTimeout=600
        ).get("Messages"):
            found += [orjson.loads(message["Body"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=queues.url(queues.DEAD), ReceiptHandle=message["ReceiptHandle"])
        return found


@contextmanager
def own_queues(
    patch: pytest.MonkeyPatch, visibility: int = 60, engine: str = f"{MOTO_URL}/123456789012"
) -> Iterator[None]:
    patch.setenv("KUNAI_QUEUES", f"{engine}/test{next(_numbers)}")
    settings.cache_clear()
    try:
        provision.create_queues(visibility)
        yield
    finally:
        patch.delenv("KUNAI_QUEUES")
        settings.cache_clear()


@pytest.fixture
def queued(gateway: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    """Every commit from now on is delivered by `pump`, through the app's own handlers."""
    with own_queues(monkeypatch):
        yield Queues(app.stream, app.worker)


def ahead(seconds: float) -> Handler:
    """The worker at a later time."""
    import time

    return lambda batch, _: worker.work(batch, lambda: time.time() + seconds)
