"""What can be told of an account from its file alone: whether its books and its lists add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chalicelib.operations import proof
from chalicelib.operations.documents import rows as documents
from chalicelib.operations.shapes import DOCUMENT
from chalicelib.store import event, head, record
from chalicelib.transfer import rows
from chalicelib.transfer.export import UNCOUNTED
from chalicelib.transfer.lines import EVENT, FILE, RECORD, Line
from chalicelib.transfer.restore import Checked, check


def verify(path: Path) -> tuple[Checked, list[str]]:
    """The file's header, and what does not add up in it. Damaged."""
    audit = _Audit()
    checked = check(path, audit.look)
    return checked, [*audit.differences, *audit.books.unbalanced]


class _Audit:
    """Events come before the records that they add up to, and the head after all."""

    def __init__(self) -> None:
        self.books = proof.Books()
        self.files: set[str] = set()
        self.counts: dict[str, int] = {}
        self.head = head.Head()
        self.differences: list[str] = []

    def look(self, line: Line) -> None:
        if line.kind == FILE:
            self.files.add(line.data[FILE])
        elif rows.PACKED in line.data:
            self._say(line, "its body cannot be read")
        elif line.kind == EVENT and line.data[EVENT] == rows.FEED:
            self._event(line)
        elif line.kind == RECORD:
            self._record(line)

    def _event(self, line: Line) -> None:
        _, raw = rows.stored("", line)
        if int(line.data["sequence"]) != self.books.events + 1:
            self._say(line, f"event {self.books.events + 1} is missing")
        self.books.enter(event.from_raw(raw))

    def _record(self, line: Line) -> None:
        kind = line.data[RECORD]
        _, raw = rows.stored("", line)
        if rows.is_head(line):
            self.head = head.from_raw(raw)
            self._compare_head(line)
        elif kind not in UNCOUNTED:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            found = record.from_raw(kind, raw)
            for difference in proof.differences(self.books, found):
                self._say(line, difference)
            if kind == DOCUMENT.kind:
                self._document(line, found.data)

    def _document(self, line: Line, data: dict[str, Any]) -> None:
        for key in documents.object_keys("", DOCUMENT.full(data)):
            if key.removeprefix("/") not in self.files:
                self._say(line, f"document {line.data['id']} has no file {key}")

    def _compare_head(self, line: Line) -> None:
        if self.head.sequence != self.books.events:
            self._say(line, f"the feed has {self.books.events} events of {self.head.sequence}")
        for kind in self.head.counts:
            if self.head.total(kind) != self.counts.get(kind, 0):
                self._say(line, f"{self.counts.get(kind, 0)} records of {kind}, of {self.head.total(kind)}")

    def _say(self, line: Line, difference: str) -> None:
        self.differences.append(f"line {line.number}: {difference}")
