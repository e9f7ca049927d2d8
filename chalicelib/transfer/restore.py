"""Writing an account from a file, so that nobody sees it before it is whole.

The whole file is checked before anything is written. Then come the rows and objects that nobody can reach,
then the invitations, and last, in one transaction with the end of the import, what lets users in. A note of
the import stands in the lookups meanwhile: a run that died is gone on with by another run of the same file,
which ends in the same rows.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from chalicelib.store import bulk, codec, files, head, record
from chalicelib.store.reads import LOOKUPS, RECORDS, Key, Range, chunks, get_row, get_rows, lookup_key, query
from chalicelib.store.record import Raw
from chalicelib.transfer import named, rows
from chalicelib.transfer.lines import (
    END,
    EVENT,
    FILE,
    HEADER,
    LOOKUP,
    RECORD,
    ROUND,
    Damaged,
    Data,
    Line,
    read,
)  # fmt: skip
from chalicelib.transfer.seals import Seals

NOTE = "import"
"""The kind of the note of an unfinished import."""
ROWS, KEYS = "rows", "keys"
"""How far it has come: to the rows, or to the global keys, when the account may be written to."""
PAGE = 100
AT_ONCE = 99
"""Keys of one transaction, with the end of the note."""


class Refused(Exception):
    """Nothing was written, or nothing more; the message says why."""


class Checked(NamedTuple):
    """`digest` names the file, whose header is given."""

    header: Data
    digest: str
    lines: int

    @property
    def account(self) -> str:
        return str(self.header["account"])

    @property
    def note(self) -> Key:
        return lookup_key(NOTE, self.account)


def check(path: Path, each: Callable[[Line], None] = lambda _: None) -> Checked:
    """Read a file to its end, showing every line between the first and the last. Damaged."""
    header: Data = {}
    for line in read(path):
        if line.kind == HEADER:
            header = line.data[HEADER]
        elif line.kind == END:
            return Checked(header, line.data["sha256"], line.number)
        else:
            each(line)
    raise AssertionError  # `read` has raised before


Written = tuple[str, Raw]
"""A row and its table."""


def restore(path: Path, seals: Callable[[Data], Seals]) -> Checked:
    """Bring the account in. Refused, Damaged: before anything was written. Unavailable: run it again."""
    checked = check(path)
    seal = seals(checked.header)
    stage = _stage(checked)
    if not stage:
        _check_free(path, checked)
        if not bulk.put_new(LOOKUPS, _note(checked, ROWS)):
            raise Refused("Another import of this account has just begun.")
    if stage != KEYS:
        _write_rows(path, checked, seal)
        bulk.put([(LOOKUPS, _note(checked, KEYS))])
    _write_keys(path, checked)
    return checked


# ---- how far an import is
def _note(checked: Checked, stage: str) -> Raw:
    return {
        "k": {"S": checked.note.partition},
        "v": {"N": "1"},
        "b": {"B": codec.pack([checked.digest, stage])},
    }


def _stage(checked: Checked) -> str:
    """That of an unfinished import of the same file; empty without one. Refused: it is of another file."""
    row = get_row(checked.note)
    if row is None:
        return ""
    digest, stage = codec.unpack(row["b"]["B"])
    if digest != checked.digest:
        raise Refused("Another file of this account was imported in part. Go on with that one, or undo it.")
    return str(stage)


# ---- whether there is room
def _check_free(path: Path, checked: Checked) -> None:
    """Refused: the target has the account, a part of it, or one of its global keys."""
    if get_row(_head_key(checked.account)) is not None:
        raise Refused("The account exists already.")
    seen: set[tuple[str, str]] = set()
    for line in _lines(path, EVENT, RECORD):
        table, row = rows.stored(checked.account, line)
        place = table, row["pk"]["S"]
        if place not in seen and query(Range(*place), 1, None)[0]:
            raise Refused(f"line {line.number}: the target has rows of {place[1]} already.")
        seen.add(place)
    for page in chunks(_lines(path, LOOKUP), PAGE):
        _missing(checked.account, page)


def _missing(account: str, page: Sequence[Line]) -> list[Written]:
    """The rows of global keys that are not there yet. Refused: one of them is somebody else's."""
    wanted = [rows.stored(account, line) for line in page]
    found = get_rows(bulk.key_of(*one) for one in wanted)
    absent = []
    for line, one in zip(page, wanted, strict=True):
        known = found[bulk.key_of(*one)]
        if known is None:
            absent.append(one)
        elif not _is_same(known, one[1]):
            name = f" {line.data['value']}" if line.data[LOOKUP] == "login" else ""
            raise Refused(f"line {line.number}: the {line.data[LOOKUP]}{name} exists already.")
    return absent


def _is_same(known: Raw, wanted: Raw) -> bool:
    """However the bodies are packed."""
    return bool(codec.unpack(known["b"]["B"]) == codec.unpack(wanted["b"]["B"]))


def _head_key(account: str) -> Key:
    return Key(RECORDS, record.partition(account, head.KIND), head.IDENT)


def _lines(path: Path, *kinds: str) -> Iterator[Line]:
    return (line for line in read(path) if line.kind in kinds)


# ---- what nobody can reach yet
def _write_rows(path: Path, checked: Checked, seal: Seals) -> None:
    """The head comes last: with it the account is there."""
    for key, content, media_type in objects(path, checked.account):
        files.write(key, content, media_type)
    heads: list[Written] = []

    def others() -> Iterator[Written]:
        for line in _lines(path, EVENT, RECORD):
            if seal.fits(line):
                seal.renew(line)
                row = rows.stored(checked.account, line)
                if not rows.is_head(line):
                    yield row
                else:
                    heads.append(row)

    bulk.put(others())
    for table, row in heads:
        known = None if bulk.put_new(table, row) else get_row(_head_key(checked.account))
        if known is not None and not _is_same(known, row):
            raise Refused("The account was written to while it was imported. Undo the import.")


def objects(path: Path, account: str) -> Iterator[tuple[str, bytes, str]]:
    """Key, content and type of the objects of a file, each put together from its pieces. Damaged."""
    content = bytearray()
    for line in _lines(path, FILE):
        data = line.data
        if data["offset"] != len(content):
            raise Damaged(line.number, "a piece of the file before this one is missing.")
        content += base64.b64decode(data["content"])
        if len(content) >= data["size"]:
            yield f"{account}/{data[FILE]}", bytes(content), data["type"]
            content.clear()


# ---- what lets others in
def _write_keys(path: Path, checked: Checked) -> None:
    opening: list[Line] = []

    def open_to_guests() -> Iterator[Line]:
        for line in _lines(path, LOOKUP, ROUND):
            if line.kind == ROUND or line.data[LOOKUP] in named.ACCESS:
                opening.append(line)
            else:
                yield line

    for page in chunks(open_to_guests(), PAGE):
        bulk.put(_missing(checked.account, page))
    left = _missing(checked.account, opening)
    groups = list(chunks(left, AT_ONCE)) or [[]]
    for place, group in enumerate(groups, 1):
        if not bulk.put_all_new(group, checked.note if place == len(groups) else None):
            raise Refused(
                "Somebody took a log-in or token of the account meanwhile. Run it again to see which."
            )


# ---- undoing
def undo(path: Path) -> Checked:
    """Remove what an unfinished import has written. Refused: there is none, or the account is in use."""
    checked = check(path)
    if not _stage(checked):
        raise Refused("No import of this file is unfinished.")
    for line in _lines(path, RECORD):
        known = get_row(_head_key(checked.account)) if rows.is_head(line) else None
        if known is not None and not _is_same(known, rows.stored(checked.account, line)[1]):
            raise Refused("The account was written to since. Run the import again instead.")
    for page in chunks(_lines(path, LOOKUP, ROUND), PAGE):
        ours = [rows.stored(checked.account, line) for line in page]
        absent = {bulk.key_of(*one) for one in _missing(checked.account, page)}
        bulk.remove(bulk.key_of(*one) for one in ours if bulk.key_of(*one) not in absent)
    bulk.remove(bulk.key_of(*rows.stored(checked.account, line)) for line in _lines(path, EVENT, RECORD))
    for key, _, _ in objects(path, checked.account):
        files.remove(key)
    bulk.remove([checked.note])
    return checked
