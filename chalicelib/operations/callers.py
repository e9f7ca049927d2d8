"""Who tokens speak for, remembered for a while by this container."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from chalicelib.operations.context import Context

MOST = 1_000
KINDS = frozenset({"user", "account", "account_token"})
"""Records that decide what a token may do: a change of one forgets what is known of its account."""


class Callers:
    """Keyed by the hash of a token, so that no clear one stays in memory. Times are of a monotonic clock."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[float, Context]] = OrderedDict()
        self._lock = Lock()
        self.changes = 0

    def get(self, digest: str, now: float) -> Context | None:
        with self._lock:
            until, context = self._known.get(digest, (0.0, None))
            return context if until > now else None

    def put(self, digest: str, context: Context, until: float, changes: int) -> None:
        """Remember a caller, unless something has changed since the look-up, which began at `changes`."""
        with self._lock:
            if changes != self.changes:
                return
            self._known[digest] = (until, context)
            self._known.move_to_end(digest)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def forget(self, account: str) -> None:
        with self._lock:
            self.changes += 1
            gone = [digest for digest, (_, context) in self._known.items() if context.account == account]
            for digest in gone:
                del self._known[digest]

    def clear(self) -> None:
        with self._lock:
            self.changes += 1
            self._known.clear()


callers = Callers()
