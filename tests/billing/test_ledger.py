"""Postings sum to zero whatever happened, and the books add up to what records store."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.ledger import (
    Book,
    Posting,
    credited,
    invoiced,
    is_balanced,
    kept,
    received,
    total,
    withdrawn,
)

MONEY = st.integers(-1_000_000, 1_000_000).map(lambda n: Decimal(n).scaleb(-2))
NUMBERS = st.integers(1, 99)
ENTRIES = st.one_of(
    st.builds(invoiced, NUMBERS, MONEY),
    st.builds(received, NUMBERS, MONEY),
    st.builds(withdrawn, NUMBERS, MONEY, MONEY),
    st.builds(credited, NUMBERS, MONEY),
)


@given(st.lists(ENTRIES, max_size=6))
def test_every_entry_and_every_sequence_of_entries_sums_to_zero(entries: list[list[Posting]]) -> None:
    assert all(map(is_balanced, entries))
    together = [posting for entry in entries for posting in entry]
    assert is_balanced(together)
    assert is_balanced(kept(together))


@pytest.mark.parametrize(
    ("entry", "receivable", "paid", "credit"),
    [
        (invoiced(7, Decimal(100)), "100", "0", "0"),
        (invoiced(7, Decimal(-40)), "-40", "0", "0"),
        (received(7, Decimal(60)), "-60", "60", "0"),
        (received(7, Decimal(-60)), "60", "-60", "0"),
        (withdrawn(7, Decimal(30), Decimal(60)), "-30", "-60", "0"),
        (withdrawn(7, Decimal(-30), Decimal(-60)), "30", "60", "0"),
        (credited(3, Decimal(25)), "0", "0", "-25"),
        (credited(3, Decimal(-25)), "0", "0", "25"),
    ],
)
def test_what_an_entry_adds_to_the_books(
    entry: list[Posting], receivable: str, paid: str, credit: str
) -> None:
    assert total(entry, "receivable") == Decimal(receivable)
    assert total(entry, "paid") == Decimal(paid)
    assert total(entry, "credit") == Decimal(credit)


@pytest.mark.parametrize(
    ("entry", "book", "document"),
    [
        (invoiced(7, Decimal(1)), "receivable", 7),
        (received(7, Decimal(1)), "receivable", 7),
        (withdrawn(7, Decimal(1), Decimal(2)), "receivable", 7),
        (credited(3, Decimal(1)), "credit", 3),
    ],
)
def test_the_document_stands_on_its_own_book_alone(entry: list[Posting], book: Book, document: int) -> None:
    assert {(row.book, row.document) for row in entry if row.document} == {(book, document)}


@given(MONEY, MONEY)
def test_deleting_an_invoice_undoes_all_that_it_and_its_payments_entered(
    amount: Decimal, paid: Decimal
) -> None:
    entries = invoiced(1, amount) + received(1, paid) + withdrawn(1, amount - paid, paid)
    books: tuple[Book, ...] = ("receivable", "paid", "revenue")
    assert [total(entries, book) for book in books] == [0, 0, 0]


def test_a_lopsided_entry_is_not_balanced() -> None:
    assert not is_balanced([Posting("paid", Decimal("0.01"))])
    assert is_balanced([])


def test_postings_of_nothing_are_dropped() -> None:
    assert kept(received(1, Decimal(0)) + received(2, Decimal(5))) == received(2, Decimal(5))
