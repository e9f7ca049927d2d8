"""What webhooks cost: nothing where nobody listens, little where somebody does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.delivery import relay
from tests.costs import samples
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Cost, Meter
from tests.delivery import post
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def listen(shop: Shop, receiver: Receiver, *events: str) -> None:
    for event in events:
        answer = shop.api.post("/hooks", {"event": event, "target_url": receiver.url})
        assert answer.status == 201


def posted(meter: Meter, shop: Shop, path: str, body: Any) -> Cost:
    with meter.measure() as cost:
        assert shop.api.post(path, body).status == 200
    return cost


def created(meter: Meter, shop: Shop) -> Cost:
    return posted(meter, shop, "/invoices", samples.invoice(shop.client))


def test_an_event_that_nobody_hears_costs_what_it_did(shop: Shop, meter: Meter, receiver: Receiver) -> None:
    """The names that are listened to stand in the head, which stays within its unit."""
    created(meter, shop)
    without = created(meter, shop)
    listen(shop, receiver, *(["update_vendor", "payment.created", "quote.approved"] * 5))
    cost = created(meter, shop)
    assert (cost.calls, cost.reads, cost.write_units) == (without.calls, without.reads, without.write_units)


def test_an_event_that_is_heard_carries_the_client(shop: Shop, meter: Meter, receiver: Receiver) -> None:
    """No call more; the event stands in the index of what is due and takes 4 units instead of 3."""
    listen(shop, receiver, "create_invoice")
    created(meter, shop)
    cost = created(meter, shop)
    assert cost.calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert (cost.reads, cost.write_units) == (23, 14)


def test_fifty_hooks_fit_into_the_heads_unit(shop: Shop, meter: Meter, receiver: Receiver) -> None:
    names = sorted(set(shop.api.get("/hooks/events").data))
    listen(shop, receiver, *names[:25], *["update_task"] * 25)
    cost = created(meter, shop)
    (head,) = [row for row in cost.writes if row.kind == "head"]
    assert head.size <= 1_024


def test_the_calls_of_a_delivery(shop: Shop, meter: Meter, receiver: Receiver, clock: Clock) -> None:
    """Four looks at what is due and then: claim, delivery made, close; claim, read, close."""
    post.clear()
    listen(shop, receiver, "create_client")
    shop.api.post("/clients", samples.CLIENT)
    with meter.measure() as cost:
        relay.run_pending(clock.time)
    assert cost.calls == ["Query"] * 4 + ["UpdateItem", "PutItem", "UpdateItem"]
    with meter.measure() as cost:
        relay.run_pending(clock.time)
    assert cost.calls == ["Query"] * 4 + ["UpdateItem", "BatchGetItem", "UpdateItem"]
    assert len(receiver.got) == 1
