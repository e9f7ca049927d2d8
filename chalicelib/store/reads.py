"""Strongly consistent reads of single rows, batches and index ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from chalicelib.settings import settings
from chalicelib.store.connection import connection
from chalicelib.store.record import Raw, ident, partition

BATCH = 100

Item = TypeVar("Item")

RECORDS = f"{settings().table_prefix}-records"
LOOKUPS = f"{settings().table_prefix}-lookups"
EVENTS = f"{settings().table_prefix}-events"


class Key(NamedTuple):
    """Where a row lives; `sort` is empty in the lookups table."""

    table: str
    partition: str
    sort: str = ""


def record_key(account: str, kind: str, number: int) -> Key:
    return Key(RECORDS, partition(account, kind), ident(number))


def lookup_key(kind: str, value: str) -> Key:
    return Key(LOOKUPS, f"{kind}#{value}")


def get_row(key: Key) -> Raw | None:
    answer = connection().dispatch(
        "GetItem", {"TableName": key.table, "Key": names_of(key), "ConsistentRead": True}
    )
    row: Raw | None = answer.get("Item")
    return row


def get_rows(keys: Iterable[Key]) -> dict[Key, Raw | None]:
    """Every asked key with its row or None: one call for one to a hundred rows."""
    wanted = list(dict.fromkeys(keys))
    found: dict[Key, Raw | None] = dict.fromkeys(wanted)
    if len(wanted) == 1:
        return {wanted[0]: get_row(wanted[0])}
    for batch in chunks(wanted, BATCH):
        found.update(_get_batch(batch))
    return found


def _get_batch(keys: Sequence[Key]) -> Iterator[tuple[Key, Raw]]:
    request: dict[str, Any] = {}
    for key in keys:
        request.setdefault(key.table, {"Keys": [], "ConsistentRead": True})["Keys"].append(names_of(key))
    while request:
        answer = connection().dispatch("BatchGetItem", {"RequestItems": request})
        for table, rows in answer["Responses"].items():
            for row in rows:
                yield _key_of(table, row), row
        request = answer.get("UnprocessedKeys") or {}


def names_of(key: Key) -> Raw:
    if key.table == LOOKUPS:
        return {"k": {"S": key.partition}}
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}


def _key_of(table: str, row: Raw) -> Key:
    if table == LOOKUPS:
        return Key(table, row["k"]["S"])
    return Key(table, row["pk"]["S"], row["sk"]["S"])


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


@dataclass(frozen=True, slots=True, repr=False)
class Range:
    """What to read of one partition, in index order.

    `low` and `high` bound the index's sort key, both included. A row must have the attribute values of
    `equal`, none of `unlike`, at least those of `least`, at most those of `most`, more than those of `above`,
    one of those of `among`, and none of the attributes in `absent`. Global indexes are read with
    `consistent` off.
    """

    table: str
    partition: str
    index: str = ""
    low: str = ""
    high: str = ""
    descending: bool = True
    equal: tuple[tuple[str, int], ...] = ()
    unlike: tuple[tuple[str, int], ...] = ()
    least: tuple[tuple[str, int | str], ...] = ()
    most: tuple[tuple[str, int | str], ...] = ()
    above: tuple[tuple[str, Decimal], ...] = ()
    among: tuple[tuple[str, tuple[int, ...]], ...] = ()
    absent: tuple[str, ...] = ()
    consistent: bool = True

    @property
    def is_filtered(self) -> bool:
        """Whether rows between the bounds may be left out."""
        filters = (self.equal, self.unlike, self.least, self.most, self.above, self.among, self.absent)
        return any(filters)


SORT_ATTRIBUTE = {"": "sk", "updated": "u", "client": "c", "subtype": "q", "by_client": "sk"}
GLOBAL_HASHES = {"by_client": "c"}
"""The partition attribute of a global index; that of tables and local indexes is `pk`."""


def query(
    wanted: Range, limit: int | None, start: Raw | None, count_only: bool = False
) -> tuple[list[Raw], int, Raw | None]:
    """One Query: its rows, how many matched, and the key to go on from (None at the end).

    `limit` bounds the rows read, before filters.
    """
    request = _request(wanted)
    if limit is not None:
        request["Limit"] = limit
    if start is not None:
        request["ExclusiveStartKey"] = start
    if count_only:
        request["Select"] = "COUNT"
    answer = connection().dispatch("Query", request)
    return answer.get("Items", []), answer["Count"], answer.get("LastEvaluatedKey")


def walk(wanted: Range) -> Iterator[Raw]:
    """All rows of a range, however many, read as they are asked for."""
    start: Raw | None = None
    while True:
        rows, _, start = query(wanted, None, start)
        yield from rows
        if start is None:
            return


def _request(wanted: Range) -> dict[str, Any]:
    names = {"#p": GLOBAL_HASHES.get(wanted.index, "pk")}
    values: dict[str, Any] = {":p": {"S": wanted.partition}}
    conditions = "#p = :p"
    if wanted.low or wanted.high:
        names["#s"] = SORT_ATTRIBUTE[wanted.index]
        values[":low"], values[":high"] = {"S": wanted.low or " "}, {"S": wanted.high or "~"}
        conditions += " AND #s BETWEEN :low AND :high"
    request: dict[str, Any] = {
        "TableName": wanted.table,
        "KeyConditionExpression": conditions,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not wanted.descending,
        "ConsistentRead": wanted.consistent,
    }
    if wanted.index:
        request["IndexName"] = wanted.index
    filters = _filters(wanted, names, values)
    if filters:
        request["FilterExpression"] = " AND ".join(filters)
    return request


def _filters(wanted: Range, names: dict[str, str], values: dict[str, Any]) -> list[str]:
    filters: list[str] = []

    def name(attribute: str) -> str:
        place = f"#f{len(filters)}"
        names[place] = attribute
        return place

    def value(content: int | str | Decimal, part: int = 0) -> str:
        place = f":f{len(filters)}_{part}"
        values[place] = {"S": content} if isinstance(content, str) else {"N": str(content)}
        return place

    compared: tuple[tuple[str, Sequence[tuple[str, Any]]], ...] = (
        ("=", wanted.equal), ("<>", wanted.unlike), (">=", wanted.least), ("<=", wanted.most),
        (">", wanted.above),
    )  # fmt: skip
    for sign, pairs in compared:
        for attribute, content in pairs:
            filters.append(f"{name(attribute)} {sign} {value(content)}")
    for attribute, choice in wanted.among:
        places = ", ".join(value(content, part) for part, content in enumerate(choice))
        filters.append(f"{name(attribute)} IN ({places})")
    for attribute in wanted.absent:
        condition = f"attribute_not_exists({name(attribute)})"
        filters.append(condition)
    return filters
