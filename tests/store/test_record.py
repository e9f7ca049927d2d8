"""Records, heads and events between their rows and the code."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.store import event, head, record
from chalicelib.store.event import Event
from chalicelib.store.head import Head
from chalicelib.store.models import Table
from chalicelib.store.record import Record

SECONDS = st.integers(0, 9_999_999_999)
NUMBERS = st.integers(1, 9_999_999_999)
MONEY = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
DATA = st.dictionaries(st.text(max_size=20), st.text() | st.integers(0, 10**9) | st.none(), max_size=8)
RECORDS = st.builds(
    Record,
    kind=st.just("invoice"),
    id=NUMBERS,
    data=DATA,
    version=st.integers(0, 10**9),
    updated=SECONDS,
    state=st.integers(0, 2),
    owner=st.integers(0, 10**6),
    client=st.integers(0, 9_999_999_999),
    subtype=st.integers(0, 3),
    status=st.integers(0, 6),
    balance=st.none() | MONEY,
    paid=st.none() | MONEY,
)
COUNTS = st.dictionaries(st.text(min_size=1, max_size=9), st.integers(0, 10**9), max_size=5)


def raw(row: Table) -> dict[str, dict[str, Any]]:
    """The row as DynamoDB answers it."""
    return row.serialize()


@given(RECORDS)
def test_a_record_comes_back_one_version_up(made: Record) -> None:
    found = record.from_raw("invoice", raw(record.to_row("acme", made)))
    made.version += 1
    assert found == made


@given(RECORDS, RECORDS)
def test_rows_sort_as_their_numbers_do(one: Record, other: Record) -> None:
    first, second = raw(record.to_row("acme", one)), raw(record.to_row("acme", other))
    assert (first["sk"]["S"] < second["sk"]["S"]) == (one.id < other.id)
    assert (first["u"]["S"] < second["u"]["S"]) == ((one.updated, one.id) < (other.updated, other.id))


@given(RECORDS)
def test_only_rows_that_belong_there_are_in_the_indexes(made: Record) -> None:
    row = raw(record.to_row("acme", made))
    assert ("c" in row) == bool(made.client)
    assert ("q" in row) == (made.subtype > 1)
    assert not {"x1", "x2"} & set(row)


def test_money_keeps_every_digit() -> None:
    amount = Decimal("12345678901234567890.123456789")
    row = record.to_row("acme", Record("client", 1, balance=amount))
    assert record.from_raw("client", raw(row)).balance == amount


@given(
    st.builds(
        Head,
        version=st.integers(0, 10**9),
        sequence=st.integers(0, 10**12 - 1),
        ids=COUNTS,
        numbers=COUNTS,
        counts=st.dictionaries(st.text(min_size=1, max_size=9), COUNTS, max_size=3),
    )
)
def test_a_head_comes_back_one_version_up(made: Head) -> None:
    found = head.from_raw(raw(head.to_row("acme", made)))
    made.version += 1
    assert found == made


def test_an_account_begins_with_an_empty_head() -> None:
    assert head.from_raw(None) == Head()


def test_ids_count_from_one_for_each_kind() -> None:
    made = Head()
    assert [made.next_id("client"), made.next_id("client"), made.next_id("invoice")] == [1, 2, 1]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=30))
def test_totals_agree_with_what_was_counted(cells: list[tuple[int, int]]) -> None:
    made = Head()
    for subtype, state in cells:
        made.count(Record("invoice", 1, subtype=subtype, state=state), +1)
    assert made.total("invoice") == len(cells)
    for subtype in range(4):
        assert made.total("invoice", subtype) == sum(cell[0] == subtype for cell in cells)
        for state in range(3):
            assert made.total("invoice", subtype, state) == cells.count((subtype, state))
    for state in range(3):
        assert made.total("invoice", state=state) == sum(cell[1] == state for cell in cells)


@given(
    st.builds(
        Event,
        name=st.text(min_size=1),
        body=DATA.filter(lambda body: "name" not in body),
        client=st.integers(0, 10**9),
        due=st.none() | SECONDS.filter(bool),
        sequence=st.integers(1, 10**12 - 1),
        attempts=st.integers(0, 20),
        account=st.just("acme"),
    )
)
def test_an_event_comes_back(made: Event) -> None:
    row = raw(event.to_row("acme", made))
    assert event.from_raw(row) == made
    assert ("d" in row) == ("at" in row) == (made.due is not None)
