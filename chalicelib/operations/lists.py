"""Lists: one index range, page by page, with the total (http.md 2.5).

Page k+1 after page k goes on from a remembered key; a jump walks the keys before it. Totals of plain lists
come from the account's head, those of filtered ones are counted up to `COUNT_LIMIT` matches.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock

from chalicelib.errors import InvalidInput
from chalicelib.operations.context import Context
from chalicelib.store import head as heads
from chalicelib.store.head import Head
from chalicelib.store.reads import (
    RECORDS,
    SORT_ATTRIBUTE,
    Key,
    Range,
    get_row,
    get_rows,
    query,
    record_key,
)
from chalicelib.store.record import Raw, Record, from_raw, partition

COUNT_LIMIT = 10_000
MOST_QUERIES = 40
"""Of an answer's rows, and again of its total."""
MOST_STEPS = 100
"""Queries that a jump to a far page may take."""
MOST_SCANS = 20
"""Queries whose rows are decoded, about 1 MB each."""
GROWTH = 4
"""By how much a filtered query reads on when the one before it matched too little."""
LARGEST_LIMIT = 2**31 - 1
REMEMBERED = 2_048


@dataclass(frozen=True, slots=True)
class Page:
    """`total` is exact unless `exact` is false; `rest` is the key to go on from when rows follow."""

    records: list[Record]
    total: int
    exact: bool = True
    rest: Raw | None = None


class _Places:
    """Where pages start, as far as this container knows. Forgetting costs a walk, never a wrong answer."""

    def __init__(self) -> None:
        self._keys: OrderedDict[tuple[Range, int], Raw] = OrderedDict()
        self._lock = Lock()

    def recall(self, wanted: Range, row: int) -> Raw | None:
        with self._lock:
            return self._keys.get((wanted, row))

    def remember(self, wanted: Range, row: int, key: Raw) -> None:
        with self._lock:
            self._keys[wanted, row] = key
            self._keys.move_to_end((wanted, row))
            while len(self._keys) > REMEMBERED:
                self._keys.popitem(last=False)


_places = _Places()


def range_of(context: Context, kind: str, index: str = "updated", **bounds: object) -> Range:
    return Range(RECORDS, partition(context.account, kind), index, **bounds)  # type: ignore[arg-type]


def read_head(context: Context) -> Head:
    return heads.from_raw(get_row(Key(RECORDS, partition(context.account, heads.KIND), heads.IDENT)))


def page(
    kind: str,
    wanted: Range,
    skip: int,
    size: int,
    total: int | None,
    start: Raw | None = None,
    counted: tuple[int, bool] | None = None,
) -> Page:
    """`size` rows after `skip` ones, or from a cursor's key on.

    Without a known `total` they are counted, unless an earlier page did and its cursor says so.
    """
    if total is not None and skip >= total and start is None:
        return Page([], total)
    rows, rest = _rows(wanted, skip, size, start)
    records = [from_raw(kind, row) for row in rows]
    if total is not None:
        return Page(records, total, rest=rest)
    if rest is None and start is None and (rows or not skip):
        return Page(records, skip + len(rows))
    found, exact = counted or count(wanted)
    return Page(records, found, exact, rest)


def _rows(wanted: Range, skip: int, size: int, start: Raw | None) -> tuple[list[Raw], Raw | None]:
    """`size` matching rows after `skip` ones, and the key after them if any follow."""
    is_numbered = start is None
    if skip and start is None:
        start = _places.recall(wanted, skip)
    if skip and start is None:
        passed, start = _walk(wanted, skip)
        if passed < skip or start is None:
            return [], None
        _places.remember(wanted, skip, start)
    rows, start = _take(wanted, size, start, MOST_QUERIES)
    # How many rows lie before a cursor is not known.
    if start is not None and is_numbered:
        _places.remember(wanted, skip + len(rows), start)
    return rows, start


def _take(wanted: Range, size: int, start: Raw | None, most: int) -> tuple[list[Raw], Raw | None]:
    """`size` rows, or those that `most` queries find, and the key after them if any follow."""
    rows: list[Raw] = []
    limit = min(size, LARGEST_LIMIT)
    for _ in range(most):
        found, _count, start = query(wanted, limit, start)
        rows += found
        if start is None or len(rows) >= size:
            break
        limit = min(limit * GROWTH, LARGEST_LIMIT) if wanted.is_filtered else size - len(rows)
    if len(rows) > size:
        rows, start = rows[:size], key_of(wanted, rows[size - 1])
    return rows, start


def key_of(wanted: Range, row: Raw) -> Raw:
    """The key to go on from after a row."""
    return {name: row[name] for name in ("pk", "sk", SORT_ATTRIBUTE[wanted.index])}


def batches(
    wanted: Range, start: Raw | None = None, limit: int | None = None
) -> Iterator[tuple[list[Raw], Raw | None]]:
    """The rows of a range by query, each with the key to go on from, until the end or `MOST_SCANS` queries.

    `limit` bounds the rows of the first one.
    """
    for _ in range(MOST_SCANS):
        rows, _count, start = query(wanted, limit, start)
        yield rows, start
        if start is None:
            return
        limit = limit and min(limit * GROWTH, LARGEST_LIMIT)


def _walk(wanted: Range, skip: int) -> tuple[int, Raw | None]:
    """Pass over `skip` matches; answers how many there were and the key after them.

    Counting is lighter, but stops at a match only where every row is one. InvalidInput: they are too many to
    pass over in one request.
    """
    passed, start = 0, None
    if wanted.is_filtered:
        rows, start = _take(wanted, skip, None, MOST_STEPS)
        passed = len(rows)
    else:
        for _ in range(MOST_STEPS):
            _, found, start = query(wanted, min(skip - passed, LARGEST_LIMIT), start, count_only=True)
            passed += found
            if start is None or passed >= skip:
                break
    if start is not None and passed < skip:
        raise InvalidInput.of("page", "The page is too far away. Please walk there by next_cursor.")
    return passed, start


def count(wanted: Range) -> tuple[int, bool]:
    """Matches of a range up to `COUNT_LIMIT`, and whether that is all of them."""
    total, start = 0, None
    for _ in range(MOST_QUERIES):
        _, found, start = query(wanted, None, start, count_only=True)
        total += found
        if start is None or total >= COUNT_LIMIT:
            break
    return total, start is None


def everything(kind: str, wanted: Range, most: int = COUNT_LIMIT) -> tuple[list[Record], bool]:
    """All rows of a small range, such as one client's, and whether that was all."""
    rows: list[Raw] = []
    start: Raw | None = None
    while len(rows) < most:
        found, _, start = query(wanted, None, start)
        rows += found
        if start is None:
            return [from_raw(kind, row) for row in rows], True
    return [from_raw(kind, row) for row in rows[:most]], False


def of_client(context: Context, kind: str, client: int, active_only: bool = False) -> list[Record]:
    """A client's records of a kind, by id."""
    bounds = f"{client:010d}#", f"{client:010d}~"
    wanted = range_of(
        context, kind, "client", low=bounds[0], high=bounds[1], descending=False,
        absent=("s",) if active_only else (),
    )  # fmt: skip
    found = {record.id: record for record in everything(kind, wanted)[0]}
    for (its_kind, number), record in context.fresh.items():
        if its_kind == kind and record.client == client:
            found[number] = record
    return [found[number] for number in sorted(found) if found[number].is_active or not active_only]


def by_ids(context: Context, kind: str, ids: list[int]) -> list[Record]:
    """The records of these ids that exist, in the order asked."""
    wanted = list(dict.fromkeys(ids))
    stale = [number for number in wanted if (kind, number) not in context.fresh]
    keys = [record_key(context.account, kind, number) for number in stale]
    rows = get_rows(keys) if keys else {}
    stored = {number: rows[key] for number, key in zip(stale, keys, strict=True)}
    found = {number: from_raw(kind, row) for number, row in stored.items() if row is not None}
    found |= {number: context.fresh[kind, number] for number in wanted if (kind, number) in context.fresh}
    return [found[number] for number in wanted if number in found and (kind, number) not in context.gone]
