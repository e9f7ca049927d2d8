"""Reads find every row that was asked for, in as few calls as can be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.errors import Throttled, Unavailable
from chalicelib.store import record
from chalicelib.store.commit import Put, commit
from chalicelib.store.reads import RECORDS, Key, Range, get_row, get_rows, lookup_key, query, record_key
from chalicelib.store.record import Record
from tests.faults.hooks import answering, counting, dynamodb, hooked, refusal, unreachable

MANY = 130


def stored(account: str, number: int, **fields: Any) -> Key:
    made = Record("product", number, {"name": f"n{number}"}, updated=1_000 + number, **fields)
    key = record_key(account, "product", number)
    commit([], [Put(key, record.to_row(account, made), 0)])
    return key


@pytest.fixture
def keys(account: str) -> list[Key]:
    """Many rows, some with a state, by number from 1."""
    puts = []
    for number in range(1, MANY + 1):
        made = Record("product", number, {}, updated=9_999 - number, client=number % 2, state=number % 3)
        puts.append(Put(record_key(account, "product", number), record.to_row(account, made), 0))
    for start in range(0, MANY, 100):
        commit([], puts[start : start + 100])
    return [put.key for put in puts]


def numbers(rows: list[record.Raw]) -> list[int]:
    return [int(row["sk"]["S"]) for row in rows]


def test_more_rows_than_a_batch_holds_come_in_two_calls(keys: list[Key]) -> None:
    with counting(dynamodb()) as calls:
        found = get_rows(keys)
    assert calls == ["BatchGetItem", "BatchGetItem"]
    assert list(found) == keys
    assert [int(row["sk"]["S"]) for row in found.values() if row] == list(range(1, MANY + 1))


def test_missing_rows_are_none_and_doubles_are_asked_once(account: str) -> None:
    there, missing = stored(account, 1), record_key(account, "product", 2)
    unknown = lookup_key("token", account)
    found = get_rows([there, missing, unknown, there])
    assert found == {there: get_row(there), missing: None, unknown: None}
    assert found[there] is not None


def test_a_single_row_is_got_without_a_batch(account: str) -> None:
    key = stored(account, 1)
    with counting(dynamodb()) as calls:
        assert get_rows([key, key])[key] is not None
    assert calls == ["GetItem"]


def test_nothing_is_got_without_a_call(tables: None) -> None:
    with counting(dynamodb()) as calls:
        assert get_rows([]) == {}
    assert calls == []


def test_unprocessed_keys_are_asked_again(keys: list[Key]) -> None:
    """DynamoDB may leave out any part of a batch, for instance beyond 16 MB."""
    asked: list[int] = []

    def halve(params: dict[str, Any], **_: Any) -> None:
        wanted = json.loads(params["body"])
        rows = wanted["RequestItems"][RECORDS]["Keys"]
        asked.append(len(rows))
        left[:] = rows[len(rows) // 2 :]
        wanted["RequestItems"][RECORDS]["Keys"] = rows[: len(rows) // 2] or rows
        left[:] = left if len(rows) > 1 else []
        params["body"] = json.dumps(wanted).encode()

    def leave(parsed: dict[str, Any], **_: Any) -> None:
        if left:
            parsed["UnprocessedKeys"] = {RECORDS: {"Keys": list(left), "ConsistentRead": True}}

    left: list[Any] = []
    with (
        hooked(dynamodb(), "before-call.BatchGetItem", halve),
        hooked(dynamodb(), "after-call.BatchGetItem", leave),
    ):
        found = get_rows(keys[:20])
    assert asked == [20, 10, 5, 3, 2, 1]
    assert all(found.values())


@pytest.mark.parametrize("index", ["", "updated"])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_meet_without_gap_or_overlap(
    account: str, keys: list[Key], index: str, descending: bool
) -> None:
    partition = record.partition(account, "product")
    wanted = Range(RECORDS, partition, index, descending=descending)
    seen: list[int] = []
    start = None
    while True:
        rows, count, start = query(wanted, 40, start)
        assert count == len(rows)
        seen += numbers(rows)
        if start is None:
            break
    order = list(range(1, MANY + 1))
    assert seen == (order if descending == (index == "updated") else order[::-1])


def test_ranges_and_filters_choose_rows(account: str, keys: list[Key]) -> None:
    partition = record.partition(account, "product")
    low, high = record.ident(10), record.ident(20)
    rows, _, _ = query(Range(RECORDS, partition, low=low, high=high, descending=False), None, None)
    assert numbers(rows) == list(range(10, 21))
    active = Range(RECORDS, partition, low=low, high=high, descending=False, absent=("s",))
    assert numbers(query(active, None, None)[0]) == [12, 15, 18]
    archived = Range(RECORDS, partition, low=low, high=high, descending=False, equal=(("s", 1),))
    assert numbers(query(archived, None, None)[0]) == [10, 13, 16, 19]


def test_counting_transfers_no_rows(account: str, keys: list[Key]) -> None:
    rows, count, _ = query(Range(RECORDS, record.partition(account, "product")), None, None, count_only=True)
    assert (rows, count) == ([], MANY)


def test_accounts_and_kinds_are_apart(account: str) -> None:
    stored(account, 1)
    for other in (f"{account}x", account[:-1]):
        assert query(Range(RECORDS, record.partition(other, "product")), None, None)[1] == 0
    assert query(Range(RECORDS, record.partition(account, "prod")), None, None)[1] == 0


def test_an_unreachable_store_is_named_after_a_few_attempts(account: str) -> None:
    with unreachable(dynamodb()) as attempts, pytest.raises(Unavailable):
        get_row(record_key(account, "product", 1))
    assert len(attempts) == 3


def test_throttled_reads_are_tried_again(account: str) -> None:
    key = stored(account, 1)
    throttle = "ProvisionedThroughputExceededException"
    with answering(dynamodb(), "GetItem", 1, lambda request: refusal(request, throttle)):
        assert get_row(key) is not None
    with (
        answering(dynamodb(), "GetItem", 9, lambda request: refusal(request, throttle)),
        pytest.raises(Throttled),
    ):
        get_row(key)
