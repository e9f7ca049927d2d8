"""Secrets that are sealed under the server secret, and what becomes of them under another one.

Tokens of devices are derived from it as well. They stay valid, since they are known by their hash; but one
that logs in again under its name gets a new token, because the old one cannot be derived any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from chalicelib.operations import gateways, hooks, two_factor, vault
from chalicelib.operations.shapes.gateway import GATEWAY, SECRETS
from chalicelib.operations.shapes.hook import HOOK
from chalicelib.settings import settings
from chalicelib.transfer.lines import RECORD, Data, Line

Place = Callable[[str, int], str]

SEALED: Mapping[str, Mapping[str, Place]] = {
    HOOK.kind: dict.fromkeys(("secret", "previous"), hooks.place),
    two_factor.TWO_FACTOR.kind: dict.fromkeys(("sealed", "pending"), two_factor.place),
    GATEWAY.kind: {name: partial(gateways.place, name=name) for name in SECRETS},
}
POINTER, DEVICE = "pointer", "token#"
"""The rows that find the token of a device by its name."""


class OtherSecret(Exception):
    """The file was sealed under a server secret that is not at hand."""


class Seals:
    """`given` is the server secret that the file was sealed under, needed where that is not this server's.

    With `give_up`, secrets that cannot be read are left so. OtherSecret.
    """

    def __init__(self, account: str, fingerprint: str, given: str, give_up: bool) -> None:
        self._account = account
        self._source = given
        self.is_same = fingerprint == vault.fingerprint(settings().server_secret)
        self.can_open = self.is_same or fingerprint == vault.fingerprint(given)
        if not self.can_open and not give_up:
            raise OtherSecret

    def fits(self, line: Line) -> bool:
        """Whether a row means anything under this server secret."""
        is_device = (
            line.kind == RECORD and line.data[RECORD] == POINTER and line.data["id"].startswith(DEVICE)
        )
        return self.is_same or not is_device

    def renew(self, line: Line) -> None:
        """Seal the secrets of a record anew, but for those that could not be read before either."""
        places = SEALED.get(line.data[RECORD], {}) if line.kind == RECORD else {}
        if self.is_same or not self.can_open or not places:
            return
        body: Data = line.data.get("body", {})
        for name, place in places.items():
            with suppress(vault.Unreadable):
                if body.get(name):
                    where = place(self._account, int(line.data["id"]))
                    body[name] = vault.seal(vault.unseal(body[name], where, self._source), where)
