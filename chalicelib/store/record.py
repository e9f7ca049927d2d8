"""One account-scoped record between its row and the code that decides about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.store import codec

if TYPE_CHECKING:
    from chalicelib.store.models import RecordRow

ACTIVE, ARCHIVED, DELETED = 0, 1, 2

LONGEST_TEXT = 2_500_000
"""Bytes of a record before compression, which makes rows of any length out of repetitive text."""

Raw = dict[str, dict[str, Any]]


def partition(account: str, kind: str) -> str:
    return f"{account}#{kind}"


def ident(number: int) -> str:
    """Sort key of a public id; ids are compared as text, so they are padded."""
    return f"{number:010d}"


@dataclass(slots=True)
class Record:
    """`data` holds only what differs from the shape's defaults, amounts as decimal text.

    What is keyed, indexed, filtered or conditioned on stands outside `data` and nowhere else. `version` is
    that of the stored row, 0 for a new one. `subtype` and `client` are 0 where they mean nothing.
    `balance` and `paid` are kept for clients only.
    """

    kind: str
    id: int
    data: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    updated: int = 0
    state: int = ACTIVE
    owner: int = 0
    client: int = 0
    subtype: int = 0
    status: int = 0
    balance: Decimal | None = None
    paid: Decimal | None = None

    @property
    def key(self) -> tuple[str, int]:
        return (self.kind, self.id)

    @property
    def is_deleted(self) -> bool:
        return self.state == DELETED

    @property
    def is_active(self) -> bool:
        return self.state == ACTIVE


def from_raw(kind: str, raw: Raw) -> Record:
    """Read a row as DynamoDB returns it. Much faster than through PynamoDB's attributes."""
    number = raw.get
    balance, paid = number("bal"), number("paid")
    return Record(
        kind=kind,
        id=int(raw["sk"]["S"]),
        data=codec.unpack(raw["b"]["B"]),
        version=int(raw["v"]["N"]),
        updated=int(raw["u"]["S"][:10]),
        state=int(number("s", _ZERO)["N"]),
        owner=int(number("o", _ZERO)["N"]),
        client=int(raw["c"]["S"][:10]) if "c" in raw else 0,
        subtype=int(number("t", _ZERO)["N"]),
        status=int(number("st", _ZERO)["N"]),
        balance=Decimal(balance["N"]) if balance else None,
        paid=Decimal(paid["N"]) if paid else None,
    )


_ZERO = {"N": "0"}


def to_row(account: str, record: Record) -> RecordRow:
    """The row that replaces the stored one; its version is one up. TooLong: so could no answer show it."""
    from chalicelib.store.models import RecordRow

    key = ident(record.id)
    return RecordRow(
        partition=partition(account, record.kind),
        ident=key,
        updated=f"{record.updated:010d}#{key}",
        client=f"{record.client:010d}#{key}" if record.client else None,
        subtype=f"{record.subtype}#{record.updated:010d}#{key}" if record.subtype > 1 else None,
        version=record.version + 1,
        state=record.state or None,
        kind_type=record.subtype or None,
        status=record.status or None,
        owner=record.owner or None,
        balance=record.balance,
        paid=record.paid,
        body=codec.pack(record.data, LONGEST_TEXT),
    )
