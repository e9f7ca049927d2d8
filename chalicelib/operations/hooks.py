"""Registering webhooks (http.md 5.1). A hook sees the whole account, so only administrators have them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from chalicelib.errors import InvalidInput, RecordNotFound, Refused, Unauthorized, UnsupportedAction
from chalicelib.operations import crud, notices, vault
from chalicelib.operations.addresses import BadTarget, parse_target
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes.hook import HOOK
from chalicelib.operations.work import Work, transact
from chalicelib.settings import settings
from chalicelib.store import rounds
from chalicelib.store.record import ACTIVE, Record

PLAN = Plan(HOOK, required=("event", "target_url"), admin_only=True)
MOST = 50
"""Hooks of an account; their names stand in its head row."""
SECRET_BYTES = 32
OVERLAP_SECONDS = 24 * 3600
"""How long the secret before a rotation stays valid."""
PREFIX = "whsec_"


def create(context: Context, body: Mapping[str, Any], events: Callable[[], Collection[str]]) -> Record:
    """`events` are the names that may be heard. InvalidInput, Unauthorized."""
    require_admin(context)
    data = _read(body, events, creating=True)
    secret = _new_secret()

    def decide(work: Work) -> Record:
        if work.head.total(HOOK.kind, state=ACTIVE) >= MOST:
            raise InvalidInput.of("event", f"An account may have at most {MOST} hooks.")
        hook = work.new(HOOK)
        hook.data |= data | {"account_key": context.account_key}
        hook.data["secret"] = vault.seal(secret, place(context.account, hook.id))
        return _store(work, hook, crud.CREATED)

    return transact(context, decide)


def update(
    context: Context, number: int, body: Mapping[str, Any], events: Callable[[], Collection[str]]
) -> Record:
    require_admin(context)
    data = _read(body, events, creating=False)

    def decide(work: Work) -> Record:
        hook = existing(work, number)
        hook.data |= data
        return _store(work, hook, crud.UPDATED)

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    """Deleting is for good, and all that can be done: a deleted hook is not found any more."""
    require_admin(context)
    if action != "delete":
        raise UnsupportedAction(action)

    def decide(work: Work) -> Record:
        hook = existing(work, number)
        return _store(work, hook, crud.move(context, hook, action))

    return transact(context, decide)


def rotate(context: Context, number: int) -> Record:
    """A new secret; the present one goes on signing too for a day."""
    require_admin(context)
    secret = _new_secret()

    def decide(work: Work) -> Record:
        hook = existing(work, number)
        hook.data |= {"previous": hook.data["secret"], "previous_until": context.now + OVERLAP_SECONDS}
        hook.data["secret"] = vault.seal(secret, place(context.account, hook.id))
        return _store(work, hook, crud.UPDATED)

    return transact(context, decide)


def existing(work: Work, number: int) -> Record:
    """RecordNotFound: there is none, or it was deleted."""
    hook = work.load(HOOK, number)
    if hook.is_deleted:
        raise RecordNotFound
    return hook


def find(context: Context, number: int) -> Record:
    require_admin(context)
    return existing(Work(context, {}), number)


def require_admin(context: Context) -> None:
    if not context.is_admin:
        raise Unauthorized


def valid_secrets(account: str, hook: Record, now: int) -> list[str]:
    """The secrets to sign with, newest first. Refused: the server secret has changed since they were made."""
    where = place(account, hook.id)
    sealed = [hook.data["secret"]]
    if hook.data["previous"] and hook.data["previous_until"] > now:
        sealed.append(hook.data["previous"])
    found = []
    for text in sealed:
        with suppress(vault.Unreadable):
            found.append(vault.unseal(text, where))
    if not found:
        raise Refused("The secret cannot be read any more. Please make a new one.")
    return found


def place(account: str, number: int) -> str:
    return f"{account}#hook#{number}"


def _store(work: Work, hook: Record, happened: str) -> Record:
    work.save(HOOK, hook)
    active = hook.is_active and not hook.data["is_paused"]
    notices.listen(work.head, hook.id, hook.data["event"] if active else "")
    told = Record(HOOK.kind, hook.id, _public(hook.data), hook.version, state=hook.state, owner=hook.owner)
    work.tell(HOOK, told, f"hook.{happened}")
    work.join(rounds.OVERDUE, bool(notices.listeners(work.head, notices.OVERDUE)))
    return hook


def _public(data: Data) -> Data:
    """What the feed may keep for ever."""
    return {name: value for name, value in data.items() if name not in ("secret", "previous")}


def _read(body: Mapping[str, Any], events: Callable[[], Collection[str]], creating: bool) -> Data:
    data = crud.read_fields(PLAN, body, creating)
    errors: dict[str, list[str]] = {}
    if "event" in data and data["event"] not in events():
        errors["event"] = ["Event is invalid"]
    if "target_url" in data:
        try:
            parse_target(data["target_url"], settings().loopback_hooks)
        except BadTarget as refused:
            errors["target_url"] = [str(refused)]
    if errors:
        raise InvalidInput(errors)
    return data


def _new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
