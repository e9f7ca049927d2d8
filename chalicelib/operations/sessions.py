"""Registering an account and logging in (http.md 3.3, 3.6)."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.errors import BadCredentials, InvalidInput
from chalicelib.operations import passwords, tokens
from chalicelib.operations.coerce import plain_text
from chalicelib.operations.context import Context
from chalicelib.operations.invoices.customer import is_address
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID, USER
from chalicelib.operations.work import Work, transact
from chalicelib.store import codec
from chalicelib.store.reads import get_row, lookup_key
from chalicelib.store.record import Record

LOGIN = "login"
ACCOUNT_ID_LENGTH = 12
OWNER = 1
LONGEST_ADDRESS = 254
REQUIRED = ("email", "first_name", "last_name", "password")
START = {"invoice": 1, "quote": 1, "client": 0, "credit": 0}


class Session(NamedTuple):
    """What login-type answers show: the caller's context, user and settings, and the token in clear."""

    context: Context
    account: Record
    user: Record
    token: str | None


Origin = Callable[[str, str, int], Context]
"""Makes a context of internal account id, account key and user number."""


def register(
    origin: Origin, body: Mapping[str, Any], new_key: Callable[[], str], secret: str, token: str = ""
) -> Session:
    """A new account with its first user, an administrator. InvalidInput names missing or taken fields."""
    fields = _registration(body)
    key = new_key()
    context = origin(new_key()[:ACCOUNT_ID_LENGTH], key, OWNER)
    name = _token_name(body) or tokens.DEFAULT_NAME
    password = passwords.hashed(fields.pop("password"))

    def decide(work: Work) -> Session:
        login = lookup_key(LOGIN, fields["email"].lower())
        if work.raw(login) is not None:
            raise InvalidInput.of("email", "The email has already been taken.")
        work.add_lookup(LOGIN, fields["email"].lower(), [context.account, key, OWNER])
        work.head.numbers |= START
        account = work.new(ACCOUNT)
        account.data["account_key"] = key
        work.save(ACCOUNT, account)
        user = work.new(USER)
        user.data |= {**fields, "account_key": key, "password": password}
        work.save(USER, user)
        issued = tokens.issue(work, key, OWNER, name, token, secret)
        work.emit("account.created", id=account.id, user=OWNER, at=context.now)
        return Session(context, account, user, issued)

    return transact(context, decide)


def _registration(body: Mapping[str, Any]) -> dict[str, str]:
    errors = {
        name: [f"The {name.replace('_', ' ')} field is required."]
        for name in REQUIRED
        if body.get(name) in (None, "")
    }
    for name in REQUIRED:
        if name not in errors and not isinstance(body[name], str):
            errors[name] = [f"The {name.replace('_', ' ')} must be text."]
    if "email" not in errors and not is_address(body["email"].strip()):
        errors["email"] = ["The email format is invalid."]
    if "password" not in errors and len(body["password"]) > passwords.LONGEST:
        errors["password"] = ["The password is too long."]
    if errors:
        raise InvalidInput(errors)
    found = {name: str(body[name]) for name in REQUIRED}
    return {**{name: text.strip()[:255] for name, text in found.items()}, "password": found["password"]}


def login(origin: Origin, body: Mapping[str, Any], secret: str) -> Session:
    """The user of an address and password, with the device's token. BadCredentials tells nothing more."""
    email, password = body.get("email"), body.get("password")
    row = get_row(lookup_key(LOGIN, address_of(email))) if address_of(email) else None
    found = codec.unpack(row["b"]["B"]) if row else None
    work = Work(origin(*found), {}) if found else None
    user = work.find(USER, found[2]) if work and found else None
    stored = user.data["password"] if user and user.is_active else passwords.NOBODY
    matched = passwords.matches(password if isinstance(password, str) else "", stored or passwords.NOBODY)
    if not matched or work is None or user is None:
        raise BadCredentials
    return _open(work.context, user.id, _token_name(body), secret, create=True)


def address_of(email: Any) -> str:
    """An address as it logs in, empty for what cannot be one."""
    return email.strip().lower() if isinstance(email, str) and len(email) <= LONGEST_ADDRESS else ""


def _token_name(body: Mapping[str, Any]) -> str:
    """The device's name for its token, as long as v4's column. InvalidInput: not text."""
    try:
        return plain_text(body.get("token_name")).strip()[:255]
    except ValueError as error:
        raise InvalidInput.of("token_name", str(error)) from None


def resume(context: Context, body: Mapping[str, Any], secret: str) -> Session:
    """The caller's own session again; it names an existing token but makes none."""
    return _open(context, context.user, _token_name(body), secret, create=False)


def _open(context: Context, number: int, token_name: str, secret: str, create: bool) -> Session:
    name = token_name or (tokens.DEFAULT_NAME if create else "")

    def decide(work: Work) -> Session:
        work.fetch((work.key("account", SETTINGS_ID), work.key("user", number)))
        account, user = work.load(ACCOUNT, SETTINGS_ID), work.load(USER, number)
        known = tokens.named(work, number, name) if name else None
        if known is not None:
            shown = tokens.reveal(context, secret, known.data)
        else:
            shown = tokens.issue(work, context.account_key, number, name, secret=secret) if create else None
        return Session(context, account, user, shown)

    return transact(context, decide)


def key_maker(choose: Callable[[str], str]) -> Callable[[], str]:
    """Makes the 32-letter keys of accounts, contacts, invitations and tokens."""
    letters = string.digits + string.ascii_lowercase
    return lambda: "".join(choose(letters) for _ in range(32))
