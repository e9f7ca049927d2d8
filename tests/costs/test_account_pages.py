"""What a page costs: a session is looked up by two calls, and noted every five minutes at most."""

from __future__ import annotations

from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Meter
from tests.visitor import Visitor, signed_in

SESSION = ["GetItem", "BatchGetItem"]
"""Its row, then its user with the account's settings."""


def test_the_calls_of_each_page(shop: Shop, meter: Meter) -> None:
    shop.api.post("/hooks", {"event": "create_client", "target_url": "https://example.com/hook"})
    owner = signed_in(shop.api)
    own = {
        "": ["GetItem"],  # the head, for the counts
        "/tokens": ["GetItem", "Query", "BatchGetItem"],
        "/hooks": ["GetItem", "Query"],
        "/hooks/1": ["BatchGetItem", "BatchGetItem", "Query"],
        "/mails": ["Query"],
        "/second-factor": ["BatchGetItem"],
    }
    for path, calls in own.items():
        with meter.measure() as cost:
            assert owner.get(path).status == 200
        assert (cost.calls, cost.updates, cost.writes) == ([*SESSION, *calls], 0, []), path


def test_a_session_is_noted_every_five_minutes(shop: Shop, meter: Meter, clock: Clock) -> None:
    owner = signed_in(shop.api)
    costs = []
    for pause in (0, 300, 299):
        clock.advance(pause)
        with meter.measure() as cost:
            owner.get("/login")
        costs.append((cost.calls, cost.updates))
    assert costs == [(SESSION, 0), ([*SESSION, "UpdateItem"], 1), (SESSION, 0)]


def test_signing_in_and_a_stranger(shop: Shop, meter: Meter) -> None:
    """As a log-in of a device; who has no session costs nothing, and a wrong cookie one read."""
    owner, stranger = signed_in(shop.api), Visitor(shop.api._gateway)
    with meter.measure() as cost:
        assert owner.sign_in(shop.api.email).status == 303
    assert cost.calls == ["GetItem", "BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    for cookie, calls in (("", []), ("__Host-kunai-settings=x", ["GetItem"])):
        stranger.cookie = cookie
        with meter.measure() as cost:
            assert stranger.get("/hooks").status == 303
        assert cost.calls == calls
