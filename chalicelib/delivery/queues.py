"""The queues between a commit and its side effects. A message says which event has work, never what it is.

The event's row stays the truth: whoever takes it does the work, so a message that comes twice, late or never
does no harm. The queues are FIFO. Their groups keep first attempts in order over any number of workers: a
group is a record, and for webhooks a hook, whose receiver so is called by one worker at a time. A repeated
message within five minutes is dropped by SQS. Mails and webhooks have queues of their own, so that neither a
hanging SES nor a hanging receiver holds up anything else.

A deployment maps them like this; `KUNAI_QUEUES` is the URL without `-events.fifo`:

| source            | function | batch | settings                                                               |
|-------------------|----------|-------|------------------------------------------------------------------------|
| stream of events  | stream   | 100   | ReportBatchItemFailures, BisectBatchOnFunctionError, 10 retries, filter: INSERT, or MODIFY with `at`; on failure to a standard queue (a FIFO queue is not allowed there) |
| `-events.fifo`    | worker   | 10    | ReportBatchItemFailures                                                |
| `-mails.fifo`     | worker   | 1     | ReportBatchItemFailures, MaximumConcurrency                            |
| `-webhooks.fifo`  | worker   | 1     | ReportBatchItemFailures, MaximumConcurrency                            |

Each queue has VISIBILITY_SECONDS, more than the worker's time-out of 60 s, and redrives to `-dead.fifo` after
MOST_RECEIVED. `sweep` runs every minute.
"""  # noqa: E501  (the table)

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.delivery.handlers import MAILS as MAILED
from chalicelib.operations import deliveries, notices
from chalicelib.settings import settings
from chalicelib.store.connection import connection
from chalicelib.store.event import Event

log = logging.getLogger(__name__)

EVENTS, MAILS, WEBHOOKS, DEAD = "events", "mails", "webhooks", "dead"
BATCHES = {EVENTS: 10, MAILS: 1, WEBHOOKS: 1}
"""The working queues and how many messages a worker gets at once."""
VISIBILITY_SECONDS = 120
MOST_RECEIVED = 5
AT_ONCE = 10
"""Messages of one call, which SQS limits."""


class Message(NamedTuple):
    """`once` tells SQS which messages are the same."""

    queue: str
    group: str
    once: str
    body: dict[str, Any]


def url(queue: str) -> str:
    return f"{settings().queues}-{queue}.fifo"


@lru_cache(maxsize=1)
def _sqs() -> Any:
    config = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"})
    return connection().session.create_client("sqs", config=config)


def wake(item: Event) -> Message:
    """The message that has a worker look at a due event."""
    key = f"{item.account}#{item.sequence}"
    body = {"account": item.account, "sequence": item.sequence}
    return Message(_queue_of(item), _group_of(item, key), f"{key}#{item.due}", body)


def drawing(item: Event) -> Message:
    """The message that has a worker draw a published document; in turn with the mails that show it."""
    key = f"{item.account}#{item.sequence}"
    body = {"account": item.account, "sequence": item.sequence, "draw": True}
    return Message(MAILS, _group_of(item, key), f"{key}#draw", body)


def _queue_of(item: Event) -> str:
    if item.name == deliveries.NAME:
        return WEBHOOKS
    return MAILS if item.name in MAILED and deliveries.is_told(item) else EVENTS


def _group_of(item: Event, key: str) -> str:
    if item.name == deliveries.NAME:
        return item.account
    number = item.body.get("id")
    return f"{item.account}#{notices.kind_of(item.name)}#{number}" if number else key


def dead(group: str, once: str, **body: Any) -> Message:
    """What an operator has to look at."""
    return Message(DEAD, group, once, body)


def send(messages: Sequence[Message]) -> list[int]:
    """The places of those that could not be sent; within a queue nothing is sent past a failure."""
    queues: dict[str, list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        queues[message.queue].append(place)
    return sorted(place for queue, places in queues.items() for place in _unsent(queue, places, messages))


def _unsent(queue: str, places: list[int], messages: Sequence[Message]) -> list[int]:
    for start in range(0, len(places), AT_ONCE):
        batch = places[start : start + AT_ONCE]
        entries = [_entry(place, messages[place]) for place in batch]
        try:
            answer = _sqs().send_message_batch(QueueUrl=url(queue), Entries=entries)
        except (BotoCoreError, ClientError) as error:
            log.warning("The queue %s cannot be written to: %r", queue, error)
            return places[start:]
        failed = [int(entry["Id"]) for entry in answer.get("Failed", ())]
        if failed:
            code = answer["Failed"][0].get("Code")
            log.warning("The queue %s refused %s messages: %s", queue, len(failed), code)
            return [*failed, *places[start + AT_ONCE :]]
    return []


def _entry(place: int, message: Message) -> dict[str, str]:
    return {
        "Id": str(place),
        "MessageBody": orjson.dumps(message.body).decode(),
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.once,
    }


class Unburied(Exception):
    """The queue of dead letters cannot be written to at present."""


def bury(item: Event, reason: str) -> None:
    """Tell the operator of an event that is given up; without queues the log does. Unburied.

    The reason, which may tell of people, stands in the dead letter and in the event's row.
    """
    log.error("Event %s %s %s is given up", item.account, item.sequence, item.name)
    if not settings().queues:
        return
    key = f"{item.account}#{item.sequence}"
    letter = dead(
        key, key, account=item.account, sequence=item.sequence, event=item.name, reason=reason[:255]
    )
    if send([letter]):
        raise Unburied
