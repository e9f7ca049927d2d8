"""The unit of work: load → decide → commit, with every row read once.

`transact` runs a decision over a `Work`. When the commit loses to another one, only the rows that were lost
are read again, the decision is made anew from them, and the rest comes from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from chalicelib.errors import InvalidInput, RecordNotFound
from chalicelib.operations import notices
from chalicelib.operations.callers import KINDS, callers
from chalicelib.operations.context import Context
from chalicelib.operations.filing import Filing
from chalicelib.operations.rows import Rows
from chalicelib.operations.shape import Shape
from chalicelib.operations.shapes import USER
from chalicelib.operations.turns import Turns
from chalicelib.store import codec, event, head, record
from chalicelib.store.commit import Lost, Put, Removal, check, commit, largest_body
from chalicelib.store.event import Event
from chalicelib.store.models import RecordRow
from chalicelib.store.reads import EVENTS, Key, get_rows, record_key
from chalicelib.store.record import Raw, Record

Answer = TypeVar("Answer")

UNUSED_FILES = "files.unused"
"""The event of objects in S3 to which no record refers any more, nor ever will."""


class AnsweredElsewhere(Exception):
    """Another request with the same idempotency key committed first."""


class Work(Rows):
    """What one decision has read and wants written."""

    def __init__(self, context: Context, memory: dict[Key, Raw | None]) -> None:
        super().__init__(context, memory)
        self._found: dict[tuple[str, int], Record] = {}
        self._saved: dict[tuple[str, int], tuple[Shape, Record]] = {}
        self._removed: dict[tuple[str, int], Record] = {}
        self.events: list[Event] = []
        self.files = Filing()

    # ---- reading
    def key(self, kind: str, number: int) -> Key:
        return record_key(self.context.account, kind, number)

    def find(self, shape: Shape, number: int) -> Record | None:
        """A record with all its fields filled in, or None. Asked again, the same object is given."""
        known = self._found.get((shape.kind, number))
        if known is not None:
            return known
        raw = self.raw(self.key(shape.kind, number))
        if raw is None:
            return None
        found = record.from_raw(shape.kind, raw)
        found.data = shape.full(found.data)
        self._found[found.key] = found
        return found

    def load(self, shape: Shape, number: int) -> Record:
        """A record that belongs to one already allowed, such as an invoice's client. RecordNotFound."""
        found = self.find(shape, number)
        if found is None:
            raise RecordNotFound
        return found

    def get(self, shape: Shape, number: int) -> Record:
        """A record the user may see. RecordNotFound: there is none, or it is hidden from the user."""
        found = self.find(shape, number)
        if found is None or not self.context.may("view", shape.kind, found.owner):
            raise RecordNotFound
        return found

    # ---- writing
    def new(self, shape: Shape, **fields: Any) -> Record:
        """A fresh record with the next public id, all defaults, and the acting user as owner."""
        made = Record(
            kind=shape.kind,
            id=self.head.next_id(shape.kind),
            data=shape.full({"created_at": self.context.now}),
            owner=self.context.user,
            **fields,
        )
        self._found[made.key] = made
        return made

    def save(self, shape: Shape, changed: Record) -> None:
        """Have a record written as it stands at the commit; saving it twice writes it once."""
        changed.updated = self.context.now
        self._saved[changed.key] = (shape, changed)

    def remove(self, removed: Record) -> None:
        """Delete a stored record for good; its id is never given again."""
        key = self.key(removed.kind, removed.id)
        self._saved.pop(removed.key, None)
        self._removed[removed.key] = removed
        self._removals[key] = Removal(key, removed.version)

    def emit(self, name: str, client: int = 0, due: int | None = None, **body: Any) -> Event:
        self.events.append(Event(name, body, client, due))
        return self.events[-1]

    def tell(
        self,
        shape: Shape,
        record: Record,
        name: str,
        client: int = 0,
        due: int | None = None,
        **body: Any,
    ) -> None:
        """The event of a change of a record: who changed it and when, and the record as it now is."""
        kept = notices.snapshot(shape, record)
        kept["row"].pop("updated", None)
        event = self.emit(
            name,
            client,
            due,
            user=self.context.user,
            at=self.context.now,
            version=record.version + 1,
            **kept,
            **body,
        )
        notices.address(self, event, record)

    @property
    def changed(self) -> dict[tuple[str, int], Record]:
        """The records that the commit will write."""
        return {key: saved for key, (_, saved) in self._saved.items()}

    @property
    def removed(self) -> frozenset[tuple[str, int]]:
        """The records that the commit will delete."""
        return frozenset(self._removed)

    # ---- committing
    @property
    def size(self) -> int:
        """How many rows the commit will write so far, the head besides."""
        return len(self._saved) + len(self._rows) + len(self._removals) + len(self.events)

    @property
    def is_empty(self) -> bool:
        return not (self._saved or self._rows or self._removals or self.events)

    def commit(self) -> None:
        """Write everything in one transaction; the head goes with every change. Lost: nothing happened."""
        if not self.is_empty:
            commit(list(self._removals.values()), self._puts())

    def rehearse(self) -> dict[Key, Raw | None]:
        """Whatever would stop the commit, found without writing, and the rows as they would then be.

        Lost: a value is taken; decide again.
        """
        puts = self._puts()
        check(list(self._removals.values()), puts)
        claimed = [key for key, put in self._rows.items() if not put.replaces]
        taken = [key for key, row in get_rows(claimed).items() if row is not None] if claimed else []
        if taken:
            raise Lost(taken)
        return {**dict.fromkeys(self._removals), **{put.key: put.row.serialize() for put in puts}}

    def _puts(self) -> list[Put]:
        self._count()
        for number, item in enumerate(self.events, self.head.sequence + 1):
            item.sequence = number
        self.head.sequence += len(self.events)
        return [*self._record_rows(), *self._rows.values(), *self._event_rows(), self._head_row()]

    def _count(self) -> None:
        for _, changed in self._saved.values():
            self._uncount(changed)
            self.head.count(changed, +1)
            if changed.kind == USER.kind:
                notices.watch(self.head, changed)
        for removed in self._removed.values():
            self._uncount(removed)

    def _uncount(self, known: Record) -> None:
        """Take a record out of the counts as it is stored."""
        raw = self._memory.get(self.key(known.kind, known.id))
        if known.version and raw is not None:
            self.head.count(record.from_raw(known.kind, raw), -1)

    def _record_rows(self) -> Iterable[Put]:
        for shape, changed in self._saved.values():
            key = self.key(changed.kind, changed.id)
            stored = replace(changed, data=shape.sparse(changed.data))
            yield Put(key, self._row(stored), changed.version)

    def _row(self, stored: Record) -> RecordRow:
        """InvalidInput names the largest field of what no row can hold."""
        with suppress(codec.TooLong):
            row = record.to_row(self.context.account, stored)
            if len(row.body) <= largest_body(row):
                return row
        heaviest = max(stored.data, key=lambda name: len(codec.pack(stored.data[name])))
        raise InvalidInput.of(heaviest, "The content is too large to be stored.")

    def _head_row(self) -> Put:
        return Put(self.head_key, head.to_row(self.context.account, self.head), self.head.version)

    def _event_rows(self) -> Iterable[Put]:
        for item in self.events:
            row = event.to_row(self.context.account, item)
            yield Put(Key(EVENTS, self.context.account, row.sequence), row, 0)


def transact(
    context: Context, decide: Callable[[Work], Answer], known: Mapping[Key, Raw | None] | None = None
) -> Answer:
    """Decide and commit until no other commit interferes. `known` rows were read just before.

    `decide` runs once per attempt and must not do anything but read and write through its work. Files are
    stored before the commit that refers to them and removed after the one that no longer does. Busy: others
    kept winning for the whole budget; nothing was stored.
    """
    memory: dict[Key, Raw | None] = {**context.assumed, **(known or {})}
    stored: set[str] = set()
    with Turns(context.account) as turns:
        while True:
            work = Work(context, memory)
            answer = decide(work)
            try:
                if context.before_commit:
                    context.before_commit(work, answer)
                unused = work.files.store(stored)
                if unused:
                    work.emit(UNUSED_FILES, due=context.now, files=unused)
                work.commit()
            except Lost as lost:
                if work.answer_key in lost.keys:
                    raise AnsweredElsewhere from lost
                turns.wait()
                memory.update({**get_rows([*lost.keys, work.head_key]), **context.assumed})
            else:
                if any(kind in KINDS for kind, _ in work.changed):
                    callers.forget(context.account)
                return answer
