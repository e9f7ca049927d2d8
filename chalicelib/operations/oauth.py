"""Linking a user to a Google account, which may then log in without the password (http.md 3.4).

v4 links on its web pages. Here the user links with a token of either kind and the password. An address that
Google has verified is not enough: who owns a mailbox today need not be who registered with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work, transact
from chalicelib.store.reads import Key, lookup_key
from chalicelib.store.record import Record

KIND = "oauth"
GOOGLE = 1
"""v4's number of the provider."""

Subject = Callable[[Mapping[str, Any], int], str]
"""Gives Google's id of the account that a request's ID token is for, at a time. InvalidInput: not genuine."""


def key_of(subject: str) -> Key:
    return lookup_key(KIND, _value(subject))


def link(context: Context, subject: str) -> Record:
    """From now on this Google account is the caller's. InvalidInput: it is linked to somebody else."""

    def decide(work: Work) -> Record:
        user = work.load(USER, context.user)
        if user.data["oauth_user_id"] == subject:
            return user
        if work.raw(key_of(subject)) is not None:
            raise InvalidInput.of("token", "The Google account is linked to another user.")
        _forget(work, user)
        work.add_lookup(KIND, _value(subject), [context.account, context.account_key, user.id])
        return _changed(work, user, subject, GOOGLE)

    return transact(context, decide)


def unlink(context: Context) -> Record:
    """The caller logs in with the password alone."""

    def decide(work: Work) -> Record:
        user = work.load(USER, context.user)
        if not user.data["oauth_user_id"]:
            return user
        _forget(work, user)
        return _changed(work, user, None, None)

    return transact(context, decide)


def _forget(work: Work, user: Record) -> None:
    if user.data["oauth_user_id"]:
        work.remove_lookup(KIND, _value(user.data["oauth_user_id"]))


def _changed(work: Work, user: Record, subject: str | None, provider: int | None) -> Record:
    user.data |= {"oauth_user_id": subject, "oauth_provider_id": provider}
    work.save(USER, user)
    name = "user.oauth_linked" if subject else "user.oauth_unlinked"
    work.emit(name, id=user.id, user=user.id, at=work.context.now)
    return user


def _value(subject: str) -> str:
    return f"{GOOGLE}#{subject}"
