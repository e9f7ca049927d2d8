"""What the client portal costs: calls and read units of a page, write units of a view and an approval."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from tests.costs import samples
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Meter
from tests.inbound.stripe_calls import configure
from tests.portal.guest import Guest, key_of, token

REFUSED = ["GetItem", "BatchGetItem", "GetItem"]


@pytest.fixture
def guest(gateway: Gateway) -> Guest:
    return Guest(gateway)


def link(shop: Shop, clock: Clock, **fields: object) -> tuple[int, str]:
    number = shop.api.post("/invoices", {**samples.invoice(shop.client), **fields}).data["id"]
    shop.api.put(f"/invoices/{number}?action=mark_sent")
    clock.advance(5)
    return number, key_of(shop.api, number)


def test_a_page(shop: Shop, meter: Meter, clock: Clock, guest: Guest) -> None:
    """The link, then invoice, settings, head and two pointers to files, then the client."""
    _, key = link(shop, clock)
    with meter.measure() as cost:
        assert guest.get(f"/view/{key}").status == 200
    assert cost.calls == REFUSED
    assert cost.reads == 5


def test_a_page_of_a_client_who_owes_more_and_has_paid(
    shop: Shop, meter: Meter, clock: Clock, guest: Guest
) -> None:
    """One query of the client's invoices, and one of the payments."""
    number, key = link(shop, clock)
    link(shop, clock)
    shop.api.post("/payments", {"invoice_id": number, "amount": 10})
    with meter.measure() as cost:
        assert guest.get(f"/view/{key}").status == 200
    assert cost.calls == [*REFUSED, "Query", "Query"]
    assert cost.reads == 7


def test_a_page_that_offers_to_pay(
    shop: Shop, meter: Meter, clock: Clock, guest: Guest, gateway: Gateway
) -> None:
    """One query of the gateways, which only accounts that have some pay for."""
    configure(gateway, shop.api, api_key="sk_test_1")
    _, key = link(shop, clock)
    with meter.measure() as cost:
        assert "/payment/" in guest.get(f"/view/{key}").text
    assert cost.calls == [*REFUSED, "Query"]


def test_a_view(shop: Shop, meter: Meter, clock: Clock, guest: Guest) -> None:
    """Invoice, client, event, head; the page of a counted view costs nothing more."""
    _, key = link(shop, clock)
    page = guest.get(f"/view/{key}")
    with meter.measure() as cost:
        guest.look(key, page)
    assert cost.calls == [*REFUSED, "TransactWriteItems"]
    assert cost.write_units == 14


def test_an_approval(shop: Shop, meter: Meter, clock: Clock, guest: Guest) -> None:
    """All of quote, invoice, number, link, client and events in one transaction."""
    _, key = link(shop, clock, is_quote=True, due_date="")
    page = guest.get(f"/view/{key}")
    with meter.measure() as cost:
        assert guest.post(f"/approve/{key}", {"token": token(page)}).status == 303
    assert cost.calls == [*REFUSED, "TransactWriteItems"]
    assert cost.write_units == 31


def test_every_dead_link_takes_the_same_calls(shop: Shop, meter: Meter, clock: Clock, guest: Guest) -> None:
    number, key = link(shop, clock)
    shop.api.put(f"/invoices/{number}?action=delete")
    for dead in (key, "0" * 32, "x"):
        with meter.measure() as cost:
            assert guest.get(f"/view/{dead}").status == 404
        assert cost.calls == REFUSED
