"""Draws what has just been published, so that its first download finds it in S3.

The event is in the feed anyway and asks for nothing, so this costs its commit nothing: the stream sees it. A
drawing's key is its content, so doing it again draws nothing; one that fails is left to the download.
"""

from __future__ import annotations

import logging
import time

from chalicelib.delivery.actor import acting
from chalicelib.operations import printing
from chalicelib.store import outbox
from chalicelib.store.event import from_raw
from chalicelib.store.reads import get_row

log = logging.getLogger(__name__)

PUBLISHED = frozenset({"invoice.sent", "quote.sent"})


def keep(account: str, sequence: int) -> None:
    """The document as it now is: event, document and client are read, nothing is written but the object."""
    row = get_row(outbox.key_of(account, sequence))
    if row is None:
        return
    item = from_raw(row)
    try:
        printing.printed(acting(account, item.body["user"], int(time.time())), item.body["id"])
    except Exception as error:
        log.warning("What event %s %s published is drawn when it is asked for: %r", account, sequence, error)
