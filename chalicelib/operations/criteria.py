"""Filters that only a whole record answers, and the order of records in memory. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.shape import Data, Shape
from chalicelib.store.record import Record

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Criteria:
    """All of them must hold. Days are ISO text, both bounds included, but `due_before` is not.

    `text` is searched for in any case; of `words` one must hold.
    """

    shape: Shape
    filters: Filterable
    today: date
    text: str = ""
    date_from: str = ""
    date_to: str = ""
    due_before: str = ""
    balance_gt: Decimal | None = None
    words: tuple[Word, ...] = ()

    @property
    def is_empty(self) -> bool:
        bounds = self.text or self.date_from or self.date_to or self.due_before or self.words
        return not bounds and self.balance_gt is None

    def matches(self, record: Record) -> bool:
        data = self.shape.defaults | record.data
        return (
            self._is_dated(data)
            and self._is_due(record, data)
            and (self.balance_gt is None or number(record, data, self.filters.balance) > self.balance_gt)
            and (not self.words or any(_holds(word, record, data, self.today) for word in self.words))
            and (not self.text or self._is_found(data))
        )

    def _is_dated(self, data: Data) -> bool:
        if not (self.date_from or self.date_to):
            return True
        found = _day(data.get(self.filters.date))
        return bool(found) and self.date_from <= found and (not self.date_to or found <= self.date_to)

    def _is_due(self, record: Record, data: Data) -> bool:
        if not self.due_before:
            return True
        due = data.get(self.filters.due) or ""
        return bool(due) and due < self.due_before and record.subtype not in self.filters.undue

    def _is_found(self, data: Data) -> bool:
        wanted = self.text.casefold()
        return any(wanted in found.casefold() for spec in self.filters.text for found in texts(data, spec))


def texts(data: Data, spec: str) -> Iterator[str]:
    """The texts that a `text` entry of a declaration names."""
    child, _, names = spec.rpartition(".")
    for row in data.get(child, ()) if child else (data,):
        yield " ".join(str(row.get(name) or "") for name in names.split("+"))


def _holds(word: Word, record: Record, data: Data, today: date) -> bool:
    at_level = not word.levels or record.status in word.levels
    return at_level and (word.test is None or word.test(record, data, today))


def _day(value: Any) -> str:
    """The ISO day of a stored date or of a moment in epoch seconds; empty for none."""
    if isinstance(value, int):
        return datetime.fromtimestamp(value, UTC).date().isoformat() if value > 0 else ""
    return value or ""


# ---- order
class Position(NamedTuple):
    """Where a record stands in a sorted list; numbers sort by `number`, texts by `text`, ties by `id`."""

    number: Decimal | int
    text: str
    id: int


def position(record: Record, shape: Shape, order: str) -> Position:
    """`order` is `created`, `updated` or a field. Texts sort without regard to case."""
    if order == "created":
        return Position(0, "", record.id)
    if order == "updated":
        return Position(record.updated, "", record.id)
    data = shape.defaults | record.data
    value = data.get(order)
    if order in shape.numbers or order in _TYPED or isinstance(value, int):
        return Position(number(record, data, order), "", record.id)
    return Position(0, (value or "").casefold(), record.id)


_TYPED = frozenset({"client_id", "invoice_status_id"})


def number(record: Record, data: Data, name: str) -> Decimal | int:
    """A numeric field, wherever it is kept."""
    if name == "client_id":
        return record.client
    if name == "invoice_status_id":
        return record.status
    kept = {"balance": record.balance, "paid_to_date": record.paid}.get(name)
    if kept is not None:
        return kept
    value = data.get(name) or 0
    return value if isinstance(value, int) else Decimal(value)
