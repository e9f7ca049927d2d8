"""Stream and queues deliver more than once, in pieces and out of turn: everything still happens once."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import app
from chalicelib.store import event, outbox
from chalicelib.store.event import Event
from tests.api_client import Api
from tests.delivery.conftest import api, clock
from tests.delivery.post import Clock, posting
from tests.faults.hooks import hooked, s3
from tests.queueing import Batch, Queues, own_queues
from tests.receiver import Receiver, receiving

__all__ = ["api", "clock"]

KINDS = ("tax_rate", "product")
CHANGES = 4


class Chaos:
    """Hands every batch over one to three times, in pieces, with the records of others between."""

    def __init__(self, seed: int, keeps_order: bool) -> None:
        self.random = random.Random(seed)
        self.keeps_order = keeps_order
        self.poison = 0

    def consume(self, batch: Batch, _: Any) -> Any:
        records = self._mixed(batch["Records"])
        self._poison(records)
        while records:
            size = self.random.randint(1, 7)
            piece, records = records[:size], records[size:]
            for _ in range(self.random.randint(1, 3)):
                assert app.stream({"Records": piece}, None) == {"batchItemFailures": []}
        return {"batchItemFailures": []}

    def work(self, batch: Batch, _: Any) -> Any:
        """Copies of a batch after each other; at the same time too if FIFO is not to be relied on."""
        with ThreadPoolExecutor(1 if self.keeps_order else 3) as pool:
            copies = [pool.submit(app.worker, batch, None) for _ in range(self.random.randint(1, 3))]
        answers = [copy.result() for copy in copies]
        assert answers == [{"batchItemFailures": []}] * len(answers)
        return answers[-1]

    def _mixed(self, records: list[Any]) -> list[Any]:
        """Partitions of the table in any order; within one in the stream's, if that is kept."""
        if not self.keeps_order:
            return self.random.sample(records, len(records))
        partitions: dict[str, list[Any]] = defaultdict(list)
        for record in records:
            partitions[record["dynamodb"]["Keys"]["pk"]["S"]].append(record)
        turns = [name for name, held in partitions.items() for _ in held]
        self.random.shuffle(turns)
        return [partitions[name].pop(0) for name in turns]

    def _poison(self, records: list[Any]) -> None:
        self.poison += 1
        bad = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": f"bad{self.poison}", "NewImage": None}}
        records.insert(len(records) // 2, bad)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def change_everything(api: Api) -> None:
    for number in range(1, CHANGES + 1):
        assert api.put("/tax_rates/1", {"name": str(number), "rate": 5}).status == 200
        assert api.put("/products/1", {"product_key": str(number)}).status == 200
        if number == CHANGES // 2:
            put_unreadable()
            assert api.post("/email_invoice", {"id": 1}).status == 200


def put_unreadable() -> None:
    row = event.to_row("bad", Event("invoice.emailed", due=int(time.time()), sequence=1))
    row.body = b"\x63no codec"
    row.save()


@pytest.mark.parametrize(("seed", "keeps_order"), [(1, True), (2, True), (3, False)])
def test_chaos(
    api: Api,
    clock: Clock,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    keeps_order: bool,
) -> None:
    assert api.post("/products", {"product_key": "0", "cost": 1}).status == 200
    assert api.post("/tax_rates", {"name": "0", "rate": 5}).status == 200
    clock.run()
    for name in ("tax_rate.updated", "product.updated", "invoice.emailed"):
        for path in ("/one", "/two"):
            assert api.post("/hooks", {"event": name, "target_url": receiver.url + path}).status == 201
    stored: list[str] = []
    keep = hooked(s3(), "provide-client-params.PutObject", lambda params, **_: stored.append(params["Key"]))
    chaos = Chaos(seed, keeps_order)
    with own_queues(monkeypatch), keep, posting() as posted:
        queues = Queues(chaos.consume, chaos.work)
        change_everything(api)
        queues.pump()
        letters = queues.dead()
    assert sorted(mail.to[0].lower() for mail in posted) == ["ann@client.test", "bob@client.test"]
    assert len(set(stored)) == 2, "a drawing for each reader"
    assert len(stored) == 2 or not keeps_order
    for path in ("/one", "/two"):
        told = receiver.at(path)
        assert len(told) == len({got.headers["webhook-id"] for got in told}) == 2 * CHANGES + 2
        assert Counter(got.json["type"] for got in told)["invoice.emailed"] == 2
        if keeps_order:
            for kind in KINDS:
                versions = [got.json["version"] for got in told if got.json["type"].startswith(kind)]
                assert versions == sorted(versions)
    expected = {f"bad{number}" for number in range(1, chaos.poison + 1)}
    assert {letter["stream_sequence"] for letter in letters if "stream_sequence" in letter} == expected
    assert [letter["account"] for letter in letters if "account" in letter] == ["bad"]
    assert outbox.due(int(time.time()) + 600) == []
