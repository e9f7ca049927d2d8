"""One request, one transaction: all rows of a change or none.

A row is written on the condition that it is still as it was read, so a commit that succeeds happened at one
moment. Lost conditions are named, so that the caller re-reads only what it lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.errors import InvalidInput, Throttled
from chalicelib.store.connection import connection
from chalicelib.store.models import RecordRow, Row
from chalicelib.store.reads import LOOKUPS, Key, names_of

MOST_ACTIONS = 100
MOST_BYTES = 409_600
"""Of a row together with its copies in the local indexes, DynamoDB's limit."""
BESIDES_BODY = 1_500
"""Bytes enough for the keys and typed attributes of a row."""
MOST_BYTES_AT_ONCE = 3_900_000
"""Of all bodies; a transaction takes 4 MB."""

_LOST = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_WAIT = frozenset({"ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"})


class Lost(Exception):
    """The commit did not happen: other commits changed `keys`, or the table is throttled (no keys)."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__(keys)
        self.keys = keys


@dataclass(frozen=True, slots=True)
class Put:
    """A row to write; `replaces` is the version that was read, 0 when no row may exist."""

    key: Key
    row: Row
    replaces: int


@dataclass(frozen=True, slots=True)
class Removal:
    """A row to delete if it still has this version."""

    key: Key
    replaces: int


def commit(removals: Sequence[Removal], puts: Sequence[Put]) -> None:
    """Write everything or raise `Lost`.

    InvalidInput: a row beyond DynamoDB's item limit or more rows than a transaction holds; both come from
    lists that are too long and change nothing.
    """
    check(removals, puts)
    actions = [{"Delete": {"Key": names_of(gone.key), **_condition(gone)}} for gone in removals]
    actions += [{"Put": {"Item": put.row.serialize(), **_condition(put)}} for put in puts]
    try:
        connection().dispatch("TransactWriteItems", {"TransactItems": actions})
    except Throttled as error:
        raise Lost(()) from error
    except ClientError as error:
        raise _lost(error, [removal.key for removal in removals] + [put.key for put in puts]) from error


def check(removals: Sequence[Removal], puts: Sequence[Put]) -> None:
    """InvalidInput: more than one transaction or one row can hold."""
    if len(removals) + len(puts) > MOST_ACTIONS:
        raise InvalidInput.of("body", f"The request changes more than {MOST_ACTIONS} records at once.")
    if any(largest_body(put.row) < len(put.row.body) for put in puts):
        raise InvalidInput.of("body", "The record is too large to be stored.")
    if sum(len(put.row.body) for put in puts) > MOST_BYTES_AT_ONCE:
        raise InvalidInput.of("body", "The request changes too much at once.")


def largest_body(row: Row) -> int:
    """How many bytes the body of such a row may have."""
    indexed = (row.updated, row.client, row.subtype) if isinstance(row, RecordRow) else ()
    copies = 1 + sum(value is not None for value in indexed)
    return MOST_BYTES // copies - BESIDES_BODY


def _condition(action: Put | Removal) -> dict[str, Any]:
    """The row's table, and that it is still as it was read."""
    table = action.key.table
    if not action.replaces:
        first = "k" if table == LOOKUPS else "pk"
        return {"TableName": table, "ConditionExpression": f"attribute_not_exists({first})"}
    values = {":v": {"N": str(action.replaces)}}
    return {"TableName": table, "ConditionExpression": "v = :v", "ExpressionAttributeValues": values}


def _lost(error: ClientError, keys: list[Key]) -> Exception:
    """`Lost` for a cancelled transaction, the error itself for anything else."""
    answer: dict[str, Any] = {**error.response}
    codes = [reason["Code"] for reason in answer.get("CancellationReasons", ())]
    lost = [key for key, code in zip(keys, codes, strict=False) if code in _LOST]
    if lost:
        return Lost(lost)
    return Lost(()) if _WAIT.intersection(codes) else error
