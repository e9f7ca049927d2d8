"""Reading an account into a file, page by page, as it stands at one moment."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from chalicelib import RELEASE
from chalicelib.errors import RecordNotFound, Unavailable
from chalicelib.operations import deliveries, gateways, sessions, vault
from chalicelib.operations.shapes import USER
from chalicelib.operations.shapes.hook import HOOK
from chalicelib.operations.work import UNUSED_FILES
from chalicelib.settings import settings
from chalicelib.store import codec, files, head, record, rounds
from chalicelib.store.head import Head
from chalicelib.store.reads import EVENTS, RECORDS, Key, Range, chunks, get_row, get_rows, lookup_key, walk
from chalicelib.store.record import Raw
from chalicelib.transfer import named, rows
from chalicelib.transfer.lines import FILE, FORMAT, HEADER, Data, Writer

FOLDERS = ("answers", "documents", "logo")
"""Of an account's objects; printed documents are drawn again when they are asked for."""
PIECE = 384 * 1024
UNCOUNTED = ("pointer", "unique")
"""Kinds of rows that are no records, so the head does not count them."""
PAGE = 100


class Moved(Exception):
    """The account was written to meanwhile."""


class Account(NamedTuple):
    """The internal id and the public key."""

    id: str
    key: str


class Summary(NamedTuple):
    """`outstanding` events had mails, webhooks or the like left to do, which stay to be done here."""

    lines: int
    outstanding: int


def find(name: str) -> Account:
    """By the e-mail address of one who logs in, or by the account's key. RecordNotFound."""
    row = get_row(lookup_key(sessions.LOGIN, name.strip().lower()))
    if row is not None:
        identity, key, _ = codec.unpack(row["b"]["B"])
        return Account(identity, key)
    row = get_row(lookup_key(gateways.LOOKUP, name))
    if row is None:
        raise RecordNotFound
    return Account(codec.unpack(row["b"]["B"]), name)


def export(account: Account, out: BinaryIO) -> Summary:
    """Moved: the file is of no use. Unavailable."""
    return _Export(account, out).run()


class _Export:
    def __init__(self, account: Account, out: BinaryIO) -> None:
        self.account = account
        self.writer = Writer(out)
        self.head = self._head()
        self.outstanding = 0
        self.unused: set[str] = set()

    def run(self) -> Summary:
        self.writer.put({HEADER: self._header()})
        for place in self._places():
            self._put(self._event(raw) for raw in walk(Range(EVENTS, place, descending=False)))
        for folder in FOLDERS:
            self._files(folder)
        for kind in (*sorted(self.head.counts), *UNCOUNTED):
            self._records(kind)
        for keys in chunks(sorted(named.naming(self.account.id)), PAGE):
            self._put(rows.of_lookup(row) for row in get_rows(keys).values() if row)
        for name in rounds.NAMES:
            if raw := get_row(rounds.key(name, self.account.id)):
                self.writer.put(rows.of_round(name, raw))
        self._put(rows.of_record(head.KIND, raw) for raw in self._walk(head.KIND))
        self._check()
        self.writer.end()
        return Summary(self.writer.counts.total(), self.outstanding)

    def _header(self) -> Data:
        return {
            "format": FORMAT,
            "release": RELEASE,
            "account": self.account.id,
            "account_key": self.account.key,
            "sequence": self.head.sequence,
            "secret": vault.fingerprint(settings().server_secret),
        }

    def _head(self) -> Head:
        raw = get_row(Key(RECORDS, record.partition(self.account.id, head.KIND), head.IDENT))
        return head.from_raw(raw)

    def _check(self) -> None:
        if self._head().version != self.head.version:
            raise Moved

    def _put(self, lines: Iterable[Data]) -> None:
        for line in lines:
            self.writer.put(line)

    def _walk(self, kind: str) -> Iterator[Raw]:
        return walk(Range(RECORDS, record.partition(self.account.id, kind), descending=False))

    # ---- the parts
    def _places(self) -> Iterator[str]:
        """The partitions of the feed and of what hangs on it."""
        yield self.account.id
        for kind, name in ((HOOK.kind, "hook"), (USER.kind, "user")):
            for number in range(1, self.head.ids.get(kind, 0) + 1):
                yield f"{self.account.id}#{name}#{number}"

    def _event(self, raw: Raw) -> Data:
        line = rows.of_event(self.account.id, raw)
        body: Any = line.get("body")
        if "at" in raw:
            self.outstanding += 1
            if body is not None and body["name"] == UNUSED_FILES:
                self.unused |= set(body["files"])
        if body is not None and body["name"] == deliveries.NAME and body["state"] == deliveries.PENDING:
            body["state"] = deliveries.DROPPED  # by the copy; here it is still made
        return line

    def _files(self, folder: str) -> None:
        place = f"{self.account.id}/"
        for key in files.keys(f"{place}{folder}/"):
            if key not in self.unused:
                self._put(_pieces(key, key.removeprefix(place)))

    def _records(self, kind: str) -> None:
        """Records with the global keys that they name."""
        self._check()
        of_record = named.BY_RECORD.get(kind)
        for page in chunks(self._walk(kind), PAGE):
            lines = [rows.of_record(kind, raw) for raw in page]
            self._put(lines)
            if of_record is None:
                continue
            keys = [key for line in lines if "body" in line for key in of_record(line["body"])]
            found = get_rows(keys).values() if keys else ()
            self._put(rows.of_lookup(row) for row in found if row and named.is_of(self.account.id, row))


def _pieces(key: str, name: str) -> Iterator[Data]:
    """Unavailable: S3 broke off."""
    media_type, size, pieces = files.opened(key, PIECE)
    offset = 0
    for piece in pieces if size else (b"",):
        content = base64.b64encode(piece).decode()
        yield {FILE: name, "type": media_type, "size": size, "offset": offset, "content": content}
        offset += len(piece)
    if offset != size:
        raise Unavailable
