"""API tokens: stored as hashes only, and re-derived for the device that logs in again.

A device token is an HMAC of the server's secret over account, user, name and a stored nonce: the same login
gets the same token, and neither the table nor a backup of it can be used as one.
"""

from __future__ import annotations

import hashlib
import hmac
import string
from typing import Any, NamedTuple

from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import TOKEN
from chalicelib.operations.work import Work
from chalicelib.store import codec
from chalicelib.store.reads import get_row, lookup_key
from chalicelib.store.record import Record

LOOKUP = "token"
ALPHABET = string.digits + string.ascii_lowercase
LENGTH = 32
DEFAULT_NAME = "TOKEN"


class Bearer(NamedTuple):
    """Whom a token speaks for."""

    account: str
    account_key: str
    user: int
    token: int


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(token: str) -> Bearer | None:
    row = get_row(lookup_key(LOOKUP, digest(token)))
    return Bearer(*codec.unpack(row["b"]["B"])) if row else None


def derived(secret: str, account: str, user: int, name: str, nonce: str) -> str:
    text = "\n".join(("device token", account, str(user), name, nonce))
    number = int.from_bytes(hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest())
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def issue(work: Work, account_key: str, user: int, name: str, token: str = "", secret: str = "") -> str:
    """A new token for a user; derived from `secret` unless one is given."""
    record = work.new(TOKEN)
    nonce = work.context.new_key()
    token = token or derived(secret, work.context.account, user, name, nonce)
    record.data |= {"name": name, "hash": digest(token), "nonce": nonce, "user": user}
    work.save(TOKEN, record)
    body: list[Any] = [work.context.account, account_key, user, record.id]
    work.add_lookup(LOOKUP, record.data["hash"], body)
    work.point("token", [], [_pointer(user, name)], record.id)
    return token


def named(work: Work, user: int, name: str) -> Record | None:
    """The user's active token of this name."""
    for number in work.pointed("token", _pointer(user, name)):
        found = work.find(TOKEN, number)
        if found is not None and found.is_active:
            return found
    return None


def reveal(context: Context, secret: str, token: Data) -> str | None:
    """The clear text of a derived token; None for one that was given from outside."""
    text = derived(secret, context.account, token["user"], token["name"], token["nonce"])
    return text if hmac.compare_digest(digest(text), token["hash"]) else None


def _pointer(user: int, name: str) -> str:
    return f"{user}#{name}"
