"""One page of a selection, and the cursor of the next.

What an index orders and DynamoDB filters is read page by page. Filters that need the whole record decode
what they pass; other orders, and lists of one client, are sorted in memory. Each way has its bounds in
`lists`: none makes more queries than it states, however large the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import TypeVar

from chalicelib.errors import InvalidInput
from chalicelib.operations import cursors
from chalicelib.operations.context import Context
from chalicelib.operations.criteria import Position
from chalicelib.operations.cursors import Cursor
from chalicelib.operations.lists import COUNT_LIMIT, Page, batches, by_ids, key_of, page
from chalicelib.operations.selection import INDEXED_ORDERS, Selection
from chalicelib.store.reads import SORT_ATTRIBUTE, Range
from chalicelib.store.record import Raw, Record, from_raw, ident

Row = TypeVar("Row")
Placed = tuple[Position, Row]

SORT = re.compile(r"(?:[0-9]#)?[0-9]{10}(?:#[0-9]{10})?")


def read_page(
    context: Context, selection: Selection, skip: int, size: int, cursor: str = ""
) -> tuple[Page, str]:
    """A page and the cursor of the next one, empty at the end. InvalidInput: the cursor is of another list,
    or there are too many matches to sort."""
    if selection.ids is not None:
        known = by_ids(context, selection.kind, list(selection.ids))
        return listed(context, selection, known, skip, size, cursor)
    after = _after(context, selection, cursor)
    if selection.is_empty:
        return Page([], 0), ""
    is_walked = selection.order in INDEXED_ORDERS
    found = _matches(selection, selection.range_of_client(context)) if selection.client else None
    if found is None and not is_walked:
        found = _matches(selection, selection.range(context))
        if found is None:
            raise InvalidInput.of("sort", "There are too many records to sort. Please narrow the filters.")
    if found is None:
        return _walked(context, selection, skip, size, after)
    rows, total, rest = _cut(selection, found, skip, size, after)
    records = [from_raw(selection.kind, row) for row in rows]
    return Page(records, total), _next(context, selection, rest, total)


def listed(
    context: Context,
    selection: Selection,
    records: Iterable[Record],
    skip: int,
    size: int,
    cursor: str,
) -> tuple[Page, str]:
    """A page of what a list is known to consist of, with all filters and the order applied."""
    found = [(selection.place(record), record) for record in records if selection.accepts(record)]
    rows, total, rest = _cut(selection, found, skip, size, _after(context, selection, cursor))
    return Page(rows, total), _next(context, selection, rest, total)


def _matches(selection: Selection, wanted: Range) -> list[Placed[Raw]] | None:
    """All matches with their places, still packed, since a page shows few of them; None for too many."""
    found: list[Placed[Raw]] = []
    rest: Raw | None = None
    for rows, following in batches(wanted):
        rest = following
        for row in rows:
            record = from_raw(selection.kind, row)
            if selection.accepts(record):
                found.append((selection.place(record), row))
        if len(found) > COUNT_LIMIT:
            return None
    return found if rest is None else None


def _cut(
    selection: Selection, found: list[Placed[Row]], skip: int, size: int, after: Cursor | None
) -> tuple[list[Row], int, Position | None]:
    """The rows of a page, the number of all matches, and the place of the last row if more follow."""
    total = len(found)
    found.sort(key=lambda pair: pair[0], reverse=selection.descending)
    if after is not None:
        skip, last = 0, after.position
        found = [pair for pair in found if (pair[0] < last if selection.descending else pair[0] > last)]
    shown = found[skip : skip + size]
    follows = shown and len(found) > skip + size
    return [row for _, row in shown], total, shown[-1][0] if follows else None


# ---- walking an index
def _walked(
    context: Context, selection: Selection, skip: int, size: int, after: Cursor | None
) -> tuple[Page, str]:
    wanted = selection.range(context)
    start = _key(wanted, after.position) if after else None
    if selection.criteria.is_empty:
        counted = (after.total, after.exact) if after else None
        found = page(selection.kind, wanted, skip, size, selection.total(context), start, counted)
    elif after:
        found = _fill(selection, wanted, size, start, after)
    else:
        found = _scan(selection, wanted, skip, size)
    place = _place(wanted, found.rest) if found.rest else None
    return found, _next(context, selection, place, found.total, found.exact)


def _scan(selection: Selection, wanted: Range, skip: int, size: int) -> Page:
    """A page by its number: everything is decoded, up to the bounds, to count the matches."""
    shown: list[Raw] = []
    total = 0
    rest: Raw | None = None
    for rows, following in batches(wanted):
        rest = following
        for row in rows:
            if selection.accepts(from_raw(selection.kind, row)):
                if skip <= total < skip + size:
                    shown.append(row)
                total += 1
        if total >= COUNT_LIMIT:
            break
    exact = rest is None
    if total > skip + size:
        rest = key_of(wanted, shown[-1])
    elif total < skip:
        rest = None
    return Page([from_raw(selection.kind, row) for row in shown], total, exact, rest)


def _fill(selection: Selection, wanted: Range, size: int, start: Raw | None, after: Cursor) -> Page:
    """The page after a cursor, which reads no further than it must."""
    shown: list[Record] = []
    rest = start
    for rows, rest in batches(wanted, start, size):
        records = ((row, from_raw(selection.kind, row)) for row in rows)
        matches = (pair for pair in records if selection.accepts(pair[1]))
        taken = list(islice(matches, size - len(shown)))
        shown += [record for _, record in taken]
        if len(shown) >= size:
            rest = key_of(wanted, taken[-1][0]) if rest or taken[-1][0] is not rows[-1] else None
            break
    return Page(shown, after.total, after.exact, rest)


# ---- places
def _after(context: Context, selection: Selection, cursor: str) -> Cursor | None:
    return cursors.read(selection.tag(context), cursor) if cursor else None


def _next(
    context: Context, selection: Selection, place: Position | None, total: int, exact: bool = True
) -> str:
    return cursors.write(selection.tag(context), Cursor(place, total, exact)) if place else ""


def _place(wanted: Range, key: Raw) -> Position:
    return Position(0, key[SORT_ATTRIBUTE[wanted.index]]["S"], int(key["sk"]["S"]))


def _key(wanted: Range, place: Position) -> Raw:
    """The key a place stands for, always inside the caller's own partition. InvalidInput: there is none."""
    key, sort = ident(place.id), place.text
    is_inside = wanted.low <= sort <= (wanted.high or "~") and (wanted.index or sort == key)
    if not (place.id >= 0 and SORT.fullmatch(sort) and is_inside):
        raise InvalidInput.of("cursor", "The cursor is not one of this list with these filters.")
    return {"pk": {"S": wanted.partition}, "sk": {"S": key}, SORT_ATTRIBUTE[wanted.index]: {"S": sort}}
