"""From a commit through the stream and the queues to what follows from it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

import app
from chalicelib.delivery import queues, relay, stream, sweeper, worker
from chalicelib.local.sources import scheduled
from chalicelib.store import event, outbox
from chalicelib.store.commit import Put, commit
from chalicelib.store.event import Event
from tests.api_client import Api
from tests.delivery.post import Clock
from tests.engines import Mailbox
from tests.faults.hooks import counting, dynamodb, s3, ses, unreachable
from tests.queueing import Batch, Queues, ahead, queued
from tests.receiver import Receiver, receiving

__all__ = ["queued"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def api(clock: Clock, api: Api, queued: Queues) -> Api:
    queued.pump()
    return api


def listen(api: Api, receiver: Receiver, name: str, path: str = "/in") -> None:
    assert api.post("/hooks", {"event": name, "target_url": receiver.url + path}).status == 201


def test_a_commit_is_told_and_mailed(api: Api, queued: Queues, receiver: Receiver, mailbox: Mailbox) -> None:
    listen(api, receiver, "invoice.emailed")
    listen(api, receiver, "update_client")
    assert api.post("/email_invoice", {"id": 1}).status == 200
    assert api.put("/clients/1", {"name": "New"}).status == 200
    queued.pump()
    assert len(mailbox.sent()) == 2
    assert len(receiver.got) == len({got.headers["webhook-id"] for got in receiver.got}) == 3
    assert outbox.due(int(time.time()) + 600) == []
    assert queued.dead() == []


def test_messages_hold_keys_only(api: Api, queued: Queues) -> None:
    api.post("/email_invoice", {"id": 1})
    queued.stream.poll()
    bodies = [message["Body"] for message in queued.queues[queues.MAILS].receive()]
    assert bodies
    assert all(set(json.loads(body)) <= {"account", "sequence", "draw"} for body in bodies)


def test_a_mail_that_is_heard_of_is_told_before_it_is_sent(
    api: Api, queued: Queues, receiver: Receiver, mailbox: Mailbox
) -> None:
    """A queue of mails that nobody works off, as with a hanging SES, delays no webhook."""
    listen(api, receiver, "invoice.emailed")
    api.post("/email_invoice", {"id": 1})
    while queued.stream.poll() + queued.drain(queues.EVENTS, queues.WEBHOOKS):
        pass
    assert len(receiver.got) == 2
    assert mailbox.sent() == []
    queued.pump()
    assert (len(receiver.got), len(mailbox.sent())) == (2, 2)


@pytest.mark.parametrize("email", ["", "ann@client.test"])
def test_what_is_mailed_is_what_the_first_download_finds(api: Api, queued: Queues, email: str) -> None:
    """Also when the reader of the mail is not the contact whom a download addresses."""
    contacts = [{"id": 1, "first_name": "Ann", "email": email}, {"id": 2, "email": "bob@client.test"}]
    assert api.put("/clients/1", {"name": "C", "contacts": contacts}).status == 200
    assert api.post("/email_invoice", {"id": 1}).status == 200
    queued.pump()
    with counting(s3()) as calls:
        assert api.get("/download/1").body.startswith(b"%PDF")
    assert calls == ["GetObject"]


def test_what_is_published_is_what_the_first_download_finds(api: Api, queued: Queues) -> None:
    assert api.put("/invoices/1?action=mark_sent").status == 200
    with counting(dynamodb()) as reads:
        queued.pump()
    assert reads == ["GetItem", "BatchGetItem", "GetItem"]
    with counting(s3()) as calls:
        assert api.get("/download/1").body.startswith(b"%PDF")
    assert calls == ["GetObject"]


def test_what_is_taken_costs_one_call_and_what_is_done_too(api: Api, queued: Queues) -> None:
    """Take, parties, who wants to know, close; a message of what is done: the attempt to take it."""
    api.put("/invoices/1?action=mark_sent")
    queued.pump()
    api.post("/email_invoice", {"id": 1})
    queued.stream.poll()
    (message,) = queued.queues[queues.MAILS].receive()
    with counting(dynamodb()) as first:
        queued.queues[queues.MAILS].hand([message])
    with counting(dynamodb()) as second:
        queued.queues[queues.MAILS].hand([message])
    assert first == ["UpdateItem", "BatchGetItem", "Query", "UpdateItem"]
    assert second == ["UpdateItem"]


# ---- what the sweeper is for
def test_the_sweeper_puts_back_what_no_queue_holds(api: Api, queued: Queues, mailbox: Mailbox) -> None:
    api.post("/email_invoice", {"id": 1})
    assert app.sweep(scheduled("sweep"), None) == 0, "the stream has a while of its own"
    assert sweeper.sweep(lambda: time.time() + sweeper.GRACE + 1) == 2
    queued.drain()
    assert len(mailbox.sent()) == 2
    assert sweeper.sweep(lambda: time.time() + 900) == 0


def caught(queued: Queues) -> Batch:
    """The next batch of the stream, which goes nowhere."""
    batches: list[Batch] = []

    def keep(batch: Batch, _: Any) -> Any:
        batches.append(batch)
        return {"batchItemFailures": []}

    queued.stream._handler = keep
    queued.stream.poll()
    (batch,) = batches
    return batch


def test_sqs_out_of_reach_delays_and_loses_nothing(api: Api, queued: Queues, mailbox: Mailbox) -> None:
    api.put("/invoices/1?action=mark_sent")
    queued.pump()
    with unreachable(queues._sqs()) as attempts:
        assert api.post("/email_invoice", {"id": 1}).status == 200
        assert attempts == []
        batch = caught(queued)
        answer = stream.consume(batch)
        first = next(record for record in batch["Records"] if "at" in record["dynamodb"]["NewImage"])[
            "dynamodb"
        ]["SequenceNumber"]
        assert answer == {"batchItemFailures": [{"itemIdentifier": first}]}
        assert sweeper.sweep(lambda: time.time() + 60) == 0
    assert stream.consume(batch) == {"batchItemFailures": []}
    queued.drain()
    assert len(mailbox.sent()) == 2


def test_an_outage_touches_no_answer_and_all_catches_up(
    api: Api, queued: Queues, receiver: Receiver, mailbox: Mailbox
) -> None:
    listen(api, receiver, "update_client")
    clients = (dynamodb(), ses(), s3(), queues._sqs())

    def ask(name: str) -> list[str]:
        with counting(*clients) as calls:
            assert api.put("/clients/1", {"name": name}).status == 200
            assert api.post("/email_invoice", {"id": 1}).status == 200
        return calls

    calm = ask("calm")
    queued.pump()
    receiver.answer = lambda _: 503
    with unreachable(ses()), unreachable(s3()), unreachable(queues._sqs()):
        assert ask("outage") == calm
        assert sweeper.sweep(lambda: time.time() + 60) == 0
    with unreachable(ses()), unreachable(s3()):
        queued.pump()
    assert (len(mailbox.sent()), len(receiver.got)) == (2, 2)
    receiver.answer = lambda _: 200
    for queue in queued.queues.values():
        queue._handler = ahead(relay.PAUSES[0] + 5)
    assert sweeper.sweep(lambda: time.time() + relay.PAUSES[0] + 5) == 3
    queued.drain()
    assert (len(mailbox.sent()), len(receiver.got)) == (4, 3)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 2
    assert outbox.due(int(time.time()) + 600) == []


# ---- poison
def put(account: str, body: bytes | None = None, **fields: Any) -> Event:
    made = Event(**{"name": "invoice.emailed", "due": int(time.time()), "account": account, **fields})
    row = event.to_row(account, made)
    if body is not None:
        row.body = body
    commit([], [Put(outbox.key_of(account, made.sequence), row, 0)])
    return made


def test_a_row_that_cannot_be_read_is_buried_at_once(queued: Queues) -> None:
    bad = put("poison", b"\x63garbage", sequence=7)
    queued.pump()
    assert [letter["sequence"] for letter in queued.dead()] == [bad.sequence]
    assert outbox.due(int(time.time()) + 600) == []


def test_without_queues_such_a_row_is_closed_too(clock: Clock) -> None:
    put("poison", b"", sequence=8)
    assert clock.run() == 1
    assert outbox.due(int(clock.now) + 600) == []


def test_an_event_that_kills_its_workers_ends(queued: Queues) -> None:
    put("deadly", sequence=9, attempts=30)
    queued.pump()
    assert [letter["sequence"] for letter in queued.dead()] == [9]


def test_a_record_of_the_stream_that_cannot_be_read_is_buried(queued: Queues) -> None:
    images: list[Any] = [{"at": {"N": "1"}}, {"at": {"S": "x"}, "pk": {"S": "a"}}, None, {"at": 5}]
    records = [
        {"eventName": "INSERT", "dynamodb": {"SequenceNumber": f"{number}", "NewImage": image}}
        for number, image in enumerate(images)
    ]
    assert app.stream({"Records": records}, None) == {"batchItemFailures": []}
    assert sorted(letter["stream_sequence"] for letter in queued.dead()) == ["0", "1", "2", "3"]


def test_a_message_that_is_not_ours_is_redriven_to_the_dead_letters(queued: Queues) -> None:
    sqs = boto3.client("sqs")
    foreign = queues.Message(queues.EVENTS, "foreign", "foreign", {"hello": "there"})
    assert queues.send([foreign]) == []
    for _ in range(queues.MOST_RECEIVED + 1):
        for message in queued.queues[queues.EVENTS].receive():
            queued.queues[queues.EVENTS].hand([message])
            handle = message["ReceiptHandle"]
            sqs.change_message_visibility(
                QueueUrl=queues.url(queues.EVENTS), ReceiptHandle=handle, VisibilityTimeout=0
            )
    assert queued.dead() == [foreign.body]


def test_what_follows_a_failure_in_its_group_fails_with_it(queued: Queues) -> None:
    def record(number: int, group: str, body: str) -> dict[str, Any]:
        return {"messageId": str(number), "attributes": {"MessageGroupId": group}, "body": body}

    good = '{"account":"none","sequence":1}'
    batch = [record(1, "a", good), record(2, "a", "?"), record(3, "b", good), record(4, "a", good)]
    failed = worker.work({"Records": batch})["batchItemFailures"]
    assert [failure["itemIdentifier"] for failure in failed] == ["2", "4"]
