"""Numbers: pattern tokens, the recorded sequences of billing 3.4 played on a small book, universal rules."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.numbering import (
    Allocation,
    Moves,
    NumberContext,
    NumberExhausted,
    Numbering,
    allocate,
    converted_number,
    moves,
    normal,
)

CONTEXT = NumberContext(
    today=date(2026, 11, 22),
    year=2026,
    user_id=1,
    client_id_number="ID7",
    client_custom1="one",
    client_custom2="",
    client_counter=1,
)


@dataclass
class Book:
    """An account with one client, numbering as the store would: allocate, skip, insert, move."""

    invoice: int = 1
    quote: int = 1
    share: bool = True
    padding: int = 4
    prefix: str = ""
    quote_prefix: str = ""
    pattern: str = ""
    quote_pattern: str = ""
    credit: int = 0
    client_invoice: int = 1
    client_quote: int = 1
    numbers: list[str] = field(default_factory=list)

    def add(self, kind: str = "invoice", amount: int = 1, manual: str = "") -> str:
        is_quote = kind == "quote"
        own = is_quote and not self.share
        number = manual or self._draw(is_quote, own)
        self.numbers.append(number)
        moved = moves(self.pattern, is_quote, self.share, Decimal(amount), self.credit > 0)
        self.invoice += moved.invoice
        self.quote += moved.quote
        self.client_invoice += moved.client and not own
        self.client_quote += moved.client and own
        self.credit += moved.credit
        return number

    def _draw(self, is_quote: bool, own: bool) -> str:
        rules = Numbering(
            pattern=self.quote_pattern if is_quote else self.pattern,
            prefix=self.quote_prefix if is_quote else self.prefix,
            padding=self.padding,
        )
        context = replace(CONTEXT, client_counter=self.client_quote if own else self.client_invoice)
        used = {normal(number) for number in self.numbers}
        drawn = allocate(rules, self.quote if own else self.invoice, context, lambda n: normal(n) in used)
        name = ("client_" if drawn.from_client else "") + ("quote" if own else "invoice")
        setattr(self, name, getattr(self, name) + drawn.skipped)
        return drawn.number


def test_shared_counter() -> None:
    book = Book(invoice=5000)
    assert [book.add(), book.add("quote"), book.add()] == ["5000", "5001", "5002"]
    assert book.invoice == 5003


def test_separate_counters() -> None:
    book = Book(invoice=5003, quote=7000, share=False)
    drawn = [book.add(), book.add("quote"), book.add(), book.add("quote")]
    assert drawn == ["5003", "7000", "5004", "7001"]
    assert (book.invoice, book.quote) == (5005, 7002)


def test_counter_set_back_skips_what_is_taken() -> None:
    book = Book(quote=5000, share=False, numbers=[str(n) for n in range(5000, 5005)])
    assert book.add("quote") == "5005"
    assert book.quote == 5006


def test_prefixes() -> None:
    book = Book(invoice=12, prefix="INV-", quote_prefix="Q-")
    assert [book.add(), book.add("quote"), book.add()] == ["INV-0012", "Q-0013", "INV-0014"]
    assert book.invoice == 15


@pytest.mark.parametrize(("padding", "counter", "number"), [(2, 3, "INV-03"), (0, 7, "INV-7")])
def test_padding(padding: int, counter: int, number: str) -> None:
    assert Book(invoice=counter, padding=padding, prefix="INV-").add() == number


def test_manual_numbers_consume_a_counter_value() -> None:
    book = Book(invoice=100, prefix="INV-")
    assert [book.add(manual="MAN1"), book.add()] == ["MAN1", "INV-0101"]
    assert book.invoice == 102


def test_manual_number_ahead_of_the_counter() -> None:
    book = Book(invoice=104, prefix="INV-")
    assert [book.add(manual="INV-0105"), book.add(), book.add()] == ["INV-0105", "INV-0106", "INV-0107"]
    assert book.invoice == 108


@pytest.mark.parametrize(("credit", "credit_after"), [(0, 0), (5, 6)])
def test_negative_invoice_leaves_its_counter_value_to_be_skipped(credit: int, credit_after: int) -> None:
    book = Book(invoice=200, prefix="INV-", credit=credit)
    assert [book.add(amount=-1), book.add()] == ["INV-0200", "INV-0201"]
    assert (book.invoice, book.credit) == (202, credit_after)


def test_year_and_counter() -> None:
    book = Book(invoice=300, pattern="{$year}-{$counter}")
    assert [book.add(), book.add()] == ["2026-0300", "2026-0301"]
    assert book.invoice == 302


def test_client_counter_alone() -> None:
    book = Book(invoice=50, pattern="{$clientIdNumber}-{$clientCounter}")
    assert [book.add(), book.add()] == ["ID7-0001", "ID7-0002"]
    assert (book.invoice, book.client_invoice) == (50, 3)


def test_both_counters() -> None:
    book = Book(invoice=314, client_invoice=3, pattern="{$clientCounter}{$counter}")
    assert [book.add(), book.add()] == ["00030314", "00040315"]
    assert (book.invoice, book.client_invoice) == (316, 5)


def test_client_counter_set_back_moves_on_by_itself() -> None:
    book = Book(pattern="C{$clientCounter}", numbers=["C0001", "c0002 "])
    assert [book.add(), book.add()] == ["C0003", "C0004"]
    assert book.client_invoice == 5


def test_quote_counter_moves_only_by_skipping_when_invoices_count_per_client() -> None:
    book = Book(quote=900, share=False, pattern="{$clientCounter}", quote_pattern="Q{$counter}")
    assert [book.add("quote"), book.add("quote")] == ["Q0900", "Q0901"]
    assert (book.quote, book.client_quote, book.client_invoice) == (901, 3, 1)


def test_a_pattern_that_cannot_move_gives_up() -> None:
    book = Book(pattern="{$year}")
    assert book.add() == "2026"
    with pytest.raises(NumberExhausted, match="2026"):
        book.add()


@pytest.mark.parametrize("pattern", ["{$clientCustom2}", "   "])
def test_a_number_is_never_blank(pattern: str) -> None:
    with pytest.raises(NumberExhausted):
        allocate(Numbering(pattern, "", 4), 1, CONTEXT, lambda _: False)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("PRE{$counter}-{$counter}", "PRE0322-0322"),
        ("{$userId}/{$counter}", "01/0322"),
        ("{$date:Y-m}/{$counter}", "2026-11/0322"),
        ("{$date:Y}{$date:m}{$counter}", "2026{$date:m}0322"),
        ("{$date:d.m.y}{$date:d.m.y}{$counter}", "22.11.2622.11.260322"),
        ("{$date:}{$counter}", "0322"),
        ("{$idNumber}{$clientIdNumber}{$counter}", "ID7ID70322"),
        ("{$clientCustom1}{$custom1}{$clientCustom2}{$custom2}-{$counter}", "oneone-0322"),
        ("{$user_id}-{$counter}", "{$user_id}-0322"),
        ("{$Year}{$COUNTER}{$counter}", "{$Year}{$COUNTER}0322"),
    ],
)
def test_tokens(pattern: str, number: str) -> None:
    assert allocate(Numbering(pattern, "unused", 4), 322, CONTEXT, lambda _: False) == Allocation(number, 0)


def test_client_values_are_not_patterns() -> None:
    context = replace(CONTEXT, client_id_number="{$year}")
    drawn = allocate(Numbering("{$clientIdNumber}{$counter}", "", 1), 5, context, lambda _: False)
    assert drawn.number == "{$year}5"


@pytest.mark.parametrize(("pattern", "number"), [("", "RINV0007"), ("{$year}{$counter}", "R20260007")])
def test_generated_instances_carry_their_prefix(pattern: str, number: str) -> None:
    rules = Numbering(pattern, "INV", 4, recurring_prefix="R")
    assert allocate(rules, 7, CONTEXT, lambda _: False).number == number


@pytest.mark.parametrize(
    ("pattern", "is_quote", "share", "amount", "expected"),
    [
        ("", False, True, 0, Moves(invoice=True)),
        ("", True, True, 1, Moves(invoice=True)),
        ("", True, False, 1, Moves(quote=True)),
        ("{$clientCounter}", True, False, 1, Moves(client=True)),
        ("{$clientCounter}{$counter}", True, False, 1, Moves(quote=True, client=True)),
        ("{$year}", False, True, 1, Moves()),
        ("{$clientCounter}{$counter}", False, True, -1, Moves(credit=True)),
    ],
)
def test_moves(pattern: str, is_quote: bool, share: bool, amount: int, expected: Moves) -> None:
    assert moves(pattern, is_quote, share, Decimal(amount), credit_counter_on=True) == expected


def test_case_and_trailing_spaces_do_not_tell_numbers_apart() -> None:
    assert normal("X-1  ") == normal("x-1") != normal(" x-1")


@pytest.mark.parametrize(
    ("quote", "quote_prefix", "invoice_prefix", "number"),
    [
        ("QUO8000", "QUO", "INV", "INV8000"),
        ("8000", "QUO", "INV", "INV8000"),
        ("QUO8000", "QUO", "", "8000"),
        ("8000", "", "INV", "INV8000"),
        ("8000", "", "", None),
        ("Q8000", "Q", "Q", None),
        ("Q", "Q", "", None),
    ],
)
def test_number_inherited_from_a_quote(
    quote: str, quote_prefix: str, invoice_prefix: str, number: str | None
) -> None:
    assert converted_number(quote, quote_prefix, invoice_prefix) == number


PARTS = st.sampled_from(
    [
        "{$counter}",
        "{$clientCounter}",
        "{$year}",
        "{$date:y}",
        "{$custom1}",
        "{$userId}",
        "{$no}",
        "-",
        "x",
        " ",
    ]
)


@given(
    pattern=st.lists(PARTS, max_size=5).map("".join),
    prefix=st.text("ab- ", max_size=3),
    padding=st.integers(0, 6),
    counter=st.integers(0, 30),
    client_counter=st.integers(0, 30),
    taken=st.sets(st.integers(0, 40), max_size=25),
)
def test_a_number_is_free_and_nothing_free_was_passed_over(
    pattern: str, prefix: str, padding: int, counter: int, client_counter: int, taken: set[int]
) -> None:
    rules = Numbering(pattern, prefix, padding)

    def drawn(n: int, m: int) -> str:
        context = replace(CONTEXT, client_counter=m)
        return allocate(rules, n, context, lambda _: False).number

    moving = not pattern or "ounter}" in pattern
    if not moving and not pattern.strip():
        return
    used = {normal(drawn(n, n)) for n in taken}
    context = replace(CONTEXT, client_counter=client_counter)
    try:
        result = allocate(rules, counter, context, lambda number: normal(number) in used)
    except NumberExhausted:
        assert not moving
        assert normal(drawn(counter, client_counter)) in used
        return
    assert result.number.strip()
    assert normal(result.number) not in used
    passed = [
        drawn(counter, client_counter + k) if result.from_client else drawn(counter + k, client_counter)
        for k in range(result.skipped + 1)
    ]
    assert passed.pop() == result.number
    assert all(normal(number) in used for number in passed)
