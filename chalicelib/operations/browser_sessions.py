"""Sessions of the account's own pages: a random token in a cookie, its hash in a row.

A session ends after `LONGEST` seconds, after `IDLE` seconds without a request, when its user signs out, and
with all of the user's tokens, whose `epoch` it carries: by a new password, by archiving the user, or by
signing out everywhere. It is no API token, nor can one be used as a session.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from chalicelib.operations import sessions, tokens
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID, USER
from chalicelib.operations.work import Work, transact
from chalicelib.store import codec, marks
from chalicelib.store.reads import Key, get_row, lookup_key
from chalicelib.store.record import Record

LOOKUP = "session"
LONGEST = 8 * 3_600
IDLE = 3_600
USE_SECONDS = 300
"""How old the noted time of the last request may become: a session may idle that much less than `IDLE`."""
TOKEN_BYTES = 32
LONGEST_TOKEN = 64

Origin = Callable[[str, str, int], Context]


class Visitor(NamedTuple):
    """Who looks at the pages, with the rights of this moment, and the session's token in clear."""

    context: Context
    user: Record
    account: Record
    token: str

    @property
    def csrf_token(self) -> str:
        """What every form of this session carries, so that no other site's form counts."""
        return hmac.digest(self.token.encode(), b"kunai csrf 1", "sha256").hex()

    def has_sent(self, sent: object) -> bool:
        return isinstance(sent, str) and hmac.compare_digest(sent.encode(), self.csrf_token.encode())


def begin(origin: Origin, body: Mapping[str, Any], secret: str, address: str) -> str:
    """The token of a new session, by e-mail address, password and second factor, as `sessions.login`."""
    token = secrets.token_urlsafe(TOKEN_BYTES)

    def enter(work: Work) -> str:
        context = work.context
        epoch = work.load(USER, context.user).data["epoch"]
        kept = [context.account, context.account_key, context.user, epoch, context.now]
        work.add_lookup(LOOKUP, tokens.digest(token), kept, context.now + LONGEST)
        return token

    return sessions.by_password(origin, body, secret, address, enter)


def find(origin: Origin, token: str) -> Visitor | None:
    """Who holds a session's token; None: nobody, or no longer."""
    if not 0 < len(token) <= LONGEST_TOKEN:
        return None
    key = _key(token)
    row = get_row(key)
    if row is None:
        return None
    account, account_key, number, epoch, begun = codec.unpack(row["b"]["B"])
    context, used = origin(account, account_key, number), max(marks.of(row), begun)
    if not begun <= context.now < begun + LONGEST or context.now >= used + IDLE:
        return None
    work = Work(context, {})
    work.fetch((work.key(USER.kind, number), work.key(ACCOUNT.kind, SETTINGS_ID)))
    user, kept = work.find(USER, number), work.find(ACCOUNT, SETTINGS_ID)
    if user is None or kept is None or not user.is_active or user.data["epoch"] != epoch:
        return None
    tokens.note_use(key, used, context.now, USE_SECONDS)
    context = replace(context.with_rights(user.data), modules=kept.data["enabled_modules"])
    return Visitor(context, user, kept, token)


def end(visitor: Visitor) -> None:
    transact(visitor.context, lambda work: work.remove_lookup(LOOKUP, tokens.digest(visitor.token)))


def _key(token: str) -> Key:
    return lookup_key(LOOKUP, tokens.digest(token))
