"""The file itself: lines whose checksums run on from one to the next, so that damage is found where it is."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

FORMAT = 1
HEADER, EVENT, FILE, RECORD, LOOKUP, ROUND, END = (
    "export", "event", "file", "record", "lookup", "round", "end"
)  # fmt: skip
_CHECKED = re.compile(rb',"crc":"([0-9a-f]{8})"}\n\Z')

Data = dict[str, Any]


class Damaged(Exception):
    """A file that is not whole or not ours; the message names the line."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"line {number}: {problem}")


class Line(NamedTuple):
    number: int
    data: Data

    @property
    def kind(self) -> str:
        return next(iter(self.data))

    @property
    def label(self) -> str:
        """What the last line counts it under."""
        return f"{self.kind} {self.data[self.kind]}" if self.kind in (RECORD, LOOKUP) else self.kind


class Writer:
    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._crc = 0
        self._hash = sha256()
        self.counts: Counter[str] = Counter()

    def put(self, data: Data) -> None:
        text = orjson.dumps(data)[:-1]
        self._crc = zlib.crc32(text, self._crc)
        line = text + b',"crc":"%08x"}\n' % self._crc
        self._hash.update(line)
        self._out.write(line)
        self.counts[Line(0, data).label] += 1

    def end(self) -> None:
        self.put({END: dict(sorted(self.counts.items())), "sha256": self._hash.hexdigest()})


def read(path: Path) -> Iterator[Line]:
    """All lines, the first and the last included. Damaged: found while reading, at the latest at the end."""
    crc, whole, counts = 0, sha256(), Counter[str]()
    number = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            line, crc = _checked(number, raw, crc)
            if (number == 1) != (line.kind == HEADER):
                raise Damaged(number, "this is not the beginning of an exported account.")
            if line.kind == END:
                _check_end(line, counts, whole.hexdigest())
                if file.read(1):
                    raise Damaged(number + 1, "there is something after the last line.")
                yield line
                return
            whole.update(raw)
            counts[line.label] += 1
            yield line
    raise Damaged(number + 1, "the last line is missing, so the file was cut off.")


def _checked(number: int, raw: bytes, crc: int) -> tuple[Line, int]:
    """A line without its checksum, which goes on from that of the line before."""
    if not raw.endswith(b"\n"):
        raise Damaged(number, "the file was cut off within this line.")
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Damaged(number, "this is not JSON.") from None
    if not isinstance(data, dict) or not data:
        raise Damaged(number, "this is not a line of an exported account.")
    if number == 1:
        _check_format(data)
    found = _CHECKED.search(raw)
    crc = zlib.crc32(raw[: found.start()], crc) if found else -1
    if not found or int(found[1], 16) != crc:
        raise Damaged(number, "the checksum is wrong: the line was changed, or lines before it are missing.")
    del data["crc"]
    return Line(number, data), crc


def _check_format(data: Data) -> None:
    header = data.get(HEADER)
    if not isinstance(header, dict) or not isinstance(header.get("format"), int):
        raise Damaged(1, "this is not the beginning of an exported account.")
    if header["format"] > FORMAT:
        raise Damaged(1, f"the file has format {header['format']}, and this release reads up to {FORMAT}.")


def _check_end(line: Line, counts: Counter[str], digest: str) -> None:
    if line.data[END] != dict(counts):
        raise Damaged(line.number, "the counts are not those of the lines before.")
    if line.data.get("sha256") != digest:
        raise Damaged(line.number, "the hash is not that of the lines before.")
