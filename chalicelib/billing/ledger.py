"""Double entry: every change of money as postings that sum to zero.

Books of an account, each per client and currency:

- `receivable` what a client owes, per invoice: adds up to the client's balance
- `paid` what counts as paid: adds up to the client's paid to date
- `revenue` the other side of what was invoiced
- `credit` what the account owes a client, per credit: adds up to minus the credits' balances
- `unapplied` money and goodwill behind credits
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, NamedTuple

Book = Literal["receivable", "paid", "revenue", "credit", "unapplied"]

ZERO = Decimal(0)


class Posting(NamedTuple):
    """`document` is the id of the invoice (`receivable`) or credit (`credit`) it belongs to, else 0."""

    book: Book
    amount: Decimal
    document: int = 0


def invoiced(invoice: int, change: Decimal) -> list[Posting]:
    """A counted invoice's total changed by so much."""
    return [Posting("receivable", change, invoice), Posting("revenue", -change)]


def received(invoice: int, amount: Decimal) -> list[Posting]:
    """A payment of an invoice; negative when it is taken back."""
    return [Posting("receivable", -amount, invoice), Posting("paid", amount)]


def withdrawn(invoice: int, balance: Decimal, paid: Decimal) -> list[Posting]:
    """An invoice left the books with its open balance and what was paid; negative when it comes back."""
    return [
        Posting("receivable", -balance, invoice),
        Posting("paid", -paid),
        Posting("revenue", balance + paid),
    ]


def credited(credit: int, amount: Decimal) -> list[Posting]:
    """A credit's balance grew by so much; negative when it was used, lowered or deleted."""
    return [Posting("credit", -amount, credit), Posting("unapplied", amount)]


def is_balanced(postings: Iterable[Posting]) -> bool:
    return sum((posting.amount for posting in postings), ZERO) == 0


def total(postings: Iterable[Posting], book: Book) -> Decimal:
    """What the postings add to one book."""
    return sum((posting.amount for posting in postings if posting.book == book), ZERO)


def kept(postings: Iterable[Posting]) -> list[Posting]:
    """Without postings of nothing."""
    return [posting for posting in postings if posting.amount]
