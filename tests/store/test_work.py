"""The unit of work under races: pointers, unique values, ids and the feed stay exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chalicelib.errors import Busy, InvalidInput
from chalicelib.operations import turns
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import PRODUCT
from chalicelib.operations.work import Work, transact
from chalicelib.store import event, record
from chalicelib.store.reads import EVENTS, RECORDS, Range, query
from chalicelib.store.record import Record
from tests.faults.hooks import answering, counting, dynamodb, refusal

RACERS = 8


def together(act: Callable[[int], Any]) -> list[Any]:
    """The outcomes of several threads that all begin after all are ready."""
    barrier = Barrier(RACERS)

    def run(number: int) -> Any:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(run, range(RACERS)))


def make(work: Work, key: str) -> Record:
    made = work.new(PRODUCT)
    made.data["product_key"] = key
    work.save(PRODUCT, made)
    work.emit("product.created", id=made.id)
    return made


def test_racing_writers_get_ids_and_places_in_the_feed_without_a_gap(context: Context) -> None:
    ids = together(lambda number: transact(context, lambda work: make(work, str(number)).id))
    assert sorted(ids) == list(range(1, RACERS + 1))
    rows, _, _ = query(Range(EVENTS, context.account, descending=False), None, None)
    feed = [event.from_raw(row) for row in rows]
    assert [item.sequence for item in feed] == list(range(1, RACERS + 1))
    assert [item.body["id"] for item in feed] == list(range(1, RACERS + 1))
    assert Work(context, {}).head.total("product") == RACERS


def test_a_shared_pointer_keeps_every_racer(context: Context) -> None:
    def add(work: Work) -> None:
        made = make(work, "Hosting")
        work.point("product_key", [], ["Hosting"], made.id)

    together(lambda _: transact(context, add))
    assert Work(context, {}).pointed("product_key", "HOSTING") == list(range(1, RACERS + 1))


def test_racers_leave_a_pointer_until_it_is_gone(context: Context) -> None:
    for _ in range(RACERS):
        transact(context, lambda work: work.point("name", [], ["x"], make(work, "x").id))

    def leave(number: int) -> None:
        transact(context, lambda work: work.point("name", ["x"], [], number + 1))

    together(leave)
    work = Work(context, {})
    assert work.pointed("name", "x") == []
    assert work.raw(work.pointer_key("name", "x")) is None


def test_of_racers_for_a_unique_value_one_wins(context: Context) -> None:
    def claim(number: int) -> bool:
        def decide(work: Work) -> None:
            if work.is_taken("number", "0001"):
                raise InvalidInput.of("number", "taken")
            work.claim("number", "0001", make(work, str(number)).id)

        try:
            transact(context, decide)
        except InvalidInput:
            return False
        return True

    assert Counter(together(claim)) == {True: 1, False: RACERS - 1}
    assert Work(context, {}).head.total("product") == 1


def test_a_racer_that_finds_or_makes_makes_one(context: Context) -> None:
    def find_or_make(work: Work) -> int:
        known = work.pointed("name", "acme")
        if known:
            return known[0]
        made = make(work, "acme")
        work.point("name", [], ["acme"], made.id)
        return made.id

    assert set(together(lambda _: transact(context, find_or_make))) == {1}
    assert Work(context, {}).head.total("product") == 1


def test_a_released_value_can_be_claimed_again(context: Context) -> None:
    transact(context, lambda work: work.claim("number", "a", make(work, "a").id))
    transact(context, lambda work: work.release("number", "a"))
    assert not Work(context, {}).raw(Work(context, {}).unique_key("number", "a"))
    transact(context, lambda work: work.claim("number", "a", make(work, "b").id))


def test_pointers_of_any_length_work(context: Context) -> None:
    texts = ["", "a" * 3_000, "\N{GRINNING FACE}" * 1_000, "İ" * 600]
    for text in filter(None, texts):
        transact(context, lambda work, text=text: work.point("name", [], [text], 5))  # type: ignore[misc]
    work = Work(context, {})
    assert [work.pointed("name", text) for text in texts] == [[], [5], [5], [5]]
    assert work.pointed("name", "a" * 2_999) == []


def test_only_lost_rows_are_read_again(context: Context) -> None:
    made = transact(context, lambda work: make(work, "a"))

    def decide(work: Work) -> Record:
        found = work.get(PRODUCT, made.id)
        work.save(PRODUCT, found)
        if not lost:
            lost.append(transact(context, lambda other: make(other, "b")))
        return found

    lost: list[Record] = []
    with counting(dynamodb()) as calls:
        transact(context, decide)
    first, other, again = ["BatchGetItem"], ["GetItem", "TransactWriteItems"], ["TransactWriteItems"]
    assert calls == [*first, *other, *again, "GetItem", "TransactWriteItems"]


def test_a_decision_that_writes_nothing_commits_nothing(context: Context) -> None:
    with counting(dynamodb()) as calls:
        assert transact(context, lambda work: work.head.version) == 0
    assert calls == ["GetItem"]


def test_conflicts_and_throttling_pass_without_a_trace(context: Context) -> None:
    reasons = [{"Code": "None"}, {"Code": "None"}, {"Code": "TransactionConflict"}]
    conflict = answering(
        dynamodb(),
        "TransactWriteItems",
        2,
        lambda request: refusal(request, "TransactionCanceledException", CancellationReasons=reasons),
    )
    with conflict as met:
        made = transact(context, lambda work: make(work, "a"))
    assert len(met) == 2
    assert made.id == 1
    throttled = [{"Code": "ThrottlingError"}]
    throttle = answering(
        dynamodb(),
        "TransactWriteItems",
        1,
        lambda request: refusal(request, "TransactionCanceledException", CancellationReasons=throttled),
    )
    with throttle:
        assert transact(context, lambda work: make(work, "b")).id == 2
    assert query(Range(EVENTS, context.account), None, None)[1] == 2


def test_contention_without_end_is_said_to_be_busy(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BUDGET_SECONDS", 0.3)
    reasons = [{"Code": "TransactionConflict"}]
    conflict = answering(
        dynamodb(),
        "TransactWriteItems",
        1_000,
        lambda request: refusal(request, "TransactionCanceledException", CancellationReasons=reasons),
    )
    with conflict, pytest.raises(Busy) as busy:
        transact(context, lambda work: make(work, "a"))
    assert busy.value.headers["Retry-After"] == "1"
    assert query(Range(RECORDS, record.partition(context.account, "product")), None, None)[1] == 0
