"""Many rows at once, outside any transaction: for moving whole accounts, never for a request."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import Throttled
from chalicelib.store.connection import connection
from chalicelib.store.reads import LOOKUPS, Key, chunks, names_of
from chalicelib.store.record import Raw

AT_ONCE = 25
"""Rows of one BatchWriteItem, DynamoDB's limit."""
SIDE_BY_SIDE = 8
"""Calls at a time."""
MOST_TRIES = 10


def key_of(table: str, row: Raw) -> Key:
    if table == LOOKUPS:
        return Key(table, row["k"]["S"])
    return Key(table, row["pk"]["S"], row["sk"]["S"])


def put(rows: Iterable[tuple[str, Raw]]) -> None:
    """Write rows of tables, over whatever is there. Throttled, Unavailable: some of them are written."""
    _write((table, {"PutRequest": {"Item": row}}) for table, row in rows)


def remove(keys: Iterable[Key]) -> None:
    """Delete rows, there or not. Throttled, Unavailable: some of them are gone."""
    _write((key.table, {"DeleteRequest": {"Key": names_of(key)}}) for key in keys)


def _write(requests: Iterable[tuple[str, Raw]]) -> None:
    with ThreadPoolExecutor(SIDE_BY_SIDE, "bulk") as pool:
        for group in chunks(chunks(requests, AT_ONCE), SIDE_BY_SIDE):
            list(pool.map(_push, group))


def _push(requests: list[tuple[str, Raw]]) -> None:
    waiting: dict[str, list[Raw]] = {}
    for table, request in requests:
        waiting.setdefault(table, []).append(request)
    for attempt in range(MOST_TRIES):
        answer = connection().dispatch("BatchWriteItem", {"RequestItems": waiting})
        waiting = answer.get("UnprocessedItems") or {}
        if not waiting:
            return
        time.sleep(random.uniform(0, min(0.05 * 2**attempt, 5)))  # noqa: S311  (no secret)
    raise Throttled


def put_new(table: str, row: Raw) -> bool:
    """Write a row where there is none; whether there was none."""
    try:
        connection().dispatch("PutItem", _new(table, row))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def put_all_new(rows: Sequence[tuple[str, Raw]], ending: Key | None) -> bool:
    """Write rows where there are none, and remove another, in one transaction; whether it was made.

    At most 99 of them.
    """
    actions: list[dict[str, Any]] = [{"Put": _new(table, row)} for table, row in rows]
    if ending is not None:
        actions.append({"Delete": {"TableName": ending.table, "Key": names_of(ending)}})
    try:
        connection().dispatch("TransactWriteItems", {"TransactItems": actions})
    except ClientError as error:
        if error.response["Error"]["Code"] != "TransactionCanceledException":
            raise
        return False
    return True


def _new(table: str, row: Raw) -> dict[str, Any]:
    name = "k" if table == LOOKUPS else "pk"
    return {"TableName": table, "Item": row, "ConditionExpression": f"attribute_not_exists({name})"}


def naming(text: str) -> Iterator[Key]:
    """The lookups whose key contains a text: reads the whole table, at a unit for every 4 KB of it.

    Rows without a body are counts of this installation, such as of failed log-ins, and passed over.
    """
    request: dict[str, Any] = {
        "TableName": LOOKUPS,
        "FilterExpression": "contains(k, :text) AND attribute_exists(b)",
        "ProjectionExpression": "k",
        "ExpressionAttributeValues": {":text": {"S": text}},
        "ConsistentRead": True,
    }
    while True:
        answer = connection().dispatch("Scan", request)
        for row in answer["Items"]:
            yield Key(LOOKUPS, row["k"]["S"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
