"""Due events are found when their time comes and kept by one worker at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chalicelib.store import event, outbox
from chalicelib.store.commit import Put, commit
from chalicelib.store.event import Event
from chalicelib.store.reads import EVENTS, Key

NOW = 1_000
"""Long before anything that other tests leave due."""


@pytest.fixture
def item(account: str) -> Event:
    made = Event("invoice.emailed", {"id": 1}, client=7, due=NOW, sequence=1, account=account)
    row = event.to_row(account, made)
    commit([], [Put(Key(EVENTS, account, row.sequence), row, 0)])
    return made


def due(account: str, now: int) -> list[Event]:
    return [found for found in outbox.due(now) if found.account == account]


def test_an_event_is_due_from_its_time_on(item: Event) -> None:
    assert due(item.account, NOW - 1) == []
    assert due(item.account, NOW) == [item]


def test_a_claim_hides_an_event_for_a_while(item: Event) -> None:
    assert outbox.claim(item, NOW + 60)
    assert due(item.account, NOW + 59) == []
    (found,) = due(item.account, NOW + 60)
    assert found == item
    assert found.attempts == 1
    outbox.close(found)


def test_of_many_workers_one_gets_an_event(item: Event) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: outbox.claim(replace(item), NOW + 60), range(8)))
    assert claims.count(True) == 1


def test_an_event_that_is_put_off_comes_back_with_its_attempts(item: Event) -> None:
    outbox.claim(item, NOW + 60)
    outbox.put_off(item, NOW + 5)
    (found,) = due(item.account, NOW + 5)
    assert (found.attempts, found.body) == (1, {"id": 1})
    outbox.claim(found, NOW + 90)
    outbox.close(found)


def test_a_closed_event_stays_in_the_feed_and_is_never_due(item: Event) -> None:
    outbox.claim(item, NOW + 60)
    outbox.close(item)
    assert due(item.account, NOW + 10_000) == []
    assert not outbox.claim(item, NOW + 99)


def test_who_lost_the_lease_cannot_close_or_put_off(item: Event) -> None:
    late = replace(item)
    outbox.claim(late, NOW + 60)
    (found,) = due(item.account, NOW + 60)
    assert outbox.claim(found, NOW + 200)
    outbox.close(late)
    outbox.put_off(late, NOW + 1)
    assert due(item.account, NOW + 199) == []
    assert [one.attempts for one in due(item.account, NOW + 200)] == [2]
    outbox.close(found)
