"""Proving an account's books: everything that is owed and paid, recomputed from the ledger alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from chalicelib.billing.ledger import Posting, is_balanced
from chalicelib.errors import Busy, Unauthorized
from chalicelib.operations.context import Context
from chalicelib.operations.lists import range_of, read_head
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, CREDIT, INVOICE
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.store.event import Event
from chalicelib.store.event import from_raw as event_from_raw
from chalicelib.store.reads import EVENTS, Range, query
from chalicelib.store.record import Raw, Record, from_raw

ZERO = Decimal(0)
MOST_SHOWN = 100
MOST_TRIES = 5


@dataclass(slots=True)
class Books:
    """Sums of the ledger: per client for `receivable` and `paid`, per document for invoices and credits."""

    events: int = 0
    postings: int = 0
    receivable: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    paid: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    invoices: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    credits: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unbalanced: list[str] = field(default_factory=list)

    def enter(self, event: Event) -> None:
        self.events += 1
        postings = [
            Posting(book, Decimal(amount), document)
            for book, amount, document in event.body.get("postings", ())
        ]
        if not is_balanced(postings):
            self.unbalanced.append(f"event {event.sequence} does not sum to zero")
        for posting in postings:
            self._post(event.body["payer"], posting)

    def _post(self, client: int, posting: Posting) -> None:
        self.postings += 1
        if posting.book == "receivable":
            self.receivable[client] += posting.amount
            self.invoices[posting.document] += posting.amount
        elif posting.book == "paid":
            self.paid[client] += posting.amount
        elif posting.book == "credit":
            self.credits[posting.document] -= posting.amount


def prove(context: Context) -> Data:
    """Whether client totals, invoice balances and credit balances all equal their ledger, with counts.

    Unauthorized: the books are for administrators and those who may see reports. Busy: the account was
    written to during every attempt.
    """
    if not context.may("view", "reports"):
        raise Unauthorized
    for _ in range(MOST_TRIES):
        before = read_head(context)
        result = _compare(context, before.sequence)
        if read_head(context).version == before.version:
            return result
    raise Busy


def _compare(context: Context, last: int) -> Data:
    """The comparison as far as one reading shows it; writes in between would look like differences."""
    books = Books()
    missing = _read_ledger(context, books)
    if not missing and books.events != last:
        missing = [f"the ledger has {books.events} events of {last}"]
    found = [*missing, *books.unbalanced]
    counts = {"clients": 0, "invoices": 0, "credits": 0}
    for kind in CHECKS:
        for record in _all(context, kind):
            counts[f"{kind}s"] += 1
            found += differences(books, record)
    return {
        "balanced": not found,
        "events": books.events,
        "postings": books.postings,
        **counts,
        "differences": found[:MOST_SHOWN],
    }


def differences(books: Books, record: Record) -> list[str]:
    """How a record differs from the books; nothing for kinds that are not in them."""
    check = CHECKS.get(record.kind)
    return check(books, record) if check else []


def _read_ledger(context: Context, books: Books) -> list[str]:
    """Enter every event; answers what is wrong with their sequence, which has no gaps."""
    expected = 1
    start: Raw | None = None
    while True:
        rows, _, start = query(Range(EVENTS, context.account, descending=False), None, start)
        for event in map(event_from_raw, rows):
            if event.sequence != expected:
                return [f"event {expected} is missing"]
            books.enter(event)
            expected += 1
        if start is None:
            return []


def _all(context: Context, kind: str) -> Iterator[Record]:
    start: Raw | None = None
    while True:
        rows, _, start = query(range_of(context, kind, "", descending=False), None, start)
        yield from (from_raw(kind, row) for row in rows)
        if start is None:
            return


def _client(books: Books, client: Record) -> list[str]:
    found = []
    if (client.balance or ZERO) != books.receivable[client.id]:
        found.append(f"client {client.id}: balance {client.balance}, ledger {books.receivable[client.id]}")
    if (client.paid or ZERO) != books.paid[client.id]:
        found.append(f"client {client.id}: paid to date {client.paid}, ledger {books.paid[client.id]}")
    return found


def _invoice(books: Books, invoice: Record) -> list[str]:
    """A standard, public, living invoice is in the books with its balance, any other one with nothing."""
    counted = invoice.subtype == STANDARD and invoice.data.get("is_public") and not invoice.is_deleted
    expected = Decimal(invoice.data.get("balance", "0")) if counted else ZERO
    if expected == books.invoices[invoice.id]:
        return []
    return [f"invoice {invoice.id}: balance {expected}, ledger {books.invoices[invoice.id]}"]


def _credit(books: Books, credit: Record) -> list[str]:
    expected = ZERO if credit.is_deleted else Decimal(credit.data.get("balance", "0"))
    if expected == books.credits[credit.id]:
        return []
    return [f"credit {credit.id}: balance {expected}, ledger {books.credits[credit.id]}"]


CHECKS = {CLIENT.kind: _client, INVOICE.kind: _invoice, CREDIT.kind: _credit}
