"""An idempotency key over several commits.

The key's row is written first and says that the request has begun, so that no other request can use the key.
Each part then commits together with a row that says what came of it, and at last the answer replaces the
first row. Whoever comes with the key between these moments does what is still missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.api.execution import KEPT_SECONDS, Slot, check_fingerprint, opened, packed, slot_of
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Busy, RecordNotFound
from chalicelib.operations.context import Context
from chalicelib.operations.lists import by_ids
from chalicelib.operations.work import AnsweredElsewhere, Work
from chalicelib.store import codec
from chalicelib.store.commit import Lost, Put, commit
from chalicelib.store.models import LookupRow
from chalicelib.store.reads import Key, get_row, get_rows
from chalicelib.store.record import Raw, Record


class Kept:
    """What is known under a key. `answer` is there once the request was carried out."""

    def __init__(self, context: Context, slot: Slot, row: Raw | None) -> None:
        self._context, self._slot = context, slot
        self._version = int(row["v"]["N"]) if row else 0
        self._expires = context.now + KEPT_SECONDS
        self._is_begun = False
        self._rows: dict[Key, Raw | None] = {}
        self._done: dict[int, Record] = {}
        self.answer: Response | None = None
        if row and int(row["ttl"]["N"]) > context.now:
            self._read(row)

    def _read(self, row: Raw) -> None:
        content: dict[str, Any] = codec.unpack(row["b"]["B"])
        check_fingerprint(self._slot, content)
        if "begun" in content:
            self._is_begun, self._expires = True, int(row["ttl"]["N"])
        else:
            self.answer = opened(self._slot, row)

    def begin(self, kind: str, numbers: list[int]) -> None:
        """Take the key for these parts. Busy: another request is just doing so."""
        if not self._is_begun:
            try:
                self._write(codec.pack({"fingerprint": self._slot.fingerprint, "begun": True}))
            except Lost:
                raise Busy from None
        self._rows = get_rows(self._key(number) for number in numbers)
        alive = [row for row in self._rows.values() if row and int(row["ttl"]["N"]) > self._context.now]
        results = [int(codec.unpack(row["b"]["B"])) for row in alive]
        self._done = {record.id: record for record in by_ids(self._context, kind, results)}

    def once(self, kind: str, number: int, perform: Callable[[Context], Record]) -> Record:
        """The result of a part, as it now is if the part was done before."""
        key = self._key(number)
        row = self._rows[key]
        if row and int(row["ttl"]["N"]) > self._context.now:
            return self._result(kind, row)

        def finish(work: Work, result: Record) -> None:
            work.keep_answer(key, codec.pack(result.id), self._expires, int(row["v"]["N"]) if row else 0)

        try:
            return perform(replace(self._context, before_commit=finish))
        except AnsweredElsewhere:
            return self._result(kind, get_row(key))

    def _result(self, kind: str, row: Raw | None) -> Record:
        number = int(codec.unpack(row["b"]["B"])) if row else 0
        found = [self._done[number]] if number in self._done else by_ids(self._context, kind, [number])
        if not found:
            raise RecordNotFound
        return found[0]

    def finish(self, answer: Response) -> Response:
        """Keep the answer for whoever comes later. Another request that finished first has the say."""
        try:
            self._write(packed(self._context, self._slot, answer))
        except Lost:
            row = get_row(self._slot.key)
            if row is None:
                raise Busy from None
            return opened(self._slot, row)
        return answer

    def _write(self, body: bytes) -> None:
        key, version = self._slot.key, self._version
        row = LookupRow(key=key.partition, version=version + 1, expires=self._expires, body=body)
        commit([], [Put(key, row, version)])
        self._version += 1

    def _key(self, number: int) -> Key:
        key = self._slot.key
        return Key(key.table, f"{key.partition}#{number}")


def kept_under(context: Context, request: Request) -> Kept | None:
    """What is known under the request's key, None without one. InvalidInput: it was used otherwise."""
    sent = request.headers.get("idempotency-key")
    if sent is None:
        return None
    slot = slot_of(context, request, sent)
    return Kept(context, slot, get_row(slot.key))
