"""A body is one binary attribute: compact JSON behind a byte that names the codec.

Codecs are decoded forever; new bodies use the newest dictionary that pays. A dictionary is a synthetic text
whose substrings are common in bodies; it is immutable once a body has been written with it.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

PLAIN = b"\x00"
NEWEST_DICTIONARY = 2

_FOLDER = Path(__file__).with_name("dictionaries")
_RAW_DEFLATE = -15


@lru_cache(maxsize=8)
def dictionary(codec: int) -> bytes:
    """The dictionary that codec byte `codec` stands for."""
    return (_FOLDER / f"{codec}.txt").read_bytes().rstrip(b"\n")


class TooLong(Exception):
    """A body whose text is longer than its row may hold."""


def pack(body: Any, most: int | None = None) -> bytes:
    """Encode a JSON-like value in the shortest form. TooLong: its text has more than `most` bytes."""
    raw = orjson.dumps(body)
    if most is not None and len(raw) > most:
        raise TooLong
    squeezer = zlib.compressobj(
        6, zlib.DEFLATED, _RAW_DEFLATE, 8, zlib.Z_DEFAULT_STRATEGY, dictionary(NEWEST_DICTIONARY)
    )
    packed = squeezer.compress(raw) + squeezer.flush()
    if len(packed) >= len(raw):
        return PLAIN + raw
    return bytes([NEWEST_DICTIONARY]) + packed


def unpack(stored: bytes) -> Any:
    """ValueError: the body was written by no codec that this version knows."""
    codec = stored[0]
    if codec > NEWEST_DICTIONARY:
        raise ValueError(f"There is no codec {codec}.")
    if codec == 0:
        return orjson.loads(stored[1:])
    if codec == 1:
        return orjson.loads(zlib.decompress(stored[1:], _RAW_DEFLATE))
    opener = zlib.decompressobj(_RAW_DEFLATE, dictionary(codec))
    return orjson.loads(opener.decompress(stored[1:]) + opener.flush())
