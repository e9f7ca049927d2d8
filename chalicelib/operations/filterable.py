"""What a list can be narrowed and sorted by: declared once, beside the fields of its resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from chalicelib.operations.shape import Data
from chalicelib.store.record import ACTIVE, ARCHIVED, DELETED, Record

STATES: Mapping[str, int] = {"active": ACTIVE, "archived": ARCHIVED, "deleted": DELETED}
"""The words of `status` that every list knows."""
INDEXED_SORTS: Mapping[str, str] = {"id": "created", "created_at": "created", "updated_at": "updated"}
"""The fields that every list is sorted by on an index, with the name of that order; ids are given in the
order of creation."""

Test = Callable[[Record, Data, date], bool]
"""Gets a record, its data with all defaults, and today."""


@dataclass(frozen=True, eq=False, repr=False)
class Word:
    """A further word of `status`. `levels` are the stored statuses it is limited to, which DynamoDB can
    compare by itself; `test` is what only the whole record tells."""

    levels: frozenset[int] = frozenset()
    test: Test | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Filterable:
    """`text` names what `filter` searches: fields, those of nested rows as `contacts.email`, joined ones as
    `first_name+last_name`. `date`, `due` and `balance` are the fields of `date_from` with `date_to`,
    `due_before` and `balance_gt`; a list without one refuses the parameter. `undue` sub-types have a rule in
    place of a due date. `sorts` are fields that the matches are sorted by in memory.
    """

    text: tuple[str, ...] = ()
    date: str = "created_at"
    due: str = ""
    undue: frozenset[int] = frozenset()
    balance: str = ""
    words: Mapping[str, Word] = field(default_factory=dict)
    sorts: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters that a list of these takes beside v4's."""
        offered = {
            "status": True,
            "filter": self.text,
            "date_from": self.date,
            "date_to": self.date,
            "due_before": self.due,
            "balance_gt": self.balance,
            "sort": True,
        }
        return tuple(name for name, is_offered in offered.items() if is_offered)

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every word of `status`."""
        return *STATES, *self.words

    @property
    def orders(self) -> tuple[str, ...]:
        """Every field of `sort`."""
        return *INDEXED_SORTS, *self.sorts
