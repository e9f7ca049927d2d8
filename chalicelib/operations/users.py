"""Users of an account: changed by administrators, and by themselves (resources.md 5.19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import crud, password_links, passwords, tokens
from chalicelib.operations.coerce import truth
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.invoices.customer import is_address
from chalicelib.operations.sessions import LOGIN
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work, transact
from chalicelib.store.reads import lookup_key
from chalicelib.store.record import Record

NAMES = ("first_name", "last_name", "email")
PLAN = Plan(USER, required=NAMES, required_update=NAMES, deletable=False)
OWNER = 1
INVITE = "invite"


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A new user; without a password one who is invited by mail to set it.

    Nobody becomes an administrator unless the request says so.
    InvalidInput: fields, or an address that is taken anywhere.
    """
    _check_manager(context)

    def decide(work: Work) -> Record:
        data = _read(body, creating=True)
        invited = body.get("password") in (None, "")
        user = work.new(USER)
        user.owner = user.id
        user.data |= {**data, "is_admin": False, **_rights(body)}
        user.data |= {"account_key": context.account_key, "confirmed": not invited}
        if not invited:
            user.data["password"] = passwords.hashed(password_of(body))
        _claim_login(work, user, "", user.data["email"])
        work.save(USER, user)
        crud.announce(work, PLAN, _public(user), crud.CREATED)
        if invited:
            password_links.invite(work, user)
        return user

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """The user of the path; only administrators change others or rights, and nobody else the owner.

    A new password revokes the user's tokens, but not the one of this request.
    """

    def decide(work: Work) -> Record:
        user = _open(work, number)
        data = _read(body, creating=False)
        before = user.data["email"]
        user.data |= data
        if user.data["email"] != before:
            password_links.withdraw(work, user)
        if context.is_admin and user.id != OWNER:
            user.data |= _rights(body)
        if body.get("password"):
            set_password(work, user, password_of(body))
        _claim_login(work, user, before, user.data["email"])
        work.save(USER, user)
        crud.announce(work, PLAN, _public(user), crud.UPDATED)
        return user

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    """Archiving a user, which is what deleting means here, revokes all tokens; restoring revives none.

    `invite` mails the invitation again to a user who has not set a password yet.
    """

    def decide(work: Work) -> Record:
        user = _open(work, number)
        _check_manager(context)
        if action == INVITE:
            return _invite_again(work, user)
        if user.id in (OWNER, context.user):
            raise InvalidInput.of("action", "The owner and the acting user cannot be archived.")
        happened = crud.move(context, user, action, deletable=False)
        if happened:
            if happened == crud.ARCHIVED_EVENT:
                tokens.revoke_all(work, user)
                password_links.withdraw(work, user)
            work.save(USER, user)
            crud.announce(work, PLAN, _public(user), happened)
        return user

    return transact(context, decide)


def set_password(work: Work, user: Record, password: str) -> None:
    """The one place where a password changes; the caller saves the user."""
    user.data |= {"password": passwords.hashed(password), "confirmed": True}
    tokens.revoke_all(work, user)
    password_links.withdraw(work, user)


def sign_out_everywhere(context: Context) -> None:
    """End all tokens and sessions of the acting user."""

    def decide(work: Work) -> None:
        user = work.load(USER, context.user)
        tokens.revoke_all(work, user)
        work.save(USER, user)
        crud.announce(work, PLAN, _public(user), crud.UPDATED)

    transact(context, decide)


def accept(origin: Callable[[str, str, int], Context], body: Mapping[str, Any]) -> None:
    """Set the password by a mailed token. InvalidInput: the token is unknown, used or too old."""
    password = password_of(body)
    context, hashed = password_links.opened(origin, body.get("token"))

    def decide(work: Work) -> None:
        user = work.find(USER, context.user)
        if user is None or not password_links.opens(user, hashed, context.now):
            raise password_links.refusal()
        set_password(work, user, password)
        work.save(USER, user)
        crud.announce(work, PLAN, _public(user), crud.UPDATED)

    transact(context, decide)


def _invite_again(work: Work, user: Record) -> Record:
    if user.data["password"] or not user.is_active:
        raise InvalidInput.of("action", "The user has a password already, or is archived.")
    if user.data["link_at"] <= work.context.now - password_links.PAUSE:
        password_links.invite(work, user)
    return user


def _check_manager(context: Context) -> None:
    """Unauthorized: no administrator, or one whose token ends, which must not make a log-in that does not."""
    if not context.is_admin or context.is_limited:
        raise Unauthorized


def _open(work: Work, number: int) -> Record:
    """A user that the caller may change: everyone but the owner for administrators, oneself for others."""
    context = work.context
    user = work.get(USER, number)
    if context.is_limited or not (user.id == context.user or (context.is_admin and user.id != OWNER)):
        raise Unauthorized
    return user


def _read(body: Mapping[str, Any], creating: bool) -> Data:
    errors: dict[str, list[str]] = {}
    data: Data = {}
    try:
        data = crud.read_fields(PLAN, body, creating)
    except InvalidInput as refused:
        errors = refused.errors
    if body.get("email") and "email" not in errors and not is_address(str(body["email"]).strip()):
        errors["email"] = ["The email format is invalid."]
    if errors:
        raise InvalidInput(errors)
    return data


def password_of(body: Mapping[str, Any]) -> str:
    sent = body.get("password")
    if not isinstance(sent, str) or not 0 < len(sent) <= passwords.LONGEST:
        raise InvalidInput.of("password", f"The password must have 1 to {passwords.LONGEST} characters.")
    return sent


def _rights(body: Mapping[str, Any]) -> Data:
    """Administrator or single permissions; those that nobody knows are refused."""
    found: Data = {}
    if "is_admin" in body:
        try:
            found["is_admin"] = truth(body["is_admin"])
        except ValueError as error:
            raise InvalidInput.of("is_admin", str(error)) from None
    sent = body.get("permissions")
    if sent is not None:
        names = [name for name, on in sent.items() if on] if isinstance(sent, Mapping) else sent
        known = permission_names()
        if not isinstance(names, list) or not all(isinstance(name, str) and name in known for name in names):
            raise InvalidInput.of("permissions", "The permissions must be known names.")
        found["permissions"] = sorted(set(names))
    return found


def permission_names() -> frozenset[str]:
    """Every permission that can be granted (resources.md 4.1)."""
    from chalicelib.data import table

    return frozenset(row[verb] for row in table("permissions") for verb in ("create", "view", "edit"))


def _claim_login(work: Work, user: Record, before: str, now: str) -> None:
    """The address is the login, unique over all accounts."""
    old, new = before.strip().lower(), now.strip().lower()
    if old == new:
        return
    if work.raw(lookup_key(LOGIN, new)) is not None:
        raise InvalidInput.of("email", "The email has already been taken.")
    work.add_lookup(LOGIN, new, [work.context.account, work.context.account_key, user.id])
    if old:
        work.remove_lookup(LOGIN, old)


def _public(user: Record) -> Record:
    """The user without what opens its account, as events may show it."""
    return replace(user, data={**user.data, "password": "", "link": ""})
