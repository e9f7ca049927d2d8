"""Which records a list shows: v4's filters, turned into an index range or a few known ids (http.md 2.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chalicelib.operations.context import Context
from chalicelib.operations.lists import Page, by_ids, of_client, page, range_of, read_head
from chalicelib.store.reads import SORT_ATTRIBUTE, Range
from chalicelib.store.record import Raw, Record

CURSOR = re.compile(r"([0-9]{10})\.((?:[0-9]-)?[0-9]{10}(?:-[0-9]{10})?)")
INDEXED_SUBTYPES = frozenset({2, 3})
ALL_SUBTYPES = frozenset({1, 2, 3})


@dataclass(frozen=True, slots=True)
class Selection:
    """`ids` are records found by a look-up; `client` selects one client's. `since` is in epoch seconds,
    `status` a lower bound, `owner` limits to own records; empty `subtypes` means no sub-types at all."""

    kind: str
    order: str = "updated"
    ids: tuple[int, ...] | None = None
    client: int = 0
    subtypes: frozenset[int] = ALL_SUBTYPES
    active: bool = False
    owner: int = 0
    since: int = 0
    status: int = 0

    def accepts(self, record: Record) -> bool:
        return (
            (not self.client or record.client == self.client)
            and (not record.subtype or record.subtype in self.subtypes)
            and (not self.active or record.is_active)
            and (not self.owner or record.owner == self.owner)
            and record.updated >= self.since
            and record.status >= self.status
        )

    def range(self, context: Context) -> Range:
        since = f"{self.since:010d}" if self.since else ""
        wanted = replace(
            range_of(context, self.kind, "updated" if self.order == "updated" else ""),
            descending=self.order != "id",
            equal=(("o", self.owner),) if self.owner else (),
            unlike=tuple(("t", subtype) for subtype in sorted(ALL_SUBTYPES - self.subtypes)),
            least=(("st", self.status),) if self.status > 0 else (),
            absent=("s",) if self.active else (),
        )
        if self.subtypes <= INDEXED_SUBTYPES and len(self.subtypes) == 1:
            (subtype,) = self.subtypes
            return replace(wanted, index="subtype", low=f"{subtype}#{since}", high=f"{subtype}~", unlike=())
        if since and wanted.index:
            return replace(wanted, low=since)
        return replace(wanted, least=(*wanted.least, ("u", since))) if since else wanted

    def total(self, context: Context) -> int | None:
        """The number of matches where the account's counters know it."""
        if self.owner or self.since or self.status > 0:
            return None
        head = read_head(context)
        state = 0 if self.active else None
        if self.subtypes == ALL_SUBTYPES:
            return head.total(self.kind, state=state)
        return sum(head.total(self.kind, subtype, state) for subtype in self.subtypes)


def read_page(
    context: Context, selection: Selection, skip: int, size: int, cursor: str = ""
) -> tuple[Page, str]:
    """A page and the cursor of the next one, empty at the end."""
    if selection.ids is not None or selection.client or not selection.subtypes:
        return _from_memory(context, selection, skip, size), ""
    wanted = selection.range(context)
    start = _key(wanted, cursor)
    found = page(selection.kind, wanted, skip, size, selection.total(context), start)
    return found, _cursor(wanted, found.rest)


def _from_memory(context: Context, selection: Selection, skip: int, size: int) -> Page:
    if not selection.subtypes:
        records: list[Record] = []
    elif selection.ids is not None:
        records = by_ids(context, selection.kind, list(selection.ids))
    else:
        records = of_client(context, selection.kind, selection.client)
    by_creation = selection.order == "created"
    found = sorted(
        filter(selection.accepts, records),
        key=lambda record: (0 if by_creation else record.updated, record.id),
        reverse=True,
    )
    return Page(found[skip : skip + size], len(found))


def _cursor(wanted: Range, rest: Raw | None) -> str:
    if rest is None:
        return ""
    sort = rest[SORT_ATTRIBUTE[wanted.index]]["S"]
    return f"{rest['sk']['S']}.{sort.replace('#', '-')}"


def _key(wanted: Range, cursor: str) -> Raw | None:
    """The key a cursor stands for, always inside the caller's own partition; None for a malformed one."""
    found = CURSOR.fullmatch(cursor)
    if found is None:
        return None
    ident, sort = found[1], found[2].replace("-", "#")
    if (wanted.index == "" and sort != ident) or not wanted.low <= sort <= (wanted.high or "~"):
        return None
    return {"pk": {"S": wanted.partition}, "sk": {"S": ident}, SORT_ATTRIBUTE[wanted.index]: {"S": sort}}
