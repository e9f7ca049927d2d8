"""Consumes the stream of the events table: every event that has work is put into its queue.

A record that cannot be read is put with the dead letters under its place in the stream and holds up no other.
Only where SQS itself fails is the batch broken off there, and comes again from that record on.
"""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable
from typing import Any

from chalicelib.delivery import queues
from chalicelib.delivery.queues import Message
from chalicelib.store import event
from chalicelib.store.record import Raw

log = logging.getLogger(__name__)

EARLY = 2
"""Seconds by which the clocks of two machines may differ."""


def consume(batch: dict[str, Any], clock: Callable[[], float] = time.time) -> dict[str, Any]:
    """The answer that Lambda's event source mapping expects; the batch is an event of that mapping."""
    now = int(clock())
    numbers: list[str] = []
    messages: list[Message] = []
    for record in batch["Records"]:
        number = _number(record)
        message = _guarded(record, number, now)
        if message is not None:
            numbers.append(number)
            messages.append(message)
    unsent = queues.send(messages)
    return {"batchItemFailures": [{"itemIdentifier": numbers[place]} for place in unsent[:1]]}


def _number(record: Any) -> str:
    try:
        return str(record["dynamodb"]["SequenceNumber"])
    except (KeyError, TypeError):
        return ""


def _guarded(record: Any, number: str, now: int) -> Message | None:
    try:
        return _message(record, now)
    except Exception as error:
        log.exception("Record %s of the stream cannot be read", number)
        return queues.dead("stream", f"stream#{number}", stream_sequence=number, reason=repr(error)[:255])


def _message(record: dict[str, Any], now: int) -> Message | None:
    """None: there is nothing to do, or not yet, which the sweeper sees to."""
    raw = record["dynamodb"].get("NewImage")
    if record["eventName"] == "REMOVE" or "at" not in raw:
        return None
    item = event.offered(_decoded(raw))
    return queues.wake(item) if item.due is not None and item.due <= now + EARLY else None


def _decoded(image: Raw) -> Raw:
    """An image as DynamoDB itself answers it; Lambda carries bytes as base64."""
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value for name, value in image.items()
    }
