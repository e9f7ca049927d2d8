"""What a transaction costs in write units, computed from the rows, since DynamoDB Local reports too little.

The model is AWS's own description (developer guide: "Item sizes and formats", "Transactions: capacity
management", "Local secondary indexes" and "Global secondary indexes: provisioned throughput"):

- a row is as large as its attribute names and values; a number takes a byte per two digits and one more;
- each action of a transaction costs 2 units per KB begun of the larger of the row before and after;
- each index whose keys the row has before or after costs 1 unit per KB begun of its entry, and one for the
  old and one for the new entry when a key of the index changes; an index without the row costs nothing.

All our indexes project every attribute, so an entry is as large as its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Row = dict[str, dict[str, Any]]

KB = 1024
TRANSACTION = 2


def size(row: Row) -> int:
    """Bytes that DynamoDB counts for a row."""
    return sum(len(name.encode()) + _value(value) for name, value in row.items())


def _value(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(str(content).encode())
    if kind == "B":
        return len(content)
    assert kind == "N", kind
    digits = str(content).lstrip("-").replace(".", "").strip("0") or "0"
    return (len(digits) + 1) // 2 + 1 + ("-" in content)


def units(row: Row | None) -> int:
    return -(-size(row) // KB) if row else 0


def write_units(
    before: Row | None, after: Row | None, indexes: Sequence[Sequence[str]], factor: int = TRANSACTION
) -> int:
    """Units of replacing one row by another; None stands for no row. `indexes` are their key attributes."""
    base = factor * max(units(before), units(after), 1)
    return base + sum(_entries(before, after, indexes))


def _entries(before: Row | None, after: Row | None, indexes: Sequence[Sequence[str]]) -> Iterator[int]:
    for keys in indexes:
        old, new = _entry(before, keys), _entry(after, keys)
        if old and new and _keys(old, keys) == _keys(new, keys):
            yield 0 if old == new else max(units(old), units(new))
        else:
            yield units(old) + units(new)


def _entry(row: Row | None, keys: Sequence[str]) -> Row | None:
    return row if row and all(key in row for key in keys) else None


def _keys(row: Row, keys: Sequence[str]) -> list[dict[str, Any]]:
    return [row[key] for key in keys]
