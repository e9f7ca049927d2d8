"""Turns committed events into their side effects, at least once, each event on its own.

A worker claims an event for `LEASE_SECONDS`, does what it asks for and closes it. One that fails is put off
and never holds up the others; after the last attempt it is given up with its reason recorded. An event that
webhooks wait for becomes a delivery for each; those run beside each other in lanes, a hook's own in order.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from chalicelib.delivery import catalogue, files, mail, passwords, webhooks
from chalicelib.delivery.lanes import Lanes
from chalicelib.errors import Busy, Unavailable
from chalicelib.operations import deliveries
from chalicelib.operations.work import UNUSED_FILES
from chalicelib.store import outbox
from chalicelib.store.event import FAILURE, Event

log = logging.getLogger(__name__)

LEASE_SECONDS = 120
PAUSES = (5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400)
"""Seconds before each further attempt: eleven in all, over about two days."""

HANDLERS: dict[str, Callable[[Event], None]] = {
    "invoice.emailed": mail.deliver,
    "quote.emailed": mail.deliver,
    "payment.receipt_requested": mail.deliver,
    "product.upsert_requested": catalogue.apply,
    UNUSED_FILES: files.remove,
    "user.invited": passwords.deliver_invitation,
    "user.password_forgotten": passwords.deliver_reset,
}
"""Side effects by event; any event may have webhooks besides."""
GIVE_UP: dict[str, Callable[[Event, str], None]] = {
    "invoice.emailed": mail.give_up,
    "quote.emailed": mail.give_up,
}


def run_pending(clock: Callable[[], float] = time.time) -> int:
    """Deliver what is due now; answers how many events were closed. Unavailable: no store."""
    lanes = Lanes(lambda item: _guarded(_attempt, item, clock))
    closed, _ = _run(lanes, clock)
    return closed + lanes.wait()


class Dispatcher:
    """The same for a process that lives on: it does not wait for slow receivers."""

    def __init__(self) -> None:
        self._lanes = Lanes(lambda item: _guarded(_attempt, item, time.time))

    def run(self) -> int:
        """How many events were closed or handed to a lane."""
        return sum(_run(self._lanes, time.time))


def _run(lanes: Lanes, clock: Callable[[], float]) -> tuple[int, int]:
    """How many events were closed, and how many deliveries went into lanes."""
    closed = handed = 0
    for item in sorted(outbox.due(int(clock())), key=lambda item: item.sequence):
        if not _guarded(_claim, item, clock):
            continue
        if item.name == deliveries.NAME:
            lanes.put(item.account, item)
            handed += 1
        else:
            closed += _guarded(_attempt, item, clock)
    return closed, handed


def _guarded(
    step: Callable[[Event, Callable[[], float]], bool], item: Event, clock: Callable[[], float]
) -> bool:
    try:
        return step(item, clock)
    except Unavailable:
        raise
    except Exception:
        log.exception("Event %s %s stays due", item.account, item.sequence)
        return False


def _claim(item: Event, clock: Callable[[], float]) -> bool:
    return outbox.claim(item, int(clock()) + LEASE_SECONDS)


def _attempt(item: Event, clock: Callable[[], float]) -> bool:
    """Do what a claimed event asks for; whether it is closed."""
    now = int(clock())
    try:
        if item.name == deliveries.NAME:
            return webhooks.deliver(item, clock)
        if "hooks" in item.body:
            deliveries.fan_out(item, now)
        if item.name in HANDLERS or "hooks" not in item.body:
            HANDLERS[item.name](item)
    except Exception as error:
        log.warning("Event %s %s failed at attempt %s: %r", item.account, item.sequence, item.attempts, error)
        return _failed(item, error, now)
    outbox.close(item)
    return True


def _failed(item: Event, error: Exception, now: int) -> bool:
    if item.attempts <= len(PAUSES) and not isinstance(error, mail.Undeliverable):
        outbox.put_off(item, now + PAUSES[item.attempts - 1])
        return False
    item.body[FAILURE] = str(error) or type(error).__name__
    _give_up(item, item.body[FAILURE])
    outbox.note(item, None)
    return True


def _give_up(item: Event, reason: str) -> None:
    """Record the reason; an event so broken that even this fails is closed all the same."""
    try:
        if item.name in GIVE_UP:
            GIVE_UP[item.name](item, reason)
    except (Busy, Unavailable):
        raise
    except Exception:
        log.exception("The end of event %s %s could not be recorded", item.account, item.sequence)
