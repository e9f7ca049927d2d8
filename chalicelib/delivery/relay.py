"""Turns committed events into their side effects, at least once, each event on its own.

A worker claims an event for `LEASE_SECONDS`, does what it asks for and closes it. One that fails is put off
and never holds up the others; after the last attempt it is given up with its reason recorded. An event that
webhooks wait for becomes a delivery for each. With queues (`delivery.queues`) a message names the event to
work off; without, `run_pending` looks for what is due, and whatever waits for others runs in lanes beside
the rest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from chalicelib.delivery import alerts, handlers, mail, queues, webhooks
from chalicelib.delivery.lanes import Lanes
from chalicelib.errors import Busy, Unavailable
from chalicelib.observe import scope
from chalicelib.observe.tally import on_behalf_of
from chalicelib.operations import deliveries
from chalicelib.settings import settings
from chalicelib.store import outbox
from chalicelib.store.event import FAILURE, Event

log = logging.getLogger(__name__)

LEASE_SECONDS = 120
LEAST_LEASE = 45
"""What must be left of it when an attempt begins: the longest call of a receiver, or of SES twice."""
EARLY = 4
"""Seconds by which a worker's clock may be behind that of who woke it."""
PAUSES = (5, 30, 120, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400)
"""Seconds before each further attempt: eleven in all, over about two days."""
MOST_CLAIMS = 30
"""An event that was claimed more often has killed its workers."""

Clock = Callable[[], float]


def work_off(account: str, sequence: int, clock: Clock = time.time) -> None:
    """Do what one event asks for, unless that is done, being done or not due. Unavailable: no store."""
    now = int(clock())
    item = outbox.take(account, sequence, now + EARLY, now + LEASE_SECONDS)
    if item is not None:
        _attempt(item, clock)


def run_pending(clock: Clock = time.time) -> int:
    """Deliver what is due now; answers how many events were closed. Unavailable: no store."""
    lanes = Lanes(lambda item: _guarded(_attempt, item, clock))
    closed = 0
    for item in sorted(outbox.due(int(clock())), key=lambda item: item.sequence):
        if not _guarded(_claim, item, clock):
            continue
        lane = _lane_of(item)
        if not lane:
            closed += _guarded(_attempt, item, clock)
        elif _guarded(_prepare, item, clock):
            lanes.put(lane, item)
    return closed + lanes.wait()


def _lane_of(item: Event) -> str:
    """Empty for what waits for nobody."""
    if item.name == deliveries.NAME:
        return item.account
    return f"{item.account}#mails" if item.name in handlers.MAILS else ""


def _guarded(step: Callable[[Event, Clock], bool], item: Event, clock: Clock) -> bool:
    try:
        with on_behalf_of(item.account, clock):
            return step(item, clock)
    except Unavailable:
        raise
    except Exception:
        log.exception("Event %s %s stays due", item.account, item.sequence)
        return False


def _claim(item: Event, clock: Clock) -> bool:
    return outbox.claim(item, int(clock()) + LEASE_SECONDS)


def _prepare(item: Event, clock: Clock) -> bool:
    """Tell webhooks before a lane is entered, in which the event may have to wait; whether that went well."""
    now = int(clock())
    try:
        deliveries.fan_out(item, now)
    except Exception as error:
        _failed(item, error, now)
        return False
    return True


def _attempt(item: Event, clock: Clock) -> bool:
    """Do what a claimed event asks for; whether it is closed."""
    now = int(clock())
    if item.due is not None and item.due - now < LEAST_LEASE:
        outbox.release(item, now)
        return False
    if not item.name or item.attempts > MOST_CLAIMS:
        return _end(item, "it killed its workers" if item.name else "it cannot be read")
    try:
        if item.name == deliveries.NAME:
            return webhooks.deliver(item, clock)
        if _is_handed_over(item, now):
            return False
        if item.name in handlers.HANDLERS or not item.body.get("hooks"):
            handlers.HANDLERS[item.name](item)
    except Exception as error:
        return _failed(item, error, now)
    outbox.close(item)
    return True


def _is_handed_over(item: Event, now: int) -> bool:
    """Webhooks are told first. What then still has to be mailed is left to the queue of mails."""
    if deliveries.is_told(item):
        return False
    deliveries.fan_out(item, now)
    if item.name not in handlers.MAILS or not settings().queues:
        return False
    item.attempts -= 1
    outbox.note(item, now)
    return True


def _failed(item: Event, error: Exception, now: int) -> bool:
    log.warning("Event %s %s failed at attempt %s: %r", item.account, item.sequence, item.attempts, error)
    if item.name == deliveries.NAME or item.name in handlers.MAILS:
        scope.count("webhook_failures" if item.name == deliveries.NAME else "mail_failures")
    if item.attempts <= len(PAUSES) and not isinstance(error, mail.Undeliverable):
        outbox.put_off(item, now + PAUSES[item.attempts - 1])
        return False
    return _end(item, str(error) or type(error).__name__)


def _end(item: Event, reason: str) -> bool:
    """Give an event up. One so broken that even recording the reason fails is closed all the same."""
    try:
        if item.name in handlers.GIVE_UP and not item.body.get(alerts.POSTED):
            handlers.GIVE_UP[item.name](item, reason)
        else:
            queues.bury(item, reason)
        if item.name == deliveries.NAME:
            webhooks.give_up(item)
    except (Busy, Unavailable, queues.Unburied):
        raise
    except Exception as error:
        log.exception("The end of event %s %s could not be recorded", item.account, item.sequence)
        queues.bury(item, f"{reason}; {error!r}")
    if item.name:
        item.body[FAILURE] = reason
        outbox.note(item, None)
    else:
        outbox.close(item)  # as it is: what cannot be read is not written over
    return True
