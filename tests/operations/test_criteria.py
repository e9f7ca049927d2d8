"""Filters over whole records and their order, against the plainest way to say the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.operations import cursors
from chalicelib.operations.criteria import Criteria, Position, position
from chalicelib.operations.cursors import Cursor
from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.shape import Shape, day, kept, money, text
from chalicelib.resources.registry import RESOURCES
from chalicelib.store.record import Record

TODAY = date(2026, 11, 22)
LINE = Shape("line", (text("notes"),))
SHAPE = Shape(
    "thing",
    (text("name"), text("last"), day("made_on"), day("due_on"), money("balance"), kept("created_at", 0)),
    children={"lines": LINE},
)
FILTERS = Filterable(
    text=("name+last", "lines.notes"),
    date="made_on",
    due="due_on",
    undue=frozenset({3}),
    balance="balance",
    words={"high": Word(frozenset({4, 5})), "named": Word(test=lambda _, data, __: bool(data["name"]))},
    sorts=("name", "balance"),
)

letters = st.text("abÄß", max_size=3)
days = st.sampled_from(("", "2026-01-01", "2026-01-02", "2026-12-31"))
amounts = st.sampled_from(("0", "-1", "9", "10.50", "100"))
records = st.builds(
    Record,
    kind=st.just("thing"),
    id=st.integers(1, 10**10 - 1),
    data=st.fixed_dictionaries(
        {},
        optional={
            "name": letters,
            "last": letters,
            "made_on": days,
            "due_on": days,
            "balance": amounts,
            "lines": st.lists(st.fixed_dictionaries({"notes": letters}), max_size=2),
        },
    ),
    updated=st.integers(0, 2**31),
    subtype=st.sampled_from((1, 3)),
    status=st.integers(1, 6),
)
wishes = st.fixed_dictionaries(
    {},
    optional={
        "text": letters,
        "date_from": days,
        "date_to": days,
        "due_before": days,
        "balance_gt": amounts.map(Decimal),
        "words": st.lists(st.sampled_from(sorted(FILTERS.words)), max_size=2).map(tuple),
    },
)


def is_wanted(record: Record, wish: dict[str, Any]) -> bool:
    data = {"name": "", "last": "", "made_on": "", "due_on": "", "balance": "0", "lines": []} | record.data
    shown = [f"{data['name']} {data['last']}", *(line["notes"] for line in data["lines"])]
    high, named = record.status in (4, 5), data["name"] != ""
    rules = [
        wish.get("text", "").casefold() in "\n".join(shown).casefold(),
        not wish.get("date_from") or data["made_on"] >= wish["date_from"],
        not wish.get("date_to") or "" < data["made_on"] <= wish["date_to"],
        not wish.get("due_before") or (record.subtype != 3 and "" < data["due_on"] < wish["due_before"]),
        "balance_gt" not in wish or Decimal(data["balance"]) > wish["balance_gt"],
        not wish.get("words") or ("high" in wish["words"] and high) or ("named" in wish["words"] and named),
    ]
    return all(rules)


@given(found=st.lists(records, max_size=20), wish=wishes)
def test_filters_equal_a_plain_look(found: list[Record], wish: dict[str, Any]) -> None:
    words = tuple(FILTERS.words[name] for name in wish.get("words", ()))
    criteria = Criteria(SHAPE, FILTERS, TODAY, **{**wish, "words": words})
    assert list(filter(criteria.matches, found)) == [record for record in found if is_wanted(record, wish)]
    assert criteria.is_empty == (not any(wish.values()) and "balance_gt" not in wish)


@given(found=st.lists(records, max_size=20), order=st.sampled_from(("name", "balance", "updated", "created")))
def test_places_sort_as_their_fields_do(found: list[Record], order: str) -> None:
    keys: dict[str, Callable[[Record], Any]] = {
        "name": lambda record: record.data.get("name", "").casefold(),
        "balance": lambda record: Decimal(record.data.get("balance", "0")),
        "updated": lambda record: record.updated,
        "created": lambda record: 0,
    }
    by_place = sorted(found, key=lambda record: position(record, SHAPE, order))
    assert by_place == sorted(found, key=lambda record: (keys[order](record), record.id))


@given(record=records, order=st.sampled_from(("name", "balance", "updated")), total=st.integers(0, 10**9))
def test_cursors_carry_a_place(record: Record, order: str, total: int) -> None:
    cursor = Cursor(position(record, SHAPE, order), total, exact=bool(total % 2))
    text = cursors.write("tag", cursor)
    assert cursors.read("tag", text) == cursor
    with pytest.raises(InvalidInput):
        cursors.read("other", text)


@given(text=st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(InvalidInput):
        cursors.read("tag", text)


def test_moments_count_as_their_day() -> None:
    filters = Filterable()
    made = Record("thing", 1, {"created_at": 1_795_305_599})
    assert Criteria(SHAPE, filters, TODAY, date_to="2026-11-21").matches(made)
    assert not Criteria(SHAPE, filters, TODAY, date_from="2026-11-22").matches(made)
    assert not Criteria(SHAPE, filters, TODAY, date_from="1970-01-01").matches(Record("thing", 1))


def test_places_tell_records_apart() -> None:
    assert Position(0, "a", 1) < Position(0, "a", 2) < Position(0, "b", 1)


@pytest.mark.parametrize("name", RESOURCES)
def test_declarations_name_fields_that_exist(name: str) -> None:
    resource = RESOURCES[name]
    filters, shape = resource.filters, resource.shape
    known = set(shape.defaults)
    assert set(filters.sorts) <= known | {"client_id"}
    for spec in filters.text:
        child, _, names = spec.rpartition(".")
        fields = shape.children[child].defaults if child else shape.defaults
        assert set(names.split("+")) <= set(fields), spec
    assert {filters.due, filters.balance} - {""} <= known
    assert filters.date in known or name == "documents"
