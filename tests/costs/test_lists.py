"""A page costs the same in an account of any size."""

from __future__ import annotations

from typing import Any

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


# ---- filters and orders beyond v4's: 5,000 invoices are 3.4 MB, which is 840 units and 4 queries
WHOLE = 845
FIRST = ["GetItem", "Query"]


def searched(meter: Meter, api: Api, query: str) -> tuple[Cost, dict[str, Any]]:
    assert api.get("/ping").status == 200
    with meter.measure() as cost:
        answer = api.get(f"/invoices?{query}").json
    return cost, answer["meta"]["pagination"]


@pytest.mark.parametrize("query", ["status=active", "sort=id", "sort=-created_at", "sort=updated_at"])
def test_indexed_orders_and_counted_states_cost_as_plain_lists(large: Shop, meter: Meter, query: str) -> None:
    cost, meta = searched(meter, large.api, query)
    assert (cost.calls, cost.reads, meta["total"]) == (FIRST, 4, MANY)
    cost, meta = searched(meter, large.api, f"{query}&cursor={meta['next_cursor']}")
    assert (cost.calls, cost.reads, meta["total"]) == (FIRST, 4, MANY)


@pytest.mark.parametrize(
    ("query", "total", "next_reads"),
    [
        ("status=draft", MANY, 4),
        ("date_from=2026-01-01&date_to=2026-12-31", MANY, 4),
        ("balance_gt=5&due_before=2027-01-01", MANY, 4),
        ("filter=PO-12", 55, 500),
        ("filter=nowhere", 0, 0),
        ("status=paid", 0, 0),
        ("status=unpaid", 0, 0),
    ],
)
def test_other_filters_read_all_once_to_count(
    large: Shop, meter: Meter, query: str, total: int, next_reads: int
) -> None:
    """What DynamoDB compares and what is decoded read the same; the pages after, by cursor, only go on."""
    cost, meta = searched(meter, large.api, query)
    assert (meta["total"], meta.get("total_is_exact")) == (total, None)
    assert set(cost.calls) == {"Query"}
    assert len(cost.calls) <= 5
    assert cost.reads <= WHOLE
    if total:
        cost, meta = searched(meter, large.api, f"{query}&cursor={meta['next_cursor']}")
        assert meta["total"] == total
        assert cost.reads <= next_reads


def test_sorting_in_memory_reads_all_for_every_page(large: Shop, meter: Meter) -> None:
    first, meta = searched(meter, large.api, "sort=-amount&per_page=100")
    assert (first.calls, meta["total"]) == (["Query"] * 4, MANY)
    assert first.reads <= WHOLE
    second, _ = searched(meter, large.api, f"sort=-amount&per_page=100&cursor={meta['next_cursor']}")
    assert (second.calls, second.reads) == (first.calls, first.reads)


def test_the_time_of_change_and_the_client_bound_what_is_read(large: Shop, small: Shop, meter: Meter) -> None:
    newest = large.api.get("/invoices?per_page=1").data[0]["updated_at"]
    cost, meta = searched(meter, large.api, f"filter=PO&sort=amount&updated_at={newest - 99}")
    assert (cost.calls, meta["total"]) == (["Query"], 100)
    assert cost.reads <= 20
    cost, meta = searched(meter, small.api, f"filter=PO&sort=amount&client_id={small.client}")
    assert (cost.calls, meta["total"]) == (["Query"], 40)
    assert cost.reads <= 8


def test_balances_of_clients_are_compared_by_dynamodb(small: Shop, meter: Meter) -> None:
    with meter.measure() as cost:
        assert small.api.get("/clients?balance_gt=5").data == []
    assert (cost.calls, cost.reads) == (["Query"], 1)
