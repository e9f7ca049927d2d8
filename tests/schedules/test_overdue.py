"""`invoice.overdue`: once for each due date that went by, where somebody listens, by the account's day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

import app
from chalicelib.local.sources import scheduled
from chalicelib.schedules import overdue
from chalicelib.store import rounds
from chalicelib.store.commit import Removal, commit
from tests.api_client import Api, Clock
from tests.costs.meter import Meter
from tests.delivery import post
from tests.faults.hooks import Died, dying, dynamodb
from tests.receiver import receiving

HOOK = {"event": "invoice.overdue", "target_url": "http://127.0.0.1:9/in"}
BERLIN, HAWAII = 36, 3


@pytest.fixture
def shop(api: Api, clock: Clock) -> Api:
    """On 22 November: an account in Berlin that listens, with a client, in an otherwise empty round."""
    for visit in list(rounds.due(rounds.OVERDUE, post.FOREVER)):
        commit([Removal(rounds.key(rounds.OVERDUE, visit.account), visit.version)], [])
    made = [
        api.put("/accounts", {"name": "Acme", "timezone_id": BERLIN}),
        api.post("/clients", {"name": "Late & Co", "contacts": [{"email": "late@client.test"}]}),
        api.post("/hooks", HOOK),
    ]
    assert [answer.status for answer in made] == [200, 200, 201]
    return api


def invoice(api: Api, due: str = "2026-11-20", **fields: Any) -> int:
    line = {"product_key": "a", "cost": 10, "qty": 1}
    sent = {"client_id": 1, "is_public": True, "due_date": due, "invoice_items": [line], **fields}
    number: int = api.post("/invoices", sent).data["id"]
    return number


def at(day: int, hour: int = 12, month: int = 11) -> float:
    """A time of day in UTC, in 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC).timestamp()


def look(day: int, hour: int = 12, month: int = 11) -> int:
    return overdue.look(lambda: at(day, hour, month))


def told(api: Api) -> list[int]:
    """The invoices that the feed tells of, in order."""
    feed = api.get("/events?per_page=500").data
    return [event["data"]["id"] for event in feed if event["type"] == "invoice.overdue"]


def test_once_and_again_after_the_due_date_moved(shop: Api, clock: Clock) -> None:
    invoice(shop)
    before = shop.get("/invoices/1").data
    clock.tick(60)
    assert [look(22), look(22, 13), look(23)] == [1, 0, 0]
    assert shop.get("/invoices/1").data == before
    shop.put("/invoices/1", {"due_date": "2026-11-24"})
    assert [look(24), look(25), look(26)] == [0, 1, 0]
    assert told(shop) == [1, 1]


def test_a_deposit_and_the_rest_have_a_due_date_each(shop: Api) -> None:
    invoice(shop, "2026-11-24", partial=4, partial_due_date="2026-11-20")
    assert [look(day) for day in (22, 23, 24, 25, 26)] == [1, 0, 0, 1, 0]


def test_only_what_is_owed_and_of_late(shop: Api) -> None:
    """The draft is told of once it is sent."""
    invoice(shop, is_public=False)
    paid, archived, deleted = invoice(shop), invoice(shop), invoice(shop)
    invoice(shop, is_quote=True)
    invoice(shop, is_recurring=True, frequency_id=4)
    invoice(shop, "")
    invoice(shop, "2026-11-22")
    invoice(shop, "2026-10-22")
    last = invoice(shop, "2026-10-23")
    made = [
        shop.post("/payments", {"invoice_id": paid, "amount": 10}),
        shop.put(f"/invoices/{archived}?action=archive"),
        shop.put(f"/invoices/{deleted}?action=delete"),
    ]
    assert [answer.status for answer in made] == [200, 200, 200]
    look(22)
    assert told(shop) == [last]
    shop.put("/invoices/1?action=mark_sent")
    look(22, 20)
    assert told(shop) == [last], "the day is done"
    look(22, 23)
    assert set(told(shop)[1:]) == {1, 8}, "the next one has begun in Berlin"


def test_the_day_is_the_accounts(shop: Api) -> None:
    invoice(shop, "2026-11-22")
    shop.put("/accounts", {"name": "Acme", "timezone_id": HAWAII})
    assert [look(22, 23), look(23, 9), look(23, 10)] == [0, 0, 1]


def test_two_runs_at_once_tell_once(shop: Api) -> None:
    numbers = [invoice(shop) for _ in range(4)]
    together = Barrier(2)

    def run(_: int) -> int:
        def clock() -> float:
            together.wait(10)
            return at(22)

        return overdue.look(clock)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == 4
    assert told(shop) == numbers


def test_a_death_or_the_bound_leaves_the_rest_to_the_next_run(
    shop: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [invoice(shop) for _ in range(4)]
    with dying("before-call.TransactWriteItems", 1, dynamodb()), pytest.raises(Died):
        look(22)
    assert told(shop) == numbers[:1]
    monkeypatch.setattr(overdue, "MOST", 2)
    assert [look(22), look(22), look(22)] == [2, 1, 0]
    assert told(shop) == numbers


def test_an_account_that_fails_holds_up_no_other(shop: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken one, which has no settings, comes first."""
    invoice(shop)
    monkeypatch.setattr("random.shuffle", lambda visits: visits.sort())
    broken = rounds.Visit("!")
    rounds.put_off(rounds.OVERDUE, broken, 0)
    assert look(22) == 1
    assert [visit.account for visit in rounds.due(rounds.OVERDUE, int(at(22)))] == [broken.account]


def test_a_hook_hears_of_it_end_to_end(shop: Api) -> None:
    post.clear()
    with receiving() as receiver:
        shop.put("/hooks/1", {"event": "*", "target_url": f"{receiver.url}/in"})
        invoice(shop, (datetime.now(UTC) - timedelta(days=2)).date().isoformat())
        post.clear()
        assert app.overdue(scheduled("overdue"), None) == 1
        post.Clock(post.FOREVER - 2).run()
        (got,) = receiver.got
    assert (got.json["type"], got.json["data"]["id"]) == ("invoice.overdue", 1)
    assert got.json["data"]["client"]["name"] == "Late & Co"


def test_what_a_run_costs(shop: Api, meter: Meter) -> None:
    """A query finds who listens, and nobody else is looked at; a day that is done costs no more."""
    invoice(shop)
    with meter.measure() as cost:
        look(22)
    each, end = ["BatchGetItem", "TransactWriteItems"], ["TransactWriteItems"]
    assert cost.calls == ["Query", "BatchGetItem", "Query", *each, *end]
    invoice(shop)
    with meter.measure() as cost:
        look(22, 13)
    assert cost.calls == ["Query"]
    shop.delete("/hooks/1")
    assert not list(rounds.due(rounds.OVERDUE, post.FOREVER))
    with meter.measure() as cost:
        look(24)
    assert cost.calls == ["Query"]
