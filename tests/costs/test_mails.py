"""What a mail costs after the request: calls of the relay, and rows for users who want to know."""

from __future__ import annotations

from chalicelib.delivery import relay
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Meter
from tests.costs.test_writes import drafted
from tests.delivery import post

LOOK = ["Query"] * 4
SENT = ["UpdateItem", "BatchGetItem", "GetObject", "PutObject", "SendEmail"]
"""Claimed, account and user read, the drawing looked for and kept, the mail handed over."""


def test_a_mail_that_no_user_hears_of(shop: Shop, meter: Meter, clock: Clock) -> None:
    """One look at the users, none of whom can be written to."""
    number = drafted(shop, clock)
    post.clear()
    shop.api.post("/email_invoice", {"id": number})
    with meter.measure() as cost:
        relay.run_pending(clock.time)
    assert cost.calls == [*LOOK, *SENT, "Query", "UpdateItem"]


def test_a_mail_that_its_sender_hears_of(shop: Shop, meter: Meter, clock: Clock) -> None:
    """Document, account and client are read for the words, and a row waits for its own delivery."""
    number = drafted(shop, clock)
    post.clear()
    address = shop.api.email.replace("example.com", "finch.test")
    shop.api.put("/users/1", {"first_name": "J", "last_name": "O", "email": address})
    shop.api.post("/email_invoice", {"id": number})
    with meter.measure() as cost:
        relay.run_pending(clock.time)
    told = ["Query", "BatchGetItem", "GetItem", "PutItem"]
    assert cost.calls == [*LOOK, *SENT, *told, "UpdateItem"]
    with meter.measure() as cost:
        relay.run_pending(clock.time)
    assert cost.calls == [*LOOK, "UpdateItem", "SendEmail", "UpdateItem"]
