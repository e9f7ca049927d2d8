"""The rows of a unit of work that are no records: the account's head, pointers, claims and global keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from chalicelib.operations.context import Context
from chalicelib.store import codec, head, record, rounds
from chalicelib.store.commit import Put, Removal
from chalicelib.store.head import Head
from chalicelib.store.models import LookupRow, RecordRow
from chalicelib.store.reads import RECORDS, Key, get_rows, lookup_key
from chalicelib.store.record import Raw

LONGEST_SORT = 1_024
"""Bytes of a sort key, DynamoDB's limit."""


class Rows:
    """What was read, once each, and what of it is to be written or removed."""

    def __init__(self, context: Context, memory: dict[Key, Raw | None]) -> None:
        self.context = context
        self._memory = memory
        self._head: Head | None = None
        self._rows: dict[Key, Put] = {}
        self._removals: dict[Key, Removal] = {}
        self.answer_key: Key | None = None

    def fetch(self, keys: Iterable[Key]) -> None:
        """Read what is not yet known, in one call. The head comes along with the first rows of a work."""
        missing = [key for key in keys if key not in self._memory]
        if not missing:
            return
        if self.head_key not in self._memory:
            missing.append(self.head_key)
        self._memory.update(get_rows(missing))

    def raw(self, key: Key) -> Raw | None:
        self.fetch((key,))
        return self._memory[key]

    @property
    def known(self) -> Mapping[Key, Raw | None]:
        """The rows read so far, for another unit of work that goes on from here."""
        return self._memory

    @property
    def head_key(self) -> Key:
        return Key(RECORDS, record.partition(self.context.account, head.KIND), head.IDENT)

    @property
    def head(self) -> Head:
        if self._head is None:
            self._head = head.from_raw(self.raw(self.head_key))
        return self._head

    # ---- rows that point at records
    def pointer_key(self, name: str, value: str) -> Key:
        return Key(RECORDS, record.partition(self.context.account, "pointer"), _sort(name, value.lower()))

    def pointed(self, name: str, value: str) -> list[int]:
        """Ids of the records that carry this value in an indexed field, lowest first."""
        key = self.pointer_key(name, value)
        waiting = self._rows.get(key)
        if waiting is not None:
            return list(codec.unpack(waiting.row.body))
        if key in self._removals:
            return []
        raw = self.raw(key)
        return list(codec.unpack(raw["b"]["B"])) if raw else []

    def point(self, name: str, before: Iterable[str], after: Iterable[str], number: int) -> None:
        """Move a record from the old values of an indexed field to its new ones; empty values have no row."""
        old, new = {text.lower() for text in before if text}, {text.lower() for text in after if text}
        moved = old ^ new
        self.fetch(self.pointer_key(name, value) for value in moved)
        for value in sorted(moved):
            ids = set(self.pointed(name, value))
            ids = ids | {number} if value in new else ids - {number}
            self._write_pointer(self.pointer_key(name, value), sorted(ids))

    def _write_pointer(self, key: Key, ids: list[int]) -> None:
        raw = self._memory[key]
        version = int(raw["v"]["N"]) if raw else 0
        self._rows.pop(key, None)
        self._removals.pop(key, None)
        if ids:
            body = codec.pack(ids)
            row = RecordRow(partition=key.partition, ident=key.sort, version=version + 1, body=body)
            self._rows[key] = Put(key, row, version)
        elif version:
            self._removals[key] = Removal(key, version)

    # ---- values that only one record may carry, for ever
    def unique_key(self, name: str, value: str) -> Key:
        return Key(RECORDS, record.partition(self.context.account, "unique"), _sort(name, value))

    def is_taken(self, name: str, value: str) -> bool:
        """Whether the value is known to be taken. A free one is found out by the commit, which reads nothing:
        when it loses, `transact` reads the row and the next attempt knows."""
        key = self.unique_key(name, value)
        return key in self._rows or self._memory.get(key) is not None

    def claim(self, name: str, value: str, number: int) -> None:
        key = self.unique_key(name, value)
        row = RecordRow(partition=key.partition, ident=key.sort, version=1, body=codec.pack(number))
        self._rows[key] = Put(key, row, 0)

    def release(self, name: str, value: str) -> None:
        key = self.unique_key(name, value)
        raw = self.raw(key)
        if raw is not None:
            self._removals[key] = Removal(key, int(raw["v"]["N"]))

    def add_lookup(self, kind: str, value: str, body: Any, expires: int | None = None) -> None:
        """A new global key, such as an invitation's. `expires` (epoch seconds) only cleans up."""
        key = lookup_key(kind, value)
        row = LookupRow(key=key.partition, version=1, expires=expires, body=codec.pack(body))
        self._rows[key] = Put(key, row, 0)

    def put_lookup(self, kind: str, value: str, body: Any, expires: int | None) -> None:
        """A global key, in place of what may be there."""
        key = lookup_key(kind, value)
        raw = self.raw(key)
        version = int(raw["v"]["N"]) if raw else 0
        row = LookupRow(key=key.partition, version=version + 1, expires=expires, body=codec.pack(body))
        self._rows[key] = Put(key, row, version)

    def remove_lookup(self, kind: str, value: str) -> None:
        """Give up a global key, such as a log-in that moved to another address."""
        key = lookup_key(kind, value)
        raw = self.raw(key)
        if raw is not None:
            self._removals[key] = Removal(key, int(raw["v"]["N"]))

    def join(self, name: str, wanted: bool) -> None:
        """Have a scheduled round visit the account, or not any more."""
        key = rounds.key(name, self.context.account)
        raw = self.raw(key)
        if wanted and raw is None:
            self._rows[key] = Put(key, rounds.to_row(name, rounds.Visit(self.context.account)), 0)
        elif raw is not None and not wanted:
            self._removals[key] = Removal(key, int(raw["v"]["N"]))

    def keep_answer(self, key: Key, packed: bytes, expires: int, replaces: int) -> None:
        """Commit the request's answer with its change, so that a retry finds both or neither."""
        row = LookupRow(key=key.partition, version=replaces + 1, expires=expires, body=packed)
        self._rows[key] = Put(key, row, replaces)
        self.answer_key = key


def _sort(name: str, value: str) -> str:
    """The sort key of a value; a hash stands for what is too long, so that every text can be looked up."""
    key = f"{name}#{value}"
    if len(key) <= LONGEST_SORT // 4 or len(key.encode()) <= LONGEST_SORT:
        return key
    return f"{name}#{sha256(value.encode()).hexdigest()}"
