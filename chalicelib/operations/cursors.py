"""Cursors: where a walk through a list goes on. Opaque to callers, and worth nothing in another list.

A cursor names a place, never whose list it is: the partition, the filters and the user's rights come from the
request each time, so that a forged one can only begin elsewhere in what the caller may see anyway. The tag
tells a caller who mixes up cursors, who would else miss rows without noticing.
"""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

import orjson

from chalicelib.errors import InvalidInput
from chalicelib.operations.criteria import Position

LONGEST = 4_096
HIGHEST_ID = 10**10
HIGHEST_TOTAL = 10**12


class Cursor(NamedTuple):
    """The last row seen, and what the first page counted, which later pages need not count again."""

    position: Position
    total: int
    exact: bool


def write(tag: str, cursor: Cursor) -> str:
    place = cursor.position
    parts = [tag, str(place.number), place.text, place.id, cursor.total, int(cursor.exact)]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def read(tag: str, text: str) -> Cursor:
    """InvalidInput: it is none, or that of another list."""
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        packed = base64.b64decode(padded, altchars=b"-_", validate=True)
        its_tag, number, place, ident, total, exact = orjson.loads(packed)
        found = Cursor(Position(Decimal(number), str(place), int(ident)), int(total), bool(exact))
    except (ValueError, TypeError, binascii.Error, InvalidOperation):
        raise _refused() from None
    if its_tag != tag or not _is_sound(found):
        raise _refused()
    return found


def _is_sound(cursor: Cursor) -> bool:
    number, _, ident = cursor.position
    return Decimal(number).is_finite() and abs(ident) < HIGHEST_ID and 0 <= cursor.total < HIGHEST_TOTAL


def _refused() -> InvalidInput:
    return InvalidInput.of("cursor", "The cursor is not one of this list with these filters.")
