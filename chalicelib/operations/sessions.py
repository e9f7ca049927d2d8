"""Registering an account and logging in (http.md 3.3, 3.4, 3.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from chalicelib.errors import BadCredentials, InvalidInput
from chalicelib.operations import gateways, oauth, passwords, tokens, two_factor
from chalicelib.operations.coerce import plain_text
from chalicelib.operations.context import Context
from chalicelib.operations.guard import Guard, nobody
from chalicelib.operations.invoices.customer import is_address
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID, USER
from chalicelib.operations.work import Work, transact
from chalicelib.store import codec
from chalicelib.store.reads import Key, get_row, lookup_key
from chalicelib.store.record import Raw, Record

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


Memory = dict[Key, Raw | None]
"""Rows that were read on the way to the decision."""

Origin = Callable[[str, str, int], Context]
"""Makes a context of internal account id, account key and user number."""

Answer = TypeVar("Answer")


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
        if token and work.raw(lookup_key(tokens.LOOKUP, tokens.digest(token))) is not None:
            raise InvalidInput.of("token", "The token is in use already.")
        work.add_lookup(LOGIN, fields["email"].lower(), [context.account, key, OWNER])
        work.add_lookup(gateways.LOOKUP, key, context.account)
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


def login(origin: Origin, body: Mapping[str, Any], secret: str, address: str) -> Session:
    """The user of an e-mail address and password, with the device's token. As `by_password`."""
    return by_password(origin, body, secret, address, _device(body, secret))


def by_password(
    origin: Origin, body: Mapping[str, Any], secret: str, address: str, enter: Callable[[Work], Answer]
) -> Answer:
    """What `enter` decides for the user of an e-mail address and password, once proven.

    `address` is the caller's IP address. BadCredentials tells nothing more: an unknown address, a wrong
    password and a locked user make the same calls and the same derivation.
    """
    email = address_of(body.get("email"))
    row = get_row(lookup_key(LOGIN, email))
    account, key, number = codec.unpack(row["b"]["B"]) if row else nobody(email)
    memory: Memory = {}
    work = Work(origin(account, key, number), memory)
    user = work.find(USER, number)
    stored = (user.data["password"] if user and user.is_active else "") or passwords.NOBODY
    guard = Guard(work, number, stored, address, secret)
    work.fetch(
        (work.key(ACCOUNT.kind, SETTINGS_ID), work.key(two_factor.TWO_FACTOR.kind, number), *guard.keys)
    )
    admitted = guard.admits()
    proven = passwords.matches_sent(body.get("password"), stored) and stored != passwords.NOBODY
    if not proven or not admitted:
        guard.failed()
        raise BadCredentials
    answer = _enter(work.context, body, enter, guard, memory)
    guard.passed()
    return answer


def oauth_login(
    origin: Origin, body: Mapping[str, Any], secret: str, address: str, subject: oauth.Subject
) -> Session:
    """The user linked to a Google account. BadCredentials: there is none, or the second factor is missing.

    Google has proved who it is, so only the second factor can fail and be locked. InvalidInput: not a token.
    """
    row = get_row(oauth.key_of(subject(body, origin(*nobody("")).now)))
    if row is None:
        raise BadCredentials
    account, key, number = codec.unpack(row["b"]["B"])
    memory: Memory = {}
    work = Work(origin(account, key, number), memory)
    work.fetch((work.key(USER.kind, number), work.key(two_factor.TWO_FACTOR.kind, number)))
    user = work.find(USER, number)
    if user is None or not user.is_active:
        raise BadCredentials
    guard = Guard(work, number, user.data["password"] or passwords.NOBODY, address, secret)
    is_guarded = two_factor.is_on(work, number)
    if is_guarded and not guard.admits():
        raise BadCredentials
    session = _enter(work.context, body, _device(body, secret), guard, memory)
    if is_guarded:
        guard.passed()
    return session


def _device(body: Mapping[str, Any], secret: str) -> Callable[[Work], Session]:
    """Lets a device in, whose token is made unless there is one of its name."""
    return lambda work: _open(work, _token_name(body) or tokens.DEFAULT_NAME, secret, create=True)


def _enter(
    context: Context, body: Mapping[str, Any], enter: Callable[[Work], Answer], guard: Guard, memory: Memory
) -> Answer:
    """Let a proven user in; the second factor is spent in the same transaction."""

    def decide(work: Work) -> Answer:
        two_factor.demand(work, context.user, body.get(two_factor.FIELD))
        return enter(work)

    try:
        return transact(context, decide, memory)
    except two_factor.WrongCode:
        guard.failed()
        raise


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
    name = _token_name(body)
    return transact(context, lambda work: _open(work, name, secret, create=False))


def _open(work: Work, name: str, secret: str, create: bool) -> Session:
    context = work.context
    number = context.user
    work.fetch((work.key(ACCOUNT.kind, SETTINGS_ID), work.key(USER.kind, number)))
    account, user = work.load(ACCOUNT, SETTINGS_ID), work.load(USER, number)
    known = tokens.named(work, number, name) if name else None
    if known is not None:
        shown = tokens.reveal(context, secret, known.data)
    else:
        shown = tokens.issue(work, context.account_key, number, name, secret=secret) if create else None
    return Session(context.with_rights(user.data), account, user, shown)
