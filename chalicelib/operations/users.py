"""Users of an account: changed by administrators, and by themselves (resources.md 5.19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import crud, passwords
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

PLAN = Plan(
    USER,
    required=("first_name", "last_name", "email", "password"),
    required_update=("first_name", "last_name", "email"),
    deletable=False,
)
OWNER = 1


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A new user with a password of its own. InvalidInput: fields, or an address that is taken anywhere."""
    if not context.is_admin:
        raise Unauthorized

    def decide(work: Work) -> Record:
        data = _read(body, creating=True)
        password = passwords.hashed(_password(body))
        user = work.new(USER)
        user.owner = user.id
        user.data |= data | _rights(body)
        user.data |= {"account_key": context.account_key, "password": password}
        _claim_login(work, user, "", user.data["email"])
        work.save(USER, user)
        crud.announce(work, PLAN, _public(user), crud.CREATED)
        return user

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """The user of the path; only administrators change others or rights."""

    def decide(work: Work) -> Record:
        user = _open(work, number)
        data = _read(body, creating=False)
        before = user.data["email"]
        user.data |= data
        if context.is_admin and user.id != OWNER:
            user.data |= _rights(body)
        if body.get("password"):
            user.data["password"] = passwords.hashed(_password(body))
        _claim_login(work, user, before, user.data["email"])
        work.save(USER, user)
        crud.announce(work, PLAN, _public(user), crud.UPDATED)
        return user

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    """Archiving a user, which is what deleting means here, revokes all of its tokens at once."""

    def decide(work: Work) -> Record:
        user = _open(work, number)
        if not context.is_admin:
            raise Unauthorized
        if user.id == OWNER or user.id == context.user:
            raise InvalidInput.of("action", "The owner and the acting user cannot be archived.")
        happened = crud.move(context, user, action, deletable=False)
        if happened:
            work.save(USER, user)
            crud.announce(work, PLAN, _public(user), happened)
        return user

    return transact(context, decide)


def _open(work: Work, number: int) -> Record:
    """A user that the caller may change: everyone for administrators, oneself for others."""
    user = work.get(USER, number)
    if not (work.context.is_admin or user.id == work.context.user):
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


def _password(body: Mapping[str, Any]) -> str:
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
    """The user without its password, as events may show it."""
    return replace(user, data={**user.data, "password": ""})
