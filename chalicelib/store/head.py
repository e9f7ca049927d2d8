"""The head of an account: its id counters, number counters, record counts and event sequence in one row.

Every commit of an account conditions on the head's version, which makes ids and numbers gapless, gives the
events one order and the account's writes one too. Reads never need it but for the total of a list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.store import codec
from chalicelib.store.record import Raw, Record, partition

if TYPE_CHECKING:
    from chalicelib.store.models import RecordRow

KIND = "head"
IDENT = "0"


@dataclass(slots=True)
class Head:
    """`ids` and `numbers` hold the last used id per kind and the next number per series.

    `counts` are records per kind, by `"<subtype>.<state>"`. `hooks` are the ids of the webhooks that listen,
    by event name, so that a commit knows without a read whether anybody waits for its events. `watchers` are
    the users who want to be mailed when documents are viewed.
    """

    version: int = 0
    sequence: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    hooks: dict[str, list[int]] = field(default_factory=dict)
    watchers: list[int] = field(default_factory=list)

    def next_id(self, kind: str) -> int:
        self.ids[kind] = self.ids.get(kind, 0) + 1
        return self.ids[kind]

    def count(self, record: Record, step: int) -> None:
        cells = self.counts.setdefault(record.kind, {})
        cell = f"{record.subtype}.{record.state}"
        cells[cell] = cells.get(cell, 0) + step

    def total(self, kind: str, subtype: int | None = None, state: int | None = None) -> int:
        """Records of a kind, of any sub-type or state unless one is given."""
        found = 0
        for cell, count in self.counts.get(kind, {}).items():
            its_subtype, its_state = cell.split(".")
            if (subtype is None or int(its_subtype) == subtype) and (
                state is None or int(its_state) == state
            ):
                found += count
        return found


def from_raw(raw: Raw | None) -> Head:
    if raw is None:
        return Head()
    body: dict[str, Any] = codec.unpack(raw["b"]["B"])
    return Head(
        int(raw["v"]["N"]),
        body["sequence"],
        body["ids"],
        body["numbers"],
        body["counts"],
        body.get("hooks", {}),
        body.get("watchers", []),
    )


def to_row(account: str, head: Head) -> RecordRow:
    from chalicelib.store.models import RecordRow

    body = {"sequence": head.sequence, "ids": head.ids, "numbers": head.numbers, "counts": head.counts}
    if head.hooks:
        body["hooks"] = head.hooks
    if head.watchers:
        body["watchers"] = head.watchers
    return RecordRow(
        partition=partition(account, KIND), ident=IDENT, version=head.version + 1, body=codec.pack(body)
    )
