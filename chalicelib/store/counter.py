"""Counters beside the lookups, each changed by one atomic update of its own row and of no other.

They serve what must be counted even though the request is refused, so they stand outside the account's
transaction and never move its head.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.store.connection import connection
from chalicelib.store.reads import Key, names_of
from chalicelib.store.record import Raw


class Count(NamedTuple):
    """`number` so far, the last one at `at` (epoch seconds)."""

    number: int = 0
    at: int = 0


def read(row: Raw | None, now: int) -> Count | None:
    """What a row counts; None without one, or when its time is over and it merely is not cleaned up yet."""
    if row is None or int(row["ttl"]["N"]) <= now:
        return None
    return Count(int(row["n"]["N"]), int(row["at"]["N"]))


def increase(key: Key, now: int, expires: int, limit: int, ended: int) -> bool:
    """One more, and whether it counted: from `limit` on only if the last one was at `ended` or before."""
    values = {":now": now, ":ttl": expires, ":one": 1, ":limit": limit, ":ended": ended}
    request = _request(key, values, "SET #at = :now, #ttl = :ttl ADD #n :one")
    request["ConditionExpression"] = "attribute_not_exists(#n) OR #n < :limit OR #at <= :ended"
    try:
        connection().dispatch("UpdateItem", request)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def clear(key: Key, now: int, expires: int) -> None:
    """Begin at zero."""
    values = {":now": now, ":ttl": expires, ":zero": 0}
    connection().dispatch("UpdateItem", _request(key, values, "SET #at = :now, #ttl = :ttl, #n = :zero"))


def _request(key: Key, values: dict[str, int], update: str) -> dict[str, Any]:
    return {
        "TableName": key.table,
        "Key": names_of(key),
        "UpdateExpression": update,
        "ExpressionAttributeNames": {"#at": "at", "#ttl": "ttl", "#n": "n"},
        "ExpressionAttributeValues": {name: {"N": str(value)} for name, value in values.items()},
    }
