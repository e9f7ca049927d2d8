"""The minute sweeper: what no stream record or message will bring about any more."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from chalicelib.delivery import queues, relay
from chalicelib.settings import settings
from chalicelib.store import outbox

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""Events of a shard that one sweep puts into the queues."""
GRACE = 10
"""Seconds that the stream has for an event that nobody tried yet, lest a later one overtakes it."""


def sweep(clock: Callable[[], float] = time.time) -> int:
    """Put what is due into its queue, or do it here where there are no queues; how many events that were."""
    if not settings().queues:
        return relay.run_pending(clock)
    now = int(clock())
    found = sorted(outbox.due(now, AT_ONCE), key=lambda item: item.sequence)
    late = [item for item in found if item.attempts or (item.due or 0) <= now - GRACE]
    unsent = queues.send([queues.wake(item) for item in late])
    if unsent:
        log.warning("%s of %s due events could not be put into their queues", len(unsent), len(late))
    return len(late) - len(unsent)
