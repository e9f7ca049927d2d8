"""Counts the AWS calls of requests and the capacity that they consume.

It listens at the API's own botocore clients. Reads cost what DynamoDB Local reports, transactions what
`capacity` computes from the rows before and after, which the meter reads through a client of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.session import get_session

from chalicelib.delivery import mail
from chalicelib.store import files
from chalicelib.store.connection import connection
from chalicelib.store.reads import RECORDS
from tests.costs import capacity
from tests.costs.capacity import Row


@dataclass(frozen=True)
class Write:
    """One row of a transaction. `kind` is its record's, else its table; `units` include its indexes."""

    kind: str
    size: int
    units: int


@dataclass
class Cost:
    """What was called, in order, and what it consumed; `updates` are write units outside transactions."""

    calls: list[str] = field(default_factory=list)
    reads: float = 0.0
    updates: float = 0.0
    writes: list[Write] = field(default_factory=list)

    @property
    def write_units(self) -> int:
        return sum(write.units for write in self.writes)

    @property
    def commits(self) -> int:
        return self.calls.count("TransactWriteItems")

    def __str__(self) -> str:
        rows = ", ".join(f"{row.kind} {row.size} B: {row.units}" for row in self.writes)
        return f"{len(self.calls)} calls {self.calls}, {self.reads:g} RCU, {self.write_units} WCU ({rows})"


class Meter:
    """Listens at every client for as long as the process lives, and counts while something is measured."""

    def __init__(self) -> None:
        self._cost: Cost | None = None
        self._pending: list[Write] = []
        for client in (connection().client, files._client(), mail._ses()):
            service = client.meta.service_model.service_id.hyphenize()
            client.meta.events.register(f"provide-client-params.{service}.*", self._before)
            client.meta.events.register(f"after-call.{service}.*", self._after)

    @contextmanager
    def measure(self) -> Iterator[Cost]:
        self._cost = cost = Cost()
        try:
            yield cost
        finally:
            self._cost = None

    def _before(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if self._cost and model.name == "TransactWriteItems":
            self._pending = [_write(action) for action in params["TransactItems"]]

    def _after(self, http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        cost = self._cost
        if cost is None:
            return
        cost.calls.append(model.name)
        if model.name == "TransactWriteItems":
            if http_response.status_code == 200:
                cost.writes += self._pending
            return
        if model.name == "UpdateItem":
            cost.updates += parsed.get("ConsumedCapacity", {}).get("CapacityUnits", 0)
            return
        consumed = parsed.get("ConsumedCapacity", [])
        for one in consumed if isinstance(consumed, list) else [consumed]:
            cost.reads += one["CapacityUnits"]


@cache
def _plain_client() -> Any:
    return get_session().create_client("dynamodb")


@cache
def _schema(table: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The key attributes of a table and of each of its indexes."""
    found = _plain_client().describe_table(TableName=table)["Table"]
    indexes = found.get("LocalSecondaryIndexes", []) + found.get("GlobalSecondaryIndexes", [])
    return _names(found), tuple(_names(index) for index in indexes)


def _names(schema: dict[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in schema["KeySchema"])


def indexes_of(table: str) -> tuple[tuple[str, ...], ...]:
    return _schema(table)[1]


def _write(action: dict[str, Any]) -> Write:
    ((kind, request),) = action.items()
    assert kind in ("Put", "Delete"), f"{kind} needs its own computation"
    table = request["TableName"]
    names, indexes = _schema(table)
    source = request["Item"] if kind == "Put" else request["Key"]
    key = {name: source[name] for name in names}
    before: Row | None = _plain_client().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    after: Row | None = request["Item"] if kind == "Put" else None
    place = source[names[0]]["S"].rpartition("#")[2] if table == RECORDS else table
    largest = max(capacity.size(row) for row in (before, after) if row)
    return Write(place, largest, capacity.write_units(before, after, indexes))
