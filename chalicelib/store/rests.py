"""Receivers that cannot be reached at present: a row of its own, so that no commit waits for it."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.store import codec
from chalicelib.store.connection import connection
from chalicelib.store.reads import LOOKUPS, Key, lookup_key
from chalicelib.store.record import Raw

KIND = "rest"
KEPT_SECONDS = 7 * 86_400


class Rest(NamedTuple):
    """`until` is in epoch seconds, `failures` those in a row."""

    until: int = 0
    failures: int = 0


def key(receiver: str) -> Key:
    return lookup_key(KIND, receiver)


def from_raw(raw: Raw | None) -> Rest:
    return Rest(*codec.unpack(raw["b"]["B"])) if raw else Rest()


def put(receiver: str, rest: Rest) -> None:
    """The last one to say so is right."""
    row = {
        "k": {"S": key(receiver).partition},
        "v": {"N": "1"},
        "ttl": {"N": str(rest.until + KEPT_SECONDS)},
        "b": {"B": codec.pack(list(rest))},
    }
    connection().dispatch("PutItem", {"TableName": LOOKUPS, "Item": row})


def clear(receiver: str) -> None:
    connection().dispatch("DeleteItem", {"TableName": LOOKUPS, "Key": {"k": {"S": key(receiver).partition}}})
