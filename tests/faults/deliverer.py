"""A process that delivers as `make run` does, for tests that kill it. Its clock is some seconds ahead.

The leases and pauses of those that were killed before it so are over, and nobody has to wait for them.
"""

from __future__ import annotations

import sys
import time

import app
from chalicelib.delivery import queues, sweeper, worker
from chalicelib.local import relay
from chalicelib.local.sources import Queue, Stream
from chalicelib.store.reads import EVENTS


def main() -> None:
    ahead = float(sys.argv[1])

    def clock() -> float:
        return time.time() + ahead

    relay.IDLE_SECONDS, relay.SWEEP_SECONDS = 0.2, 0.5
    queues.BATCHES[queues.WEBHOOKS] = 5
    working = [Queue(name, lambda batch, _: worker.work(batch, clock)) for name in queues.BATCHES]
    relay.Relay(Stream(EVENTS, app.stream), working, lambda: sweeper.sweep(clock)).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
