"""Delivers webhooks: signed by Standard Webhooks, at least once, ten attempts over about three days.

A receiver that cannot be reached rests as a whole: its other deliveries wait, in their order and untried, so
that it neither holds up anybody else nor is asked more often than need be.
"""

from __future__ import annotations

import base64
import hmac
import random
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from chalicelib.delivery import outgoing
from chalicelib.delivery.actor import acting
from chalicelib.errors import RecordNotFound, Refused
from chalicelib.observe import scope
from chalicelib.operations import deliveries, hooks, notices
from chalicelib.operations.deliveries import DELIVERED, DROPPED, FAILED, GONE, REFUSED
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes.hook import HOOK
from chalicelib.resources.hooks import content
from chalicelib.settings import settings
from chalicelib.store import outbox, record, rests
from chalicelib.store.event import Event, from_raw
from chalicelib.store.reads import EVENTS, Key, get_rows, record_key
from chalicelib.store.record import Record

MINUTE, HOUR, DAY = 60, 3_600, 86_400
PAUSES = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds before each further attempt, give or take a tenth: 75.6 hours in all."""
JITTER = 0.1
OLDEST = 5 * DAY
"""A delivery that has waited for a resting or paused hook so long is given up."""
FIRST_REST, LONGEST_REST = 30, 1 * HOUR
PAUSED = 15 * MINUTE


class _Loaded(NamedTuple):
    event: Event | None
    hook: Record | None
    rest: rests.Rest


class _Outcome(NamedTuple):
    """`status` is HTTP's, 0 where there was no answer; `state` is empty while it is not decided."""

    state: str
    status: int
    error: str
    wait: int = 0


def deliver(item: Event, clock: Callable[[], float] = time.time) -> bool:
    """One attempt at a claimed delivery; whether it is closed now, for better or worse."""
    now = int(clock())
    account, number = deliveries.owner_of(item)
    loaded = _load(item, account, number)
    if loaded.hook is None or loaded.hook.is_deleted or loaded.event is None:
        return _end(item, DROPPED)
    waits = now + PAUSED if loaded.hook.data["is_paused"] else loaded.rest.until
    if waits > now:
        if now - item.body["made"] > OLDEST:
            return _end(item, FAILED)
        outbox.release(item, waits)
        return False
    return _try(item, loaded.event, loaded.hook, loaded.rest, now)


def _load(item: Event, account: str, number: int) -> _Loaded:
    """The event, the hook and its rest, in one call."""
    keys = (
        Key(EVENTS, account, f"{item.sequence:012d}"),
        record_key(account, HOOK.kind, number),
        rests.key(item.account),
    )
    event, hook, rest = get_rows(keys).values()
    found = record.from_raw(HOOK.kind, hook) if hook else None
    if found is not None:
        found.data = HOOK.full(found.data)
    return _Loaded(from_raw(event) if event else None, found, rests.from_raw(rest))


def _try(item: Event, event: Event, hook: Record, rest: rests.Rest, now: int) -> bool:
    message = deliveries.message_id(item)
    body = _body(event, hook, message)
    began = time.monotonic()
    try:
        secrets = hooks.valid_secrets(event.account, hook, now)
        outcome = _send(hook.data["target_url"], body, headers(message, now, body, secrets))
    except Refused as error:
        outcome = _Outcome(REFUSED, 0, str(error))
    scope.count("webhooks" if outcome.state == DELIVERED else "webhook_failures")
    spent = round((time.monotonic() - began) * 1_000)
    item.body["log"].append({"at": now, "status": outcome.status, "ms": spent, "error": outcome.error})
    if outcome.state == GONE:
        _unsubscribe(event.account, hook, now)
    _note_rest(item, outcome, rest, now)
    if not outcome.state and item.attempts > len(PAUSES):
        outcome = outcome._replace(state=FAILED)
    if outcome.state:
        return _end(item, outcome.state)
    outbox.note(item, now + _pause(item.attempts, outcome.wait))
    return False


def _send(url: str, body: bytes, headers: dict[str, str]) -> _Outcome:
    try:
        answer = outgoing.post(url, body, headers, settings().loopback_hooks)
    except outgoing.Forbidden as error:
        return _Outcome(REFUSED, 0, str(error))
    except outgoing.Unreached as error:
        return _Outcome("", 0, str(error))
    if 200 <= answer.status < 300:
        return _Outcome(DELIVERED, answer.status, "")
    if answer.status == 410:
        return _Outcome(GONE, answer.status, "the receiver has unsubscribed")
    return _Outcome("", answer.status, "not a success", answer.retry_after)


def headers(message: str, now: int, body: bytes, secrets: list[str]) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0; every valid secret signs."""
    content = f"{message}.{now}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Kunai-Webhooks/1",
        "webhook-id": message,
        "webhook-timestamp": str(now),
        "webhook-signature": " ".join(f"v1,{_signature(secret, content)}" for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(hooks.PREFIX))
    return base64.b64encode(hmac.digest(key, content, sha256)).decode()


def _body(event: Event, hook: Record, message: str) -> bytes:
    """The bare record for a hook of a v4 name, else an envelope that says what happened."""
    context = acting(event.account, event.body["user"], event.body["at"])
    context = replace(context, account_key=hook.data["account_key"])
    heard = hook.data["event"]
    shown = content(event, context, heard)
    if heard in notices.V4:
        return orjson.dumps({**shown, "version": event.body["version"]})
    envelope: Data = {
        "id": message,
        "type": event.name,
        "timestamp": event.body["at"],
        "sequence": event.sequence,
        "version": event.body["version"],
        "data": shown,
    }
    return orjson.dumps(envelope)


def _pause(attempts: int, wait: int) -> int:
    """Seconds until the next attempt, not sooner than the receiver asked for."""
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)
    return max(round(PAUSES[attempts - 1] * spread), min(wait, DAY))


def _note_rest(item: Event, outcome: _Outcome, rest: rests.Rest, now: int) -> None:
    """An unreachable receiver rests, longer each time; one that answers is awake."""
    if outcome.status:
        if rest.failures:
            rests.clear(item.account)
    elif outcome.state != REFUSED:
        pause = min(FIRST_REST * 2**rest.failures, LONGEST_REST)
        rests.put(item.account, rests.Rest(now + pause, min(rest.failures + 1, 10)))


def _unsubscribe(account: str, hook: Record, now: int) -> None:
    try:
        hooks.act(acting(account, hook.owner, now), hook.id, "delete")
    except RecordNotFound:
        return


def _end(item: Event, state: str) -> bool:
    item.body["state"] = state
    return outbox.note(item, None)


def give_up(item: Event) -> None:
    """No attempt could even be made."""
    _end(item, FAILED)


def shown(item: Event) -> dict[str, Any]:
    """A delivery as its hook's owner sees it."""
    return {
        "id": deliveries.message_id(item),
        "sequence": item.sequence,
        "event": item.body["event"],
        "record_id": item.body["id"],
        "status": item.body["state"],
        "created_at": item.body["made"],
        "next_attempt_at": item.due,
        "attempts": [
            {"at": row["at"], "status": row["status"] or None, "latency_ms": row["ms"], "error": row["error"]}
            for row in item.body["log"]
        ],
    }
