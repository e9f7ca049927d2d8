"""What an action on many records costs: that of each alone, and a few calls more under a key."""

from __future__ import annotations

from tests.costs import samples
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Meter

LOAD_COMMIT = ["BatchGetItem", "GetItem", "TransactWriteItems"]


def drafts(shop: Shop, clock: Clock) -> list[int]:
    found = [shop.api.post("/invoices", samples.invoice(shop.client)).data["id"] for _ in range(3)]
    clock.advance(5)
    return found


def test_each_record_costs_as_alone(shop: Shop, meter: Meter, clock: Clock) -> None:
    body = {"action": "archive", "ids": drafts(shop, clock)}
    with meter.measure() as cost:
        assert len(shop.api.post("/invoices/bulk", body).data) == 3
    assert (cost.calls, cost.write_units) == (LOAD_COMMIT * 3, 30)


def test_a_key_adds_four_calls_and_a_row_a_record(shop: Shop, meter: Meter, clock: Clock) -> None:
    """The key looked up, taken and answered, and one look at what was done; rows of 2 units each."""
    body = {"action": "archive", "ids": drafts(shop, clock)}
    with meter.measure() as cost:
        assert len(shop.api.post("/invoices/bulk", body, idempotency_key="k").data) == 3
    taken = ["GetItem", "TransactWriteItems", "BatchGetItem"]
    assert cost.calls == [*taken, *LOAD_COMMIT * 3, "TransactWriteItems"]
    assert cost.write_units <= 30 + 3 * 2 + 2 + 8
    with meter.measure() as cost:
        shop.api.post("/invoices/bulk", body, idempotency_key="k")
    assert cost.calls == ["GetItem"]
