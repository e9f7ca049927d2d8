"""A time noted on a lookup row, outside any transaction (epoch seconds)."""

from __future__ import annotations

from chalicelib.store.reads import Key
from chalicelib.store.record import Raw
from chalicelib.store.updates import update

NAME = "at"


def of(row: Raw) -> int:
    """The noted time of a row, 0 for none."""
    return int(row[NAME]["N"]) if NAME in row else 0


def put(key: Key, now: int, since: int) -> None:
    """Note a time, unless the row is gone or has one after `since`."""
    update(
        {
            "TableName": key.table,
            "Key": {"k": {"S": key.partition}},
            "UpdateExpression": "SET #at = :now",
            "ConditionExpression": "attribute_exists(k) AND (attribute_not_exists(#at) OR #at <= :since)",
            "ExpressionAttributeNames": {"#at": NAME},
            "ExpressionAttributeValues": {":now": {"N": str(now)}, ":since": {"N": str(since)}},
        }
    )
