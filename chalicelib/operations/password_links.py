"""Mailed tokens by which a user sets the password: with an invitation, or on request (http.md 3.11).

A request leaves an event; only its delivery makes the token, so no row ever holds it in clear. A user has one
at a time, known by its hash, for one use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import tokens
from chalicelib.operations.context import Context
from chalicelib.operations.sessions import LOGIN, address_of
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work, transact
from chalicelib.store import codec
from chalicelib.store.reads import get_row, lookup_key
from chalicelib.store.record import Record

LOOKUP = "password"
ASKED = "forgotten"
INVITED = "user.invited"
FORGOTTEN = "user.password_forgotten"
INVITATION_SECONDS = 7 * 24 * 3600
RESET_SECONDS = 3600
PAUSE = 60
"""Seconds between two mails to one address."""
LONGEST = 128

Origin = Callable[[str, str, int], Context]


def invite(work: Work, user: Record) -> None:
    work.emit(INVITED, due=work.context.now, id=user.id, user=work.context.user, at=work.context.now)


def forgotten(origin: Origin, body: Mapping[str, Any]) -> None:
    """Have a link mailed to the user of an address, if there is one.

    Whether there is one is found out later, by the delivery: known and unknown addresses take the same reads
    and writes here. They are spread over some accounts that hold nothing else.
    """
    email = address_of(body.get("email"))
    if not email:
        raise InvalidInput.of("email", "The email field is required.")
    hashed = hashlib.sha256(email.encode()).hexdigest()
    context = origin(f"{ASKED}-{hashed[:2]}", "", 0)

    def decide(work: Work) -> None:
        row = work.raw(lookup_key(ASKED, hashed))
        if row is not None and codec.unpack(row["b"]["B"]) > context.now - PAUSE:
            return
        work.put_lookup(ASKED, hashed, context.now, context.now + PAUSE)
        work.emit(FORGOTTEN, due=context.now, email=email, user=0, at=context.now)

    transact(context, decide)


def found(origin: Origin, email: str) -> Context | None:
    """A context of the user who logs in by an address."""
    row = get_row(lookup_key(LOGIN, email))
    return origin(*codec.unpack(row["b"]["B"])) if row else None


def issue(context: Context, asked_at: int, seconds: int) -> str | None:
    """A fresh token for a user; None when the user is gone, or has asked again or used a token since.

    Asked for twice, as a delivery may be, the second replaces the first.
    """
    token = context.new_key()

    def decide(work: Work) -> str | None:
        user = work.find(USER, context.user)
        if user is None or not user.is_active or asked_at + seconds <= context.now:
            return None
        if asked_at < user.data["link_at"] or (asked_at == user.data["link_at"] and not user.data["link"]):
            return None
        withdraw(work, user)
        hashed, until = tokens.digest(token), asked_at + seconds
        user.data |= {"link": hashed, "link_at": asked_at, "link_until": until}
        work.add_lookup(LOOKUP, hashed, [context.account, context.account_key, user.id], until)
        work.save(USER, user)
        return token

    return transact(context, decide)


def opened(origin: Origin, token: Any) -> tuple[Context, str]:
    """Whom a mailed token belongs to, and its hash. InvalidInput: nobody."""
    if not isinstance(token, str) or not 0 < len(token) <= LONGEST:
        raise refusal()
    hashed = tokens.digest(token)
    row = get_row(lookup_key(LOOKUP, hashed))
    if row is None:
        raise refusal()
    return origin(*codec.unpack(row["b"]["B"])), hashed


def opens(user: Record, hashed: str, now: int) -> bool:
    return user.is_active and user.data["link"] == hashed and user.data["link_until"] > now


def withdraw(work: Work, user: Record) -> None:
    """End the user's mailed token, used or not; the caller saves the user."""
    if user.data["link"]:
        work.remove_lookup(LOOKUP, user.data["link"])
        user.data["link"] = ""


def refusal() -> InvalidInput:
    return InvalidInput.of("token", "The token is not valid, or no longer.")
