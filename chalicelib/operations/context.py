"""Who asks, when, and where fresh keys come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.store.event import Event
    from chalicelib.store.reads import Key
    from chalicelib.store.record import Raw, Record

SEEN_BY_ALL = frozenset({"account", "tax_rate", "expense_category"})
"""Kinds of which every user may look at single records (resources.md 4.3)."""
MODULES = {
    "recurring_invoice": 1,
    "credit": 2,
    "quote": 4,
    "task": 8,
    "project": 8,
    "expense": 16,
    "vendor": 16,
}
"""The bit of `enabled_modules` that switches a kind (resources.md 4.2); other kinds have none."""
ALL_MODULES = 63


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Context:
    """`account` is the internal id that keys the rows, `account_key` the public one.

    `user` is the public number of the acting user, the owner being 1. `now` is in epoch seconds.
    `token` is the id of the token that came with the request, 0 for none; it is `read_only`, or ends at
    `expires` (epoch seconds, 0 for never). `modules` is the account's mask.
    `before_commit` gets the unit of work and the decision's answer while nothing is stored yet. `fresh`
    records and events are about to be committed; reads show them as if they already were, and `gone` records
    as if they were already deleted. Decisions take the `assumed` rows for what is stored.
    """

    account: str
    account_key: str
    user: int
    now: int
    new_key: Callable[[], str]
    is_admin: bool = True
    permissions: frozenset[str] = frozenset()
    modules: int = ALL_MODULES
    token: int = 0
    read_only: bool = False
    expires: int = 0
    public_url: str = ""
    before_commit: Callable[[Any, Any], None] | None = None
    fresh: Mapping[tuple[str, int], Record] = field(default_factory=dict)
    fresh_events: tuple[Event, ...] = ()
    gone: frozenset[tuple[str, int]] = frozenset()
    assumed: Mapping[Key, Raw | None] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The server's date, in UTC as v4's (billing 0.4)."""
        return datetime.fromtimestamp(self.now, UTC).date()

    def with_rights(self, user: Mapping[str, Any]) -> Context:
        """The same with the rights of the acting user, whose record's data this is."""
        return replace(self, is_admin=bool(user["is_admin"]), permissions=frozenset(user["permissions"]))

    @property
    def is_limited(self) -> bool:
        """Whether the token can do less than its user, who must not lend it more."""
        return self.read_only or bool(self.expires)

    def has_module(self, kind: str) -> bool:
        """Whether single records of a kind may be used at all; even administrators need the module."""
        bit = MODULES.get(kind, 0)
        return not bit or bool(self.modules & bit)

    def may(self, verb: str, kind: str, owner: int = 0) -> bool:
        """Whether the user may `create`, `view` or `edit`; own records may always be seen and edited."""
        return (
            self.is_admin
            or f"{verb}_{kind}" in self.permissions
            or (verb != "create" and owner == self.user)
            or (verb == "view" and kind in SEEN_BY_ALL)
        )
