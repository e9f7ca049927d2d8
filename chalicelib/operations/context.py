"""Who asks, when, and where fresh keys come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.store.event import Event
from chalicelib.store.reads import Key
from chalicelib.store.record import Raw, Record

SEEN_BY_ALL = frozenset({"account", "tax_rate", "expense_category"})
"""Kinds of which every user may look at single records (resources.md 4.3)."""


@dataclass(frozen=True, slots=True)
class Context:
    """`account` is the internal id that keys the rows, `account_key` the public one.

    `user` is the public number of the acting user, the owner being 1. `now` is in epoch seconds.
    `before_commit` gets the unit of work and the decision's answer while nothing is stored yet. `fresh`
    records and events are about to be committed; reads show them as if they already were. Decisions take the
    `assumed` rows for what is stored.
    """

    account: str
    account_key: str
    user: int
    now: int
    new_key: Callable[[], str]
    is_admin: bool = True
    permissions: frozenset[str] = frozenset()
    public_url: str = ""
    before_commit: Callable[[Any, Any], None] | None = None
    fresh: Mapping[tuple[str, int], Record] = field(default_factory=dict)
    fresh_events: tuple[Event, ...] = ()
    assumed: Mapping[Key, Raw | None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The server's date, in UTC as v4's (billing 0.4)."""
        return datetime.fromtimestamp(self.now, UTC).date()

    def may(self, verb: str, kind: str, owner: int = 0) -> bool:
        """Whether the user may `create`, `view` or `edit`; own records may always be seen and edited."""
        return (
            self.is_admin
            or f"{verb}_{kind}" in self.permissions
            or (verb != "create" and owner == self.user)
            or (verb == "view" and kind in SEEN_BY_ALL)
        )
