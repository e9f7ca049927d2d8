"""Who asks, when, and where fresh keys come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Context:
    """`account` is the internal id that keys the rows, `account_key` the public one.

    `user` is the public number of the acting user, the owner being 1. `now` is in epoch seconds.
    """

    account: str
    account_key: str
    user: int
    now: int
    new_key: Callable[[], str]
    is_admin: bool = True
    permissions: frozenset[str] = frozenset()
    public_url: str = ""

    @property
    def today(self) -> date:
        """The server's date, in UTC as v4's (billing 0.4)."""
        return datetime.fromtimestamp(self.now, UTC).date()

    def may(self, verb: str, kind: str, owner: int = 0) -> bool:
        """Whether the user may `create`, `view` or `edit`; own records may always be seen and edited."""
        return (
            self.is_admin or f"{verb}_{kind}" in self.permissions or (verb != "create" and owner == self.user)
        )
