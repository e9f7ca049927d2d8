"""What reading costs: calls, and read units of strongly consistent reads."""

from __future__ import annotations

import pytest

from tests.costs import samples
from tests.costs.conftest import Shop
from tests.costs.meter import Meter


def test_one_client(shop: Shop, meter: Meter) -> None:
    with meter.measure() as cost:
        assert shop.api.get(f"/clients/{shop.client}").data["id"] == shop.client
    assert (cost.calls, cost.reads) == (["GetItem"], 1)


def test_one_invoice_with_its_lines_and_invitations(shop: Shop, meter: Meter) -> None:
    number = shop.api.post("/invoices", samples.invoice(shop.client)).data["id"]
    with meter.measure() as cost:
        invoice = shop.api.get(f"/invoices/{number}?include=invitations").data
    assert len(invoice["invoice_items"]) == 10
    assert len(invoice["invitations"]) == 1
    assert (cost.calls, cost.reads) == (["GetItem"], 1)


def test_client_with_invoices_and_their_invitations(shop: Shop, meter: Meter) -> None:
    for _ in range(5):
        assert shop.api.post("/invoices", samples.invoice(shop.client)).data
    with meter.measure() as cost:
        client = shop.api.get(f"/clients/{shop.client}?include=invoices.invitations").data
    assert [len(invoice["invitations"]) for invoice in client["invoices"]] == [1] * 5
    assert (cost.calls, cost.reads) == (["GetItem", "Query"], 2)


def test_invoice_with_its_client(shop: Shop, meter: Meter) -> None:
    number = shop.api.post("/invoices", samples.invoice(shop.client)).data["id"]
    with meter.measure() as cost:
        assert shop.api.get(f"/invoices/{number}?include=client").data["client"]["id"] == shop.client
    assert (cost.calls, cost.reads) == (["GetItem", "GetItem"], 2)


def test_quotes(shop: Shop, meter: Meter) -> None:
    for is_quote in [True] * 15 + [False]:
        assert shop.api.post("/invoices", samples.invoice(shop.client, is_quote=is_quote)).data
    with meter.measure() as cost:
        assert len(shop.api.get("/quotes").data) == 15
    assert cost.calls == ["GetItem", "Query"]
    assert cost.reads <= 5


def test_invoice_by_number(shop: Shop, meter: Meter) -> None:
    assert shop.api.post("/invoices", samples.invoice(shop.client)).data
    with meter.measure() as cost:
        assert len(shop.api.get("/invoices?invoice_number=0001").data) == 1
    assert (cost.calls, cost.reads) == (["BatchGetItem", "GetItem"], 3)


def test_an_unchanged_document_is_drawn_and_stored_once(shop: Shop, meter: Meter) -> None:
    number = shop.api.post("/invoices", samples.invoice(shop.client)).data["id"]
    costs = []
    for _ in range(2):
        with meter.measure() as cost:
            assert shop.api.get(f"/download/{number}").status == 200
        costs.append(cost)
    assert [cost.calls for cost in costs] == [
        ["BatchGetItem", "GetItem", "GetObject", "PutObject"],
        ["BatchGetItem", "GetItem", "GetObject"],
    ]
    assert [cost.reads for cost in costs] == [4, 4]


@pytest.mark.parametrize("path", ["/static", "/payments"])
def test_what_is_not_stored_reads_little(shop: Shop, meter: Meter, path: str) -> None:
    with meter.measure() as cost:
        assert shop.api.get(path).status == 200
    assert cost.reads <= 2
