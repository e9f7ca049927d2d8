"""Which accounts a scheduled round visits: one partition per round, so that accounts not in it cost nothing.

An account's row is written in the commit that makes the round matter to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.store import codec
from chalicelib.store.commit import Put, commit
from chalicelib.store.models import RecordRow
from chalicelib.store.reads import RECORDS, Key, Range, walk
from chalicelib.store.record import partition

OVERDUE = "overdue"
NAMES = (OVERDUE,)


class Visit(NamedTuple):
    """An account that is not to be visited before `until` (epoch seconds). `version` is the row's."""

    account: str
    until: int = 0
    version: int = 0


def key(name: str, account: str) -> Key:
    """No account has an empty id, so a round's partition is nobody's."""
    return Key(RECORDS, partition("", name), account)


def to_row(name: str, visit: Visit) -> RecordRow:
    """The row that replaces the one read; its version is one up."""
    where = key(name, visit.account)
    body = codec.pack(visit.until)
    return RecordRow(partition=where.partition, ident=where.sort, version=visit.version + 1, body=body)


def due(name: str, now: int) -> Iterator[Visit]:
    for row in walk(Range(RECORDS, partition("", name), descending=False, consistent=False)):
        visit = Visit(row["sk"]["S"], codec.unpack(row["b"]["B"]), int(row["v"]["N"]))
        if visit.until <= now:
            yield visit


def put_off(name: str, visit: Visit, until: int) -> None:
    """Lost: the account has left the round, or another run was here."""
    row = to_row(name, visit._replace(until=until))
    commit([], [Put(key(name, visit.account), row, visit.version)])
