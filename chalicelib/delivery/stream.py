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
from chalicelib.delivery.archive import PUBLISHED
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
        found = _guarded(record, number, now)
        numbers += [number] * len(found)
        messages += found
    unsent = queues.send(messages)
    return {"batchItemFailures": [{"itemIdentifier": numbers[place]} for place in unsent[:1]]}


def _number(record: Any) -> str:
    try:
        return str(record["dynamodb"]["SequenceNumber"])
    except (KeyError, TypeError):
        return ""


def _guarded(record: Any, number: str, now: int) -> list[Message]:
    try:
        return _messages(record, now)
    except Exception as error:
        log.exception("Record %s of the stream cannot be read", number)
        return [queues.dead("stream", f"stream#{number}", stream_sequence=number, reason=repr(error)[:255])]


def _messages(record: dict[str, Any], now: int) -> list[Message]:
    """None where there is nothing to do, or not yet, which the sweeper sees to."""
    made = record["eventName"] == "INSERT"
    raw = {} if record["eventName"] == "REMOVE" else _decoded(record["dynamodb"]["NewImage"])
    if not made and ("at" not in raw or int(raw["at"]["S"][:10]) > now + EARLY):
        return []  # closed, claimed or put off
    if made and event.is_restored(raw):
        return []
    item = event.offered(raw) if "at" in raw else event.from_raw(raw)
    found: list[Message] = []
    if item.due is not None and item.due <= now + EARLY:
        found.append(queues.wake(item))
    if made and item.name in PUBLISHED:
        found.append(queues.drawing(item))
    return found


def _decoded(image: Raw) -> Raw:
    """An image as DynamoDB itself answers it; Lambda carries bytes as base64."""
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value for name, value in image.items()
    }
