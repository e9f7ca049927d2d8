"""A page costs the same in an account of any size."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Api
from tests.costs import samples
from tests.costs.conftest import Shop
from tests.costs.meter import Cost, Meter
from tests.costs.seeding import seed_invoices

MANY = 5_000


@pytest.fixture(scope="module")
def large(gateway: Gateway) -> Shop:
    """An account of 5,000 invoices; the clock is the real one."""
    api = Api(gateway)
    client = samples.stocked(api)
    seed_invoices(api, client, MANY)
    assert api.get("/ping").status == 200
    return Shop(api, client)


@pytest.fixture
def small(shop: Shop) -> Shop:
    seed_invoices(shop.api, shop.client, 40)
    return shop


def listed(meter: Meter, api: Api, path: str, total: int, rows: int = 15) -> Cost:
    with meter.measure() as cost:
        answer = api.get(path).json
    assert len(answer["data"]) == rows
    assert all(len(row["invoice_items"]) == 10 for row in answer["data"])
    assert answer["meta"]["pagination"]["total"] == total
    return cost


def test_page_with_total_in_a_small_account(small: Shop, meter: Meter) -> None:
    cost = listed(meter, small.api, "/invoices", 40)
    assert (cost.calls, cost.reads) == (["GetItem", "Query"], 4)


def test_page_with_total_in_a_large_account(large: Shop, meter: Meter) -> None:
    cost = listed(meter, large.api, "/invoices", MANY)
    assert (cost.calls, cost.reads) == (["GetItem", "Query"], 4)


def test_next_page_costs_as_much_as_the_first(large: Shop, meter: Meter) -> None:
    first = listed(meter, large.api, "/invoices", MANY)
    second = listed(meter, large.api, "/invoices?page=2", MANY)
    third = listed(meter, large.api, "/invoices?page=3", MANY)
    assert second.calls == third.calls == first.calls
    assert second.reads == third.reads == first.reads


def test_walk_by_cursor_costs_as_much_as_the_first_page(large: Shop, meter: Meter) -> None:
    cursor = large.api.get("/invoices").json["meta"]["pagination"]["next_cursor"]
    cost = listed(meter, large.api, f"/invoices?cursor={cursor}", MANY)
    assert (cost.calls, cost.reads) == (["GetItem", "Query"], 4)


def test_sync_by_time_of_change_reads_what_changed(large: Shop, meter: Meter) -> None:
    newest = large.api.get("/invoices?per_page=1").data[0]["updated_at"]
    with meter.measure() as cost:
        rows = large.api.get(f"/invoices?updated_at={newest - 4}").data
    assert len(rows) == 5
    assert (cost.calls, cost.reads) == (["Query"], 1)


def test_jump_to_a_far_page_walks_the_rows_before_it(large: Shop, meter: Meter) -> None:
    """About 0.17 units a skipped row and one call a MB: page 1,000 costs some 2,600 units and 11 calls.

    The place is remembered, so the pages from there on are as cheap as the first.
    """
    cost = listed(meter, large.api, "/invoices?page=300", MANY)
    assert cost.calls == ["GetItem", *["Query"] * 4]
    assert 700 <= cost.reads <= 800
    for page in (300, 301):
        cost = listed(meter, large.api, f"/invoices?page={page}", MANY)
        assert (cost.calls, cost.reads) == (["GetItem", "Query"], 4)
