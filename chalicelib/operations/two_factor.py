"""The second factor of a log-in: an authenticator app, or one of the recovery codes (http.md 3.3, 3.11).

It is asked of every log-in, whatever its `token_name` (REC over weakness W6). Enrolment over the API is
Kunai's own; v4 has it on its web pages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.errors import BadCredentials, InvalidInput, Refused
from chalicelib.operations import totp, vault
from chalicelib.operations.context import Context
from chalicelib.operations.guard import confirm_password, of_caller
from chalicelib.operations.shape import Data, Shape, kept
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

ISSUER = "Kunai"
FIELD = "one_time_password"
SECRET_BYTES = 20
RECOVERY_CODES = 8
RECOVERY_BYTES = 10
LONGEST_CODE = 64
OFF = {"enabled": False, "codes_left": 0}

TWO_FACTOR = Shape(
    "two_factor",
    (
        kept("sealed"),
        kept("pending"),
        kept("last_step", 0),
        kept("recovery", ()),
        kept("updated_at", 0),
        kept("archived_at", None),
        kept("created_at", 0),
    ),
)
"""One record per user, with the user's number: `pending` is a secret not yet confirmed by a code."""


class WrongCode(BadCredentials):
    """Counts as a failed log-in."""

    def __init__(self) -> None:
        super().__init__("Invalid one time password")


def is_on(work: Work, user: int) -> bool:
    found = work.find(TWO_FACTOR, user)
    return found is not None and bool(found.data["sealed"])


def state(context: Context) -> Data:
    found = Work(context, {}).find(TWO_FACTOR, context.user)
    return _state(found) if found else OFF


def _state(found: Record) -> Data:
    return {"enabled": bool(found.data["sealed"]), "codes_left": len(found.data["recovery"])}


def demand(work: Work, user: int, sent: Any) -> None:
    """Let a user pass who needs no code or sends a good one, which spends it. BadCredentials, WrongCode."""
    if not is_on(work, user):
        return
    if sent in (None, ""):
        raise BadCredentials("OTP_REQUIRED")
    if not _spend(work, work.load(TWO_FACTOR, user), sent):
        raise WrongCode


def start(context: Context, body: Mapping[str, Any], address: str, secret: str) -> Data:
    """A fresh secret, in force once `confirm` gets a code made with it. InvalidInput: a wrong password."""
    if not secret:
        raise Refused("Two-factor authentication needs a server secret (KUNAI_SERVER_SECRET).")
    confirm_password(context, body, address, secret)
    key = secrets.token_bytes(SECRET_BYTES)

    def decide(work: Work) -> Data:
        if is_on(work, context.user):
            raise Refused("Two-factor authentication is already on.")
        found = work.find(TWO_FACTOR, context.user) or _new(context)
        found.data["pending"] = vault.seal(key.hex(), place(context.account, context.user))
        work.save(TWO_FACTOR, found)
        return _enrolment(key, work.load(USER, context.user).data["email"])

    return transact(context, decide)


def confirm(context: Context, body: Mapping[str, Any]) -> Data:
    """Switch the second factor on; the recovery codes are shown once. InvalidInput: not the app's code."""
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]

    def decide(work: Work) -> Data:
        found = work.find(TWO_FACTOR, context.user)
        if found is None or not found.data["pending"]:
            raise Refused("There is no two-factor enrolment to confirm.")
        key = _opened(context, found, "pending")
        step = totp.step_of(key, _code(body.get(FIELD)), context.now, 0) if key else None
        if step is None:
            raise InvalidInput.of(FIELD, "The one time password is not valid.")
        found.data |= {"sealed": found.data["pending"], "pending": "", "last_step": step}
        found.data["recovery"] = [_digest(_code(code)) for code in codes]
        work.save(TWO_FACTOR, found)
        work.emit("user.two_factor_enabled", id=context.user, user=context.user, at=context.now)
        return {"enabled": True, "recovery_codes": codes}

    return transact(context, decide)


def remove(context: Context, body: Mapping[str, Any], address: str, secret: str) -> Data:
    """Switch it off, or give up its enrolment, for who sends a code or else the password.

    InvalidInput: it is not right.
    """
    by_code = body.get(FIELD) not in (None, "")
    guard, _ = of_caller(context, address, secret)
    if not by_code:
        confirm_password(context, body, address, secret)
    elif not guard.admits():
        raise _wrong()

    def decide(work: Work) -> Data:
        found, was_on = work.find(TWO_FACTOR, context.user), is_on(work, context.user)
        if found is None or (by_code and not was_on):
            return OFF
        if by_code and not _spend(work, found, body[FIELD]):
            raise WrongCode
        found.data |= {"sealed": "", "pending": "", "recovery": ()}
        work.save(TWO_FACTOR, found)
        if was_on:
            work.emit("user.two_factor_disabled", id=context.user, user=context.user, at=context.now)
        return OFF

    try:
        state = transact(context, decide)
    except WrongCode:
        guard.failed()
        raise _wrong() from None
    if by_code:
        guard.passed()
    return state


def _spend(work: Work, found: Record, sent: Any) -> bool:
    """Whether it is a good code, which then is none any more."""
    code = _code(sent)
    key = _opened(work.context, found, "sealed")
    step = totp.step_of(key, code, work.context.now, found.data["last_step"]) if key else None
    if step is not None:
        found.data["last_step"] = step
        work.save(TWO_FACTOR, found)
        return True
    spent = _digest(code)
    kept_codes = [known for known in found.data["recovery"] if not hmac.compare_digest(known, spent)]
    if len(kept_codes) == len(found.data["recovery"]):
        return False
    found.data["recovery"] = kept_codes
    work.save(TWO_FACTOR, found)
    return True


def _wrong() -> InvalidInput:
    return InvalidInput.of(FIELD, "The one time password is wrong, or was wrong too often.")


def _new(context: Context) -> Record:
    data = TWO_FACTOR.full({"created_at": context.now})
    return Record(kind=TWO_FACTOR.kind, id=context.user, data=data, owner=context.user)


def _opened(context: Context, found: Record, field: str) -> bytes | None:
    """The authenticator's key; None once the server secret has changed."""
    try:
        return bytes.fromhex(vault.unseal(found.data[field], place(context.account, found.id)))
    except vault.Unreadable:
        return None


def place(account: str, user: int) -> str:
    return f"{account}#two_factor#{user}"


def _enrolment(key: bytes, email: str) -> Data:
    """The secret, and the address that apps read from a QR code."""
    text = base64.b32encode(key).decode()
    query = urlencode({"secret": text, "issuer": ISSUER})
    return {"secret": text, "url": f"otpauth://totp/{ISSUER}:{quote(email, safe='@')}?{query}"}


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _code(sent: Any) -> str:
    """A code as it is compared; a number has lost its leading zeros, and readers group digits."""
    if isinstance(sent, int):
        return f"{sent:0{totp.DIGITS}d}"
    return "".join(sent[:LONGEST_CODE].lower().replace("-", " ").split()) if isinstance(sent, str) else ""


def _digest(code: str) -> str:
    """Recovery codes are long and random, so a plain hash keeps them; it survives a lost server secret."""
    return hashlib.sha256(code.encode()).hexdigest()
