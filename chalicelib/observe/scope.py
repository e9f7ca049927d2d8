"""What is being worked on, for whom, and what that has consumed so far.

Each request, invocation and message has a scope of its own. Whatever runs within one finds it by itself, so
nothing has to be handed through the layers; a new thread has to be given a copy of the context.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from time import perf_counter
from typing import Any

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})

_lock = Lock()


class Scope:
    """`label` is a route or a function. `request` is API Gateway's id, `invocation` Lambda's.

    `account` is whose work it is, empty while nobody is known; it `is_trusted` when a token proved it.
    `reads` and `writes` are DynamoDB's units as its answers report them; an error reports none, though a
    refused condition costs. `seconds` are those spent waiting, by service. `done` counts what else happened,
    such as mails. `served` are the accounts of the parts.
    """

    def __init__(self, label: str = "", request: str = "", invocation: str = "", account: str = "") -> None:
        self.label, self.request, self.invocation, self.account = label, request, invocation, account
        self.is_trusted = False
        self.calls = 0
        self.reads, self.writes = 0.0, 0.0
        self.seconds: dict[str, float] = {}
        self.done: Counter[str] = Counter()
        self.served: set[str] = set()

    def called(self, operation: str, seconds: float, answer: Mapping[str, Any]) -> None:
        """A call of DynamoDB; one that failed has an empty answer."""
        self.calls += 1
        self.waited("dynamodb", seconds)
        consumed = answer.get("ConsumedCapacity") or ()
        for one in (consumed,) if isinstance(consumed, dict) else consumed:
            self._consumed(operation, one)

    def _consumed(self, operation: str, one: Mapping[str, Any]) -> None:
        """Only transactions tell reads and writes apart; one that is repeated under its token reads."""
        if "ReadCapacityUnits" in one or "WriteCapacityUnits" in one:
            self.reads += one.get("ReadCapacityUnits", 0)
            self.writes += one.get("WriteCapacityUnits", 0)
        elif operation in READS:
            self.reads += one["CapacityUnits"]
        else:
            self.writes += one["CapacityUnits"]

    def waited(self, service: str, seconds: float) -> None:
        self.seconds[service] = self.seconds.get(service, 0.0) + seconds

    def part(self, account: str) -> Scope:
        """A scope within this one, for the work of an account."""
        return Scope(self.label, self.request, self.invocation, account)

    def absorb(self, part: Scope) -> None:
        """Add what a part consumed, whatever its thread."""
        with _lock:
            self.calls += part.calls
            self.reads += part.reads
            self.writes += part.writes
            self.done.update(part.done)
            self.served.update((part.account,) if part.account else ())
            for service, seconds in part.seconds.items():
                self.waited(service, seconds)


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """That of the running code; outside of every scope one that nobody looks at."""
    return _current.get() or Scope()


@contextmanager
def entered(scope: Scope) -> Iterator[Scope]:
    """Make a scope the current one; the one around it gets what it consumed."""
    outer, token = _current.get(), _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
        if outer is not None:
            outer.absorb(scope)


@contextmanager
def waiting(service: str) -> Iterator[None]:
    """Count the time within as spent waiting for a service."""
    began = perf_counter()
    try:
        yield
    finally:
        current().waited(service, perf_counter() - began)


def belongs_to(account: str, is_trusted: bool = False) -> None:
    """Say whose work the current scope is."""
    scope = current()
    scope.account, scope.is_trusted = account, is_trusted


def count(what: str, number: int = 1) -> None:
    current().done[what] += number
