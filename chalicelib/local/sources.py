"""Event sources as Lambda maps them: the stream of a table and queues, read over their APIs.

Handlers get events in the shapes that Lambda gives them, and their reports of partial failures count.
"""

from __future__ import annotations

import base64
import logging
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.delivery import queues
from chalicelib.store.connection import connection
from chalicelib.store.reads import EVENTS

log = logging.getLogger(__name__)

Handler = Callable[[Any, Any], Any]
Record = dict[str, Any]

BATCH = 100
RETRIES = 3
PAUSE = 0.5
"""Seconds before a batch of the stream is tried again."""
LOST = frozenset({"ExpiredIteratorException", "TrimmedDataAccessException"})


class Stream:
    """Hands what a table's stream holds from now on to a handler; what it gives up, the sweeper finds."""

    def __init__(self, table: str, handler: Handler) -> None:
        self._handler = handler
        self._client: Any = connection().session.create_client("dynamodbstreams")
        described = connection().dispatch("DescribeTable", {"TableName": table})["Table"]
        self._arn: str = described["LatestStreamArn"]
        self._known: set[str] = set()
        self._iterators: dict[str, str] = {}
        self._find_shards("LATEST")

    def poll(self) -> int:
        """How many records were handed over."""
        return sum(self._poll_shard(shard) for shard in list(self._iterators))

    def _find_shards(self, start: str) -> None:
        for shard in self._client.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]:
            name = shard["ShardId"]
            if name not in self._known:
                self._known.add(name)
                self._iterators[name] = self._client.get_shard_iterator(
                    StreamArn=self._arn, ShardId=name, ShardIteratorType=start
                )["ShardIterator"]

    def _poll_shard(self, shard: str) -> int:
        try:
            answer = self._client.get_records(ShardIterator=self._iterators[shard], Limit=BATCH)
        except ClientError as error:
            if error.response["Error"]["Code"] not in LOST:
                raise
            self._known.clear()
            self._iterators.clear()
            self._find_shards("LATEST")
            return 0
        if answer["Records"]:
            self._hand([shown(record, self._arn) for record in answer["Records"]])
        if answer.get("NextShardIterator"):
            self._iterators[shard] = answer["NextShardIterator"]
        else:
            del self._iterators[shard]
            self._find_shards("TRIM_HORIZON")
        return len(answer["Records"])

    def _hand(self, records: Sequence[Record], retries: int = RETRIES) -> None:
        try:
            failures = self._handler({"Records": list(records)}, None)["batchItemFailures"]
        except Exception:
            log.exception("The handler of the stream failed on %s records", len(records))
            middle = len(records) // 2
            for half in (records[:middle], records[middle:]) if middle else ():
                self._hand(half, retries)
            return
        if not failures:
            return
        failed = {failure["itemIdentifier"] for failure in failures}
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        if retries:
            time.sleep(PAUSE)
            first = next((place for place, number in enumerate(numbers) if number in failed), 0)
            self._hand(records[first:], retries - 1)


def shown(record: Record, arn: str) -> Record:
    """A record of GetRecords as Lambda shows it."""
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = change["ApproximateCreationDateTime"].timestamp()
    for part in ("Keys", "NewImage"):
        if part in change:
            change[part] = {name: _shown_value(value) for name, value in change[part].items()}
    return {**record, "dynamodb": change, "eventSourceARN": arn}


def _shown_value(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value


class Queue:
    """Hands the messages of a queue to a handler and deletes what it does not report as failed."""

    def __init__(self, name: str, handler: Handler) -> None:
        self.name = name
        self._handler = handler
        self._url = queues.url(name)
        self._client: Any = connection().session.create_client("sqs")

    def receive(self) -> list[Record]:
        answer = self._client.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=queues.BATCHES[self.name], AttributeNames=["All"]
        )
        return list(answer.get("Messages", ()))

    def hand(self, messages: Sequence[Record]) -> None:
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{self._client.meta.region_name}:000000000000:{self.name}",
                "awsRegion": self._client.meta.region_name,
            }
            for message in messages
        ]
        failures = self._handler({"Records": records}, None)["batchItemFailures"]
        failed = {failure["itemIdentifier"] for failure in failures}
        done = [message["ReceiptHandle"] for message in messages if message["MessageId"] not in failed]
        entries = [{"Id": str(place), "ReceiptHandle": handle} for place, handle in enumerate(done)]
        if entries:
            self._client.delete_message_batch(QueueUrl=self._url, Entries=entries)


def connected(stream: Handler, worker: Handler) -> tuple[Stream, list[Queue]]:
    """The sources of the tables and queues that exist, each with its handler."""
    return Stream(EVENTS, stream), [Queue(name, worker) for name in queues.BATCHES]


def scheduled(rule: str) -> dict[str, Any]:
    """What a schedule of EventBridge hands to a function."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:000000000000:rule/{rule}"],
        "detail": {},
    }
