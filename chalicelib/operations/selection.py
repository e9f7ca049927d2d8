"""Which records a list shows: the filters of a request, turned into an index range or a few known ids
(http.md 2.5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256

from chalicelib.operations.context import Context
from chalicelib.operations.criteria import Criteria, Position, position
from chalicelib.operations.filterable import STATES
from chalicelib.operations.lists import range_of, read_head
from chalicelib.operations.shape import Shape
from chalicelib.store.reads import Range
from chalicelib.store.record import ACTIVE, ARCHIVED, DELETED, Record

INDEXED_SUBTYPES = frozenset({2, 3})
ALL_SUBTYPES = frozenset({1, 2, 3})
ALL_STATES = frozenset(STATES.values())
INDEXED_ORDERS = frozenset({"updated", "created"})


@dataclass(frozen=True, slots=True)
class Selection:
    """`order` is `updated`, `created` or a field that is sorted by in memory.

    `ids` are records found by a look-up; `client` selects one client's. `since` is in epoch seconds,
    `status` a lower bound, `owner` limits to own records; `levels` are statuses of which one must be met,
    any if there are none; `above` is a balance to exceed. Empty `subtypes` or `states` mean no record at all.
    `asked` is what the caller sent, to which cursors are bound.
    """

    shape: Shape
    criteria: Criteria
    order: str = "updated"
    descending: bool = True
    ids: tuple[int, ...] | None = None
    client: int = 0
    subtypes: frozenset[int] = ALL_SUBTYPES
    states: frozenset[int] = ALL_STATES
    owner: int = 0
    since: int = 0
    status: int = 0
    levels: frozenset[int] = frozenset()
    above: Decimal | None = None
    asked: str = ""

    @property
    def kind(self) -> str:
        return self.shape.kind

    @property
    def is_empty(self) -> bool:
        return not (self.subtypes and self.states)

    def tag(self, context: Context) -> str:
        """What a cursor of this list carries, so that no other list takes it."""
        parts = (context.account, self.kind, self.owner, self.order, self.descending, sorted(self.subtypes))
        return sha256(repr((*parts, self.asked)).encode()).hexdigest()[:16]

    def accepts(self, record: Record) -> bool:
        return (
            (not self.client or record.client == self.client)
            and (not record.subtype or record.subtype in self.subtypes)
            and record.state in self.states
            and (not self.owner or record.owner == self.owner)
            and record.updated >= self.since
            and record.status >= self.status
            and (not self.levels or record.status in self.levels)
            and (self.above is None or (record.balance or 0) > self.above)
            and self.criteria.matches(record)
        )

    def place(self, record: Record) -> Position:
        return position(record, self.shape, self.order)

    def range(self, context: Context) -> Range:
        """What to read, filtered by whatever DynamoDB can compare, and in the order asked if that is one of
        an index."""
        since = f"{self.since:010d}" if self.since else ""
        if self.order == "created":
            wanted = self._compared(context, "")
            return replace(wanted, least=(*wanted.least, ("u", since))) if since else wanted
        if self.subtypes <= INDEXED_SUBTYPES and len(self.subtypes) == 1:
            (subtype,) = self.subtypes
            wanted = self._compared(context, "subtype")
            return replace(wanted, low=f"{subtype}#{since}", high=f"{subtype}~", unlike=wanted.unlike[2:])
        return replace(self._compared(context, "updated"), low=since)

    def range_of_client(self, context: Context) -> Range:
        """The client's records alone, in the order of creation."""
        wanted = self._compared(context, "client")
        least = [(name, value) for name, value in wanted.least if name != "c"]
        since = [("u", f"{self.since:010d}")] if self.since else []
        low, high = self._client_bounds()
        return replace(wanted, low=low, high=high, least=(*least, *since), most=())

    def _client_bounds(self) -> tuple[str, str]:
        return f"{self.client:010d}#", f"{self.client:010d}~"

    def _compared(self, context: Context, index: str) -> Range:
        low, high = self._client_bounds()
        return replace(
            range_of(context, self.kind, index),
            descending=self.descending,
            equal=(("o", self.owner),) if self.owner else (),
            unlike=(*(("t", subtype) for subtype in sorted(ALL_SUBTYPES - self.subtypes)), *self._unlike()),
            least=(
                *((("st", self.status),) if self.status > 0 else ()),
                *((("c", low),) if self.client else ()),
                *((("s", ARCHIVED),) if ACTIVE not in self.states else ()),
            ),
            most=(("c", high),) if self.client else (),
            among=(("st", tuple(sorted(self.levels))),) if self.levels else (),
            above=(("bal", self.above),) if self.above is not None else (),
            absent=("s",) if self.states == {ACTIVE} else (),
        )

    def _unlike(self) -> tuple[tuple[str, int], ...]:
        """The states to leave out; active rows have no such attribute."""
        if self.states == {ACTIVE}:
            return ()
        return tuple(("s", state) for state in (ARCHIVED, DELETED) if state not in self.states)

    def total(self, context: Context) -> int | None:
        """The number of matches where the account's counters know it."""
        is_counted = not (self.owner or self.since or self.status > 0 or self.levels or self.client)
        if not is_counted or self.above is not None or not self.criteria.is_empty:
            return None
        head = read_head(context)
        subtypes = [None] if self.subtypes == ALL_SUBTYPES else sorted(self.subtypes)
        states = [None] if self.states == ALL_STATES else sorted(self.states)
        return sum(head.total(self.kind, subtype, state) for subtype in subtypes for state in states)
