"""A commit happens wholly or not at all, and says which rows it lost to others."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.operations.rows import LONGEST_SORT
from chalicelib.store import codec, event, record
from chalicelib.store.commit import (
    MOST_ACTIONS,
    MOST_BYTES_AT_ONCE,
    Lost,
    Put,
    Removal,
    commit,
    largest_body,
)
from chalicelib.store.event import Event
from chalicelib.store.models import LookupRow, RecordRow
from chalicelib.store.reads import EVENTS, RECORDS, Key, get_row, get_rows, lookup_key, record_key
from chalicelib.store.record import Record
from tests.faults.hooks import answering, dynamodb, hooked, refusal


def put(account: str, number: int, replaces: int = 0, **data: Any) -> Put:
    made = Record("product", number, data, version=replaces, updated=1)
    return Put(record_key(account, "product", number), record.to_row(account, made), replaces)


def removal(account: str, number: int, replaces: int) -> Removal:
    return Removal(record_key(account, "product", number), replaces)


def data(key: Key) -> Any:
    row = get_row(key)
    return codec.unpack(row["b"]["B"]) if row else None


def test_rows_of_all_tables_are_written_together(account: str) -> None:
    key = lookup_key("token", account)
    lookup = Put(key, LookupRow(key=key.partition, version=1, body=codec.pack(1)), 0)
    happened = event.to_row(account, Event("product.created", sequence=1))
    entry = Put(Key(EVENTS, account, happened.sequence), happened, 0)
    row = put(account, 1)
    commit([], [lookup, entry, row])
    assert all(get_rows([key, entry.key, row.key]).values())


def test_a_version_is_replaced_once(account: str) -> None:
    commit([], [put(account, 1, name="a")])
    commit([], [put(account, 1, replaces=1, name="b")])
    with pytest.raises(Lost) as lost:
        commit([], [put(account, 1, replaces=1, name="c")])
    assert lost.value.keys == [put(account, 1).key]
    assert data(put(account, 1).key) == {"name": "b"}


def test_a_new_row_never_replaces_one(account: str) -> None:
    commit([], [put(account, 1, name="a")])
    with pytest.raises(Lost):
        commit([], [put(account, 1, name="b")])
    happened = event.to_row(account, Event("a.b", sequence=1))
    entry = Put(Key(EVENTS, account, happened.sequence), happened, 0)
    commit([], [entry])
    with pytest.raises(Lost) as lost:
        commit([], [entry])
    assert lost.value.keys == [entry.key]


def test_every_lost_row_is_named_whatever_its_place(account: str) -> None:
    """PynamoDB sends deletes before puts, and DynamoDB's reasons come in the order sent."""
    commit([], [put(account, number) for number in (1, 2, 3, 4)])
    removals = [removal(account, 1, 1), removal(account, 2, 7)]
    puts = [put(account, 3, replaces=1), put(account, 4, replaces=9), put(account, 5)]
    with pytest.raises(Lost) as lost:
        commit(removals, puts)
    assert lost.value.keys == [removals[1].key, puts[1].key]
    keys = [*(item.key for item in removals), *(item.key for item in puts)]
    assert [bool(row) for row in get_rows(keys).values()] == [True, True, True, True, False]


def test_a_row_is_removed_at_its_version_only(account: str) -> None:
    commit([], [put(account, 1)])
    with pytest.raises(Lost):
        commit([removal(account, 1, 2)], [])
    commit([removal(account, 1, 1)], [])
    assert get_row(put(account, 1).key) is None


def test_of_many_writers_one_wins_each_version(account: str) -> None:
    commit([], [put(account, 1)])

    def write(name: int) -> bool:
        try:
            commit([], [put(account, 1, replaces=1, name=name)])
        except Lost:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))
    assert won.count(True) == 1
    assert data(put(account, 1).key) == {"name": won.index(True)}


def _cancelled(*codes: str) -> Any:
    reasons = [{"Code": code, "Message": "injected"} for code in codes]
    return lambda request: refusal(request, "TransactionCanceledException", CancellationReasons=reasons)


@pytest.mark.parametrize("code", ["TransactionConflict", "ConditionalCheckFailed"])
def test_a_conflict_names_its_row(account: str, code: str) -> None:
    puts = [put(account, 1), put(account, 2)]
    with (
        answering(dynamodb(), "TransactWriteItems", 1, _cancelled("None", code)),
        pytest.raises(Lost) as lost,
    ):
        commit([], puts)
    assert lost.value.keys == [puts[1].key]


@pytest.mark.parametrize("code", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_row_names_none(account: str, code: str) -> None:
    with answering(dynamodb(), "TransactWriteItems", 1, _cancelled(code)), pytest.raises(Lost) as lost:
        commit([], [put(account, 1)])
    assert not lost.value.keys


def test_a_throttled_table_names_none(account: str) -> None:
    throttled = answering(
        dynamodb(), "TransactWriteItems", 9, lambda request: refusal(request, "ThrottlingException")
    )
    with throttled as met, pytest.raises(Lost) as lost:
        commit([], [put(account, 1)])
    assert not lost.value.keys
    assert len(met) == 3


def test_a_commit_whose_answer_was_lost_is_not_made_twice(account: str) -> None:
    """botocore sends the same token again, and DynamoDB answers from what it did."""
    tokens: list[str] = []

    def lose(request: Any, **_: Any) -> None:
        tokens.append(json.loads(request.body)["ClientRequestToken"])
        if len(tokens) == 1:
            dynamodb()._endpoint.http_session.send(request)
            raise ReadTimeoutError(endpoint_url=request.url)

    with hooked(dynamodb(), "before-send.TransactWriteItems", lose):
        commit([], [put(account, 1, name="a")])
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]
    row = get_row(put(account, 1).key)
    assert row is not None
    assert row["v"] == {"N": "1"}


@pytest.mark.parametrize(
    ("code", "status"), [("TransactionInProgressException", 400), ("InternalServerError", 500)]
)
def test_an_unknown_outcome_is_not_taken_for_a_lost_one(account: str, code: str, status: int) -> None:
    """Deciding anew could do twice what the first attempt is still doing."""
    failing = answering(dynamodb(), "TransactWriteItems", 9, lambda request: refusal(request, code, status))
    with failing, pytest.raises(Unavailable):
        commit([], [put(account, 1)])


def _sized(account: str, number: int, size: int, **fields: Any) -> Put:
    row = record.to_row(account, Record("product", number, updated=1, **fields))
    row.body = b"\x00" * size
    return Put(record_key(account, "product", number), row, 0)


@pytest.mark.parametrize("fields", [{}, {"client": 7}, {"client": 7, "subtype": 2}])
def test_the_largest_row_fits_with_its_copies_in_the_indexes(account: str, fields: dict[str, Any]) -> None:
    largest = largest_body(_sized(account, 1, 0, **fields).row)
    filled = {
        "state": 1,
        "status": 6,
        "owner": 10**6,
        "balance": Decimal(10) ** 15,
        "paid": Decimal(10) ** 15,
    }
    commit([], [_sized(account, 1, largest, **fields, **filled)])
    with pytest.raises(InvalidInput):
        commit([], [_sized(account, 2, largest + 1, **fields)])
    assert get_row(record_key(account, "product", 2)) is None


def test_the_largest_pointer_and_event_fit(account: str) -> None:
    key = Key(RECORDS, f"{account}#pointer", "p" * LONGEST_SORT)
    pointer = RecordRow(partition=key.partition, ident=key.sort, version=1, body=b"")
    pointer.body = b"\x00" * largest_body(pointer)
    happened = event.to_row(account, Event("a.b", sequence=1, client=1))
    happened.body = b"\x00" * largest_body(happened)
    entry = Put(Key(EVENTS, account, happened.sequence), happened, 0)
    commit([], [Put(key, pointer, 0), entry])
    assert all(get_rows([key, entry.key]).values())


def test_transactions_that_are_too_large_are_refused(account: str) -> None:
    for puts in (
        [_sized(account, number, 200_000) for number in range(1, 21)],
        [put(account, number) for number in range(1, MOST_ACTIONS + 2)],
    ):
        with pytest.raises(InvalidInput):
            commit([], puts)
        assert get_row(put(account, 1).key) is None


def test_the_fullest_transactions_fit(account: str) -> None:
    commit([], [put(account, number) for number in range(1, MOST_ACTIONS + 1)])
    size = MOST_BYTES_AT_ONCE // 20
    commit([], [_sized(account, 1_000 + number, size) for number in range(20)])
