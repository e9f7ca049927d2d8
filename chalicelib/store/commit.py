"""One request, one transaction: all rows of a change or none.

A row is written on the condition that it is still as it was read, so a commit that succeeds happened at one
moment. Lost conditions are named, so that the caller re-reads only what it lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.errors import InvalidInput, Throttled
from chalicelib.store.connection import connection
from chalicelib.store.models import EventRow, LookupRow, RecordRow, Row
from chalicelib.store.reads import Key

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
    row: Row
    replaces: int


def commit(removals: Sequence[Removal], puts: Sequence[Put]) -> None:
    """Write everything or raise `Lost`.

    InvalidInput: a row beyond DynamoDB's item limit or more rows than a transaction holds; both come from
    lists that are too long and change nothing.
    """
    check(removals, puts)
    transaction = TransactWrite(connection=connection())
    for removal in removals:
        transaction.delete(removal.row, condition=_version(removal.row) == removal.replaces)
    for put in puts:
        transaction.save(put.row, condition=_condition(put))
    try:
        transaction._commit()
    except Throttled as error:
        raise Lost(()) from error
    except TransactWriteError as error:
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


def _condition(put: Put):  # type: ignore[no-untyped-def]
    if put.replaces:
        return _version(put.row) == put.replaces
    first = {RecordRow: RecordRow.partition, LookupRow: LookupRow.key, EventRow: EventRow.account}[
        type(put.row)
    ]
    return first.does_not_exist()


def _version(row: Row):  # type: ignore[no-untyped-def]
    return LookupRow.version if isinstance(row, LookupRow) else RecordRow.version


def _lost(error: TransactWriteError, keys: list[Key]) -> Exception:
    """`Lost` for a cancelled transaction, the error itself for anything else."""
    reasons = error.cancellation_reasons
    lost = [key for key, reason in zip(keys, reasons, strict=False) if reason and reason.code in _LOST]
    if lost:
        return Lost(lost)
    if any(reason and reason.code in _WAIT for reason in reasons):
        return Lost(())
    return error
