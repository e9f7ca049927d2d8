"""Turns committed events into their side effects, at least once, each event on its own.

A worker claims an event for `LEASE_SECONDS`, does what it asks for and closes it. One that fails is put off
and never holds up the others; after the last attempt it is given up with its reason recorded.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from chalicelib.delivery import catalogue, files, mail, passwords
from chalicelib.errors import Busy, Unavailable
from chalicelib.operations.work import UNUSED_FILES
from chalicelib.store import outbox
from chalicelib.store.event import Event

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
GIVE_UP: dict[str, Callable[[Event, str], None]] = {
    "invoice.emailed": mail.give_up,
    "quote.emailed": mail.give_up,
}


def run_pending(clock: Callable[[], float] = time.time) -> int:
    """Deliver what is due now; answers how many events were closed. Unavailable: no store."""
    closed = 0
    for item in outbox.due(int(clock())):
        try:
            closed += _attempt(item, int(clock()))
        except Unavailable:
            raise
        except Exception:
            log.exception("Event %s %s stays due", item.account, item.sequence)
    return closed


def _attempt(item: Event, now: int) -> bool:
    if not outbox.claim(item, now + LEASE_SECONDS):
        return False
    try:
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
    _give_up(item, str(error) or type(error).__name__)
    outbox.close(item)
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
