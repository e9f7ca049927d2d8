"""Devices for push messages: kept and answered as v4's apps expect; nothing is pushed (http.md 3.7).

v4 keeps the list on the account. Here it is a row of its own, so reading the account costs no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chalicelib.errors import BadRequest, InvalidInput, Unauthorized
from chalicelib.operations.coerce import plain_text, truth
from chalicelib.operations.context import Context
from chalicelib.operations.invoices.customer import is_address
from chalicelib.operations.shape import Data, Shape, kept
from chalicelib.operations.shapes import SETTINGS_ID, USER
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

Value = TypeVar("Value")

DEVICES = Shape(
    "devices",
    (kept("list", ()), kept("updated_at", 0), kept("archived_at", None), kept("created_at", 0)),
)
SYSTEMS = ("ios", "fcm")
FLAGS = ("notify_sent", "notify_viewed", "notify_approved", "notify_paid")
MOST = 50
LONGEST_TOKEN = 1_024


def add(context: Context, body: Mapping[str, Any]) -> Data:
    """An address has one device; without `email` it is the caller's. InvalidInput, Unauthorized."""
    token, device = _token(body), body.get("device")
    if device not in SYSTEMS:
        raise InvalidInput.of("device", f"The device must be one of {', '.join(SYSTEMS)}.")

    def decide(work: Work) -> Data:
        email = _email(work, body)
        devices = _load(work)
        known = _of(devices, email)
        if known is None:
            if len(devices.data["list"]) >= MOST:
                raise InvalidInput.of("token", f"The account has {MOST} devices already.")
            known = {"email": email, "account_key": context.account_key, **dict.fromkeys(FLAGS, True)}
            devices.data["list"] = [*devices.data["list"], known]
        known |= {"token": token, "device": device}
        work.save(DEVICES, devices)
        return _shown(known)

    return transact(context, decide)


def remove(context: Context, body: Mapping[str, Any]) -> None:
    """Drop the devices with this token; of others' only for administrators. InvalidInput."""
    token = _token(body)

    def decide(work: Work) -> None:
        devices, own = _load(work), _own(work)
        rows = devices.data["list"]
        left = [row for row in rows if row["token"] != token or not _may(context, row, own)]
        if len(left) < len(rows):
            devices.data["list"] = left
            work.save(DEVICES, devices)

    transact(context, decide)


def notify(context: Context, body: Mapping[str, Any]) -> Data | None:
    """What the caller's device is told of; what is not sent stays. None: the caller has no device.

    BadRequest: nobody has one. InvalidInput: a flag is none.
    """
    flags = {name: _flag(name, body[name]) for name in FLAGS if name in body}

    def decide(work: Work) -> Data | None:
        devices = _load(work)
        if not devices.data["list"]:
            raise BadRequest("No registered devices.")
        known = _of(devices, _own(work))
        if known is None:
            return None
        known |= flags
        work.save(DEVICES, devices)
        return _shown(known)

    return transact(context, decide)


def _load(work: Work) -> Record:
    found = work.find(DEVICES, SETTINGS_ID)
    if found is None:
        found = Record(DEVICES.kind, SETTINGS_ID, DEVICES.full({"created_at": work.context.now}))
    return found


def _of(devices: Record, email: str) -> Data | None:
    rows: list[Data] = devices.data["list"]
    return next((row for row in rows if row["email"].lower() == email.lower()), None)


def _own(work: Work) -> str:
    email: str = work.load(USER, work.context.user).data["email"]
    return email


def _may(context: Context, row: Data, own: str) -> bool:
    return context.is_admin or row["email"].lower() == own.lower()


def _shown(row: Data) -> Data:
    return {name: row[name] for name in ("token", "email", "device", "account_key", *FLAGS)}


def _email(work: Work, body: Mapping[str, Any]) -> str:
    own = _own(work)
    email = _read("email", body, plain_text).strip() or own
    if not is_address(email):
        raise InvalidInput.of("email", "The email format is invalid.")
    if not _may(work.context, {"email": email}, own):
        raise Unauthorized
    return email


def _token(body: Mapping[str, Any]) -> str:
    token = _read("token", body, plain_text).strip()
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise InvalidInput.of("token", f"The token must have 1 to {LONGEST_TOKEN} characters.")
    return token


def _flag(name: str, value: Any) -> bool:
    return _read(name, {name: value}, truth)


def _read(name: str, body: Mapping[str, Any], read: Callable[[Any], Value]) -> Value:
    try:
        return read(body.get(name))
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None
