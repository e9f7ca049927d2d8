"""API tokens: stored as hashes only, and re-derived for the device that logs in again.

A device token is an HMAC of the server's secret over account, user, name and a stored nonce: the same login
gets the same token, and neither the table nor a backup of it can be used as one. Other tokens are random and
shown once. `operations/token_records.py` has the verbs of the resource.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import KunaiError
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import TOKEN, USER
from chalicelib.store import codec, marks
from chalicelib.store.reads import Key, get_row, lookup_key
from chalicelib.store.record import Record

if TYPE_CHECKING:
    from chalicelib.operations.work import Work

log = logging.getLogger(__name__)

LOOKUP = "token"
ALPHABET = string.digits + string.ascii_lowercase
LENGTH = 32
DEFAULT_NAME = "TOKEN"
USE_SECONDS = 3_600
"""How old the noted time of last use may become; more often, looking up a token writes nothing."""


class Bearer(NamedTuple):
    """Whom a token speaks for, and when (epoch seconds) it was last seen, 0 for never."""

    account: str
    account_key: str
    user: int
    token: int
    used: int


def key_maker(choose: Callable[[str], str]) -> Callable[[], str]:
    """Makes the 32-letter keys of accounts, contacts, invitations and tokens."""
    return lambda: "".join(choose(ALPHABET) for _ in range(LENGTH))


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(token: str) -> Bearer | None:
    return bearer_of(digest(token))


def bearer_of(hashed: str) -> Bearer | None:
    """The bearer of a token's hash."""
    row = get_row(lookup_key(LOOKUP, hashed))
    return Bearer._make([*codec.unpack(row["b"]["B"]), marks.of(row)]) if row else None


def note_use(key: Key, used: int, now: int, every: int = USE_SECONDS) -> None:
    """Note that a token is in use, at most every so many seconds: one conditional write on its own row.

    No transaction waits for that row, and a failure is nobody's loss.
    """
    if used > now - every:
        return
    try:
        marks.put(key, now, now - every)
    except (KunaiError, ClientError, BotoCoreError) as error:
        log.warning("The use of a token was not noted: %r", error)


def derived(secret: str, account: str, user: int, name: str, nonce: str) -> str:
    text = "\n".join(("device token", account, str(user), name, nonce))
    number = int.from_bytes(hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest())
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def issue(work: Work, account_key: str, user: int, name: str, token: str = "", secret: str = "") -> str:
    """A new token for a user's device; derived from `secret` unless one is given."""
    record = work.new(TOKEN)
    nonce = work.context.new_key()
    token = token or derived(secret, work.context.account, user, name, nonce)
    record.data |= {"name": name, "device": name, "nonce": nonce}
    add(work, record, account_key, user, token)
    pointer = _pointer(user, name)
    for stale in work.pointed("token", pointer):
        work.point("token", [pointer], [], stale)
    work.point("token", [], [pointer], record.id)
    return token


def add(work: Work, record: Record, account_key: str, user: int, token: str) -> None:
    """Store a token that begins to count with its user's present epoch."""
    holder = work.find(USER, user)
    record.owner = user
    record.data |= {"hash": digest(token), "user": user, "epoch": holder.data["epoch"] if holder else 0}
    work.save(TOKEN, record)
    body: list[Any] = [work.context.account, account_key, user, record.id]
    work.add_lookup(LOOKUP, record.data["hash"], body)


def named(work: Work, user: int, name: str) -> Record | None:
    """The token of the user's device of this name, if it still counts."""
    epoch = work.load(USER, user).data["epoch"]
    for number in work.pointed("token", _pointer(user, name)):
        found = work.find(TOKEN, number)
        if found is not None and found.is_active and found.data["epoch"] == epoch:
            return found
    return None


def reveal(context: Context, secret: str, token: Data) -> str | None:
    """The clear text of a derived token; None for one that was given from outside.

    None, too, for a caller whose own token is limited: it would learn one that can do more.
    """
    if context.is_limited:
        return None
    text = derived(secret, context.account, token["user"], token["device"], token["nonce"])
    return text if hmac.compare_digest(digest(text), token["hash"]) else None


def revoke_all(work: Work, user: Record) -> None:
    """End every token of a user, except the one that the request came with if it is the user's own.

    No token has to be written for it; the caller saves the user.
    """
    user.data["epoch"] += 1
    user.data["revoked_at"] = work.context.now
    if work.context.user == user.id and work.context.token:
        kept = work.load(TOKEN, work.context.token)
        kept.data["epoch"] = user.data["epoch"]
        work.save(TOKEN, kept)


def _pointer(user: int, name: str) -> str:
    return f"{user}#{name}"
