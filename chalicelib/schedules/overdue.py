"""The hourly look for invoices that should have been paid by now, in accounts where somebody listens.

An account is done once for each of its days: its row in the round then rests until its next midnight. What a
run leaves, because it failed, died or reached `MOST`, the next one finds.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as daytime
from decimal import Decimal
from zoneinfo import ZoneInfo

from chalicelib.billing.status import OPEN, missed
from chalicelib.observe.tally import on_behalf_of
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import books
from chalicelib.operations.lists import range_of
from chalicelib.operations.notices import OVERDUE, listeners
from chalicelib.operations.numbers import account_zone
from chalicelib.operations.sessions import OWNER
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.operations.work import Work, transact
from chalicelib.store import rounds
from chalicelib.store.commit import Lost
from chalicelib.store.reads import Range, walk
from chalicelib.store.record import Record, from_raw
from chalicelib.store.rounds import Visit

log = logging.getLogger(__name__)

MOST = 200
"""Invoices of an account that one run tells of."""
OLDEST = timedelta(days=30)
"""Due dates further back are not told of, so that a new hook is not flooded with what is known."""


def look(clock: Callable[[], float] = time.time) -> int:
    """Tell of what has become overdue; how many invoices that were."""
    now = int(clock())
    visits = list(rounds.due(rounds.OVERDUE, now))
    # So that one on which runs die does not always come before the same others.
    random.shuffle(visits)
    return sum(_attempt(visit, now) for visit in visits)


def _attempt(visit: Visit, now: int) -> int:
    try:
        with on_behalf_of(visit.account, lambda: now):
            return _visit(visit, now)
    except Exception:
        log.exception("Account %s could not be looked at; the next run tries again", visit.account)
        return 0


def _visit(visit: Visit, now: int) -> int:
    context = Context(visit.account, "", OWNER, now, str)
    zone = account_zone(Work(context, {}).load(ACCOUNT, SETTINGS_ID).data)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    told = 0
    for row in walk(_open(context)):
        invoice = from_raw(INVOICE.kind, row)
        invoice.data = INVOICE.full(invoice.data)
        if not _news(invoice, today):
            continue
        if told == MOST:
            return told
        told += _tell(context, invoice, today)
    with suppress(Lost):
        rounds.put_off(rounds.OVERDUE, visit, _midnight(today, zone))
    return told


def _open(context: Context) -> Range:
    """Invoices that may be owed. What is just being written may be missed until the next day."""
    return range_of(
        context, INVOICE.kind, "", descending=False, consistent=False, absent=("s",),
        equal=(("t", STANDARD),), among=(("st", tuple(OPEN)),),
    )  # fmt: skip


def _midnight(today: date, zone: ZoneInfo) -> int:
    """When the account's next day begins, in epoch seconds."""
    return int(datetime.combine(today + timedelta(days=1), daytime(), zone).timestamp())


def _missed(invoice: Record, today: date) -> list[str]:
    """The due dates of an invoice that went by of late."""
    data = invoice.data
    is_owed = invoice.subtype == STANDARD and invoice.is_active and invoice.status in OPEN
    if not (is_owed and data["is_public"] and Decimal(data["balance"]) > 0):
        return []
    days = missed(data["due_date"], Decimal(data["partial"]), data["partial_due_date"], today)
    return [day for day in days if day >= (today - OLDEST).isoformat()]


def _news(invoice: Record, today: date) -> bool:
    return not set(_missed(invoice, today)) <= set(invoice.data["overdue_told"])


def _tell(context: Context, seen: Record, today: date) -> bool:
    """Once for each due date, whoever else is at it. False: there was nothing to tell any more."""

    def decide(work: Work) -> bool:
        work.fetch((work.key(INVOICE.kind, seen.id), work.key(CLIENT.kind, seen.client)))
        invoice = work.find(INVOICE, seen.id)
        if invoice is None or not _news(invoice, today) or not listeners(work.head, OVERDUE):
            return False
        invoice.data["overdue_told"] = _missed(invoice, today)
        books.annotate(work, invoice)
        work.tell(INVOICE, invoice, OVERDUE)
        return True

    return transact(context, decide)
