"""Events with a side effect outstanding: found when due, claimed for a while, then closed or put off."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError

from chalicelib.store import codec, event
from chalicelib.store.connection import connection
from chalicelib.store.event import SHARDS, Event
from chalicelib.store.models import EventRow
from chalicelib.store.reads import EVENTS, Key, names_of
from chalicelib.store.record import Raw

log = logging.getLogger(__name__)

PER_SHARD = 25


def key_of(account: str, sequence: int) -> Key:
    return Key(EVENTS, account, f"{sequence:012d}")


def due(now: int, most: int = PER_SHARD) -> list[Event]:
    """Events whose time has come, oldest first within each shard, and at most so many of one."""
    return [item for shard in range(SHARDS) for item in _offered(_due_rows(shard, now, most))]


def _due_rows(shard: int, now: int, most: int) -> list[Raw]:
    request: dict[str, Any] = {
        "TableName": EVENTS,
        "IndexName": "due",
        "KeyConditionExpression": "#d = :d AND #at < :at",
        "ExpressionAttributeNames": {"#d": "d", "#at": "at"},
        "ExpressionAttributeValues": {":d": {"S": str(shard)}, ":at": {"S": f"{now + 1:010d}"}},
    }
    rows: list[Raw] = []
    while len(rows) < most:
        answer = connection().dispatch("Query", {**request, "Limit": most - len(rows)})
        rows += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return rows


def _offered(rows: list[Raw]) -> Iterator[Event]:
    for row in rows:
        try:
            yield event.offered(row)
        except event.Unreadable:
            log.exception("A row that is due cannot be read and is passed over")


def take(account: str, sequence: int, now: int, until: int) -> Event | None:
    """Read and claim an event by its key. None: it is not due, another worker has it, or it is done."""
    request = {
        "TableName": EVENTS,
        "Key": names_of(key_of(account, sequence)),
        "UpdateExpression": "SET #at = :next, #n = if_not_exists(#n, :none) + :one",
        "ConditionExpression": "#at < :now",
        "ExpressionAttributeNames": {"#at": "at", "#n": "n"},
        "ExpressionAttributeValues": {
            ":next": {"S": event.due_key(account, sequence, until)},
            ":now": {"S": f"{now + 1:010d}"},
            ":none": {"N": "0"},
            ":one": {"N": "1"},
        },
        "ReturnValues": "ALL_NEW",
    }
    try:
        return event.offered(connection().dispatch("UpdateItem", request)["Attributes"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return None
        raise


def claim(item: Event, until: int) -> bool:
    """Keep an event to oneself until a time. False: another worker has it, or it is done."""
    if not _move(item, until, item.attempts + 1):
        return False
    item.due, item.attempts = until, item.attempts + 1
    return True


def put_off(item: Event, until: int) -> None:
    """Try a claimed event again at a later time."""
    _move(item, until, item.attempts)


def release(item: Event, until: int) -> None:
    """Leave a claimed event for a later time without having tried it."""
    _move(item, until, item.attempts - 1)


def _move(item: Event, until: int, attempts: int) -> bool:
    later = event.due_key(item.account, item.sequence, until)
    values = {":next": {"S": later}, ":n": {"N": str(attempts)}}
    return _update(item, "SET #at = :next, #n = :n", values)


def close(item: Event) -> None:
    """A claimed event is done for good."""
    _update(item, "SET #n = :n REMOVE #d, #at", {":n": {"N": str(item.attempts)}}, {"#d": "d"})


def note(item: Event, until: int | None) -> bool:
    """Store what a claimed row has learnt in its body, and try it again at a time or never again.

    False: another worker has taken it over.
    """
    values = {":n": {"N": str(item.attempts)}, ":b": {"B": codec.pack({"name": item.name, **item.body})}}
    if until is None:
        return _update(item, "SET #n = :n, #b = :b REMOVE #d, #at", values, {"#b": "b", "#d": "d"})
    values[":next"] = {"S": event.due_key(item.account, item.sequence, until)}
    return _update(item, "SET #at = :next, #n = :n, #b = :b", values, {"#b": "b"})


def add(item: Event, expires: int, replace: bool = False) -> bool:
    """A due row outside any commit. False: there is one already, kept unless it is to be replaced."""
    row = event.to_row(item.account, item)
    row.expires = expires
    try:
        row.save(None if replace else EventRow.account.does_not_exist())
    except PutError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True


def _update(
    item: Event, expression: str, values: dict[str, Any], names: dict[str, str] | None = None
) -> bool:
    """Change an event that is still due when we last saw it; whether it was."""
    request = {
        "TableName": EVENTS,
        "Key": names_of(key_of(item.account, item.sequence)),
        "UpdateExpression": expression,
        "ConditionExpression": "begins_with(#at, :at)",
        "ExpressionAttributeNames": {"#at": "at", "#n": "n", **(names or {})},
        "ExpressionAttributeValues": {**values, ":at": {"S": f"{item.due or 0:010d}#{item.account}"}},
    }
    try:
        connection().dispatch("UpdateItem", request)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True
