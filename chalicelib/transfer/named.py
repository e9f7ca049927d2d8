"""The global keys of an account: those that its records name, and those that name the account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from chalicelib.operations import gateways, oauth, password_links, sessions, tokens
from chalicelib.operations.invoices import invitations
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, INVOICE, TOKEN, USER
from chalicelib.store import bulk, codec, rests
from chalicelib.store.reads import Key, lookup_key
from chalicelib.store.record import Raw

ACCESS = frozenset({sessions.LOGIN, tokens.LOOKUP, oauth.KIND, password_links.LOOKUP, gateways.LOOKUP})
"""What lets somebody in who may change the account."""
LEFT_BEHIND = frozenset({rests.KIND})
"""Receivers at rest, whom another installation has yet to find out of reach."""


def _of_user(data: Data) -> Iterator[Key]:
    if email := data.get("email", "").strip().lower():
        yield lookup_key(sessions.LOGIN, email)
    if data.get("oauth_user_id"):
        yield oauth.key_of(data["oauth_user_id"])
    if data.get("link"):
        yield lookup_key(password_links.LOOKUP, data["link"])


def _of_invoice(data: Data) -> Iterator[Key]:
    return (lookup_key(invitations.LOOKUP, row["key"]) for row in data.get("invitations", ()))


def _of_token(data: Data) -> Iterator[Key]:
    yield lookup_key(tokens.LOOKUP, data["hash"])


def _of_account(data: Data) -> Iterator[Key]:
    yield lookup_key(gateways.LOOKUP, data["account_key"])


BY_RECORD: Mapping[str, Callable[[Data], Iterator[Key]]] = {
    USER.kind: _of_user,
    TOKEN.kind: _of_token,
    INVOICE.kind: _of_invoice,
    ACCOUNT.kind: _of_account,
}


def is_of(account: str, row: Raw) -> bool:
    """Whether a key that records name still belongs to the account; its body begins with whose it is."""
    body = codec.unpack(row["b"]["B"])
    return account in (body, body[0] if isinstance(body, list) else None)


def naming(account: str) -> Iterator[Key]:
    """The keys that carry the account, in no order: kept answers, and what Stripe has told."""
    for key in bulk.naming(f"#{account}#"):
        kind, owner, _ = key.partition.split("#", 2)
        if owner == account and kind not in LEFT_BEHIND:
            yield key
