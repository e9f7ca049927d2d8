"""All rows of an account as they stand, for comparing before with after.

Which rows there are is learnt from the requests that write them, so none can hide under an unknown key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.store import codec
from chalicelib.store.connection import connection
from chalicelib.store.reads import LOOKUPS, Key, get_rows
from chalicelib.store.record import Raw
from tests.api_client import Api
from tests.faults.hooks import dynamodb, hooked

Rows = dict[Key, Raw | None]

_MOST_WRITES = 25
_MASKS = (
    (re.compile(r"\$?[0-9a-f]{64,}"), "<hash>"),
    (re.compile(r"scrypt[^\"]*"), "<password>"),
    (re.compile(r"\b[0-9a-z]{32}\b"), "<key>"),
    (re.compile(r"\b1[6-9]\d{8}\b"), "<seconds>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "<time>"),
)


class Ledger:
    """Every key that a transaction tried to write while this was watching."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()

    def note(self, params: dict[str, Any], **_: Any) -> None:
        for action in params["TransactItems"]:
            ((verb, request),) = action.items()
            names = request["Item"] if verb == "Put" else request["Key"]
            self.keys.add(_key(request["TableName"], names))

    def rows(self) -> Rows:
        return get_rows(self.keys)

    def restore(self, before: Rows) -> None:
        """Bring every row back to what it was."""
        changed = [key for key, raw in self.rows().items() if raw != before.get(key)]
        for start in range(0, len(changed), _MOST_WRITES):
            request: dict[str, list[Any]] = {}
            for key in changed[start : start + _MOST_WRITES]:
                request.setdefault(key.table, []).append(_write(key, before.get(key)))
            connection().dispatch("BatchWriteItem", {"RequestItems": request})


@dataclass
class Scene:
    """An account set up for a test, and how its rows stood then."""

    api: Api
    account: str
    ledger: Ledger
    before: Rows

    def state(self) -> list[str]:
        return canonical(self.ledger.rows(), self.account)


def _write(key: Key, raw: Raw | None) -> dict[str, Any]:
    return {"DeleteRequest": {"Key": _names(key)}} if raw is None else {"PutRequest": {"Item": raw}}


@contextmanager
def watching() -> Iterator[Ledger]:
    ledger = Ledger()
    with hooked(dynamodb(), "provide-client-params.TransactWriteItems", ledger.note):
        yield ledger


def canonical(rows: Rows, account: str = "") -> list[str]:
    """The rows in a form in which random keys, hashes and times are alike."""
    return sorted(_masked(key, raw, account) for key, raw in rows.items() if raw is not None)


def _masked(key: Key, raw: Raw, account: str) -> str:
    plain = {name: value for name, value in raw.items() if name != "b"}
    text = f"{key.table} {sorted(plain.items())} {codec.unpack(raw['b']['B'])!r}"
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text.replace(account, "<account>") if account else text


def _key(table: str, names: Raw) -> Key:
    if table == LOOKUPS:
        return Key(table, names["k"]["S"])
    return Key(table, names["pk"]["S"], names["sk"]["S"])


def _names(key: Key) -> Raw:
    if key.table == LOOKUPS:
        return {"k": {"S": key.partition}}
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}
