"""What a token costs, and how long a revoked one lives."""

from __future__ import annotations

import dataclasses

import pytest

from chalicelib.api import auth, throttle
from chalicelib.operations.tokens import USE_SECONDS
from chalicelib.settings import settings
from tests.api_client import Api
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Meter


def test_a_token_is_looked_up_once_a_minute(shop: Shop, meter: Meter, clock: Clock) -> None:
    """Its first request pays two calls and four units more: the token's row, then its user and record."""
    clock.advance(settings().token_cache_seconds)
    costs = []
    for _ in range(2):
        with meter.measure() as cost:
            assert shop.api.get("/clients/1").data
        costs.append((cost.calls, cost.reads))
    assert costs == [(["GetItem", "BatchGetItem", "GetItem"], 5), (["GetItem"], 1)]


def test_the_hour_of_last_use_costs_a_write_unit(shop: Shop, meter: Meter, clock: Clock) -> None:
    """At most once an hour and token, however many containers look it up, and outside every transaction."""
    clock.advance(USE_SECONDS)
    with meter.measure() as cost:
        assert shop.api.get("/clients/1").data
    assert (cost.calls, cost.updates) == (["GetItem", "BatchGetItem", "UpdateItem", "GetItem"], 1)
    auth.cache.clear()
    with meter.measure() as cost:
        assert shop.api.get("/clients/1").data
    assert (cost.calls, cost.updates) == (["GetItem", "BatchGetItem", "GetItem"], 0)


def test_a_revoked_token_stops_within_the_cache_time(shop: Shop, clock: Clock) -> None:
    """On the containers that did not revoke it; `tests/api/test_tokens.py` has the one that did."""
    known = dict(auth.cache._known)
    assert shop.api.delete("/tokens/1").status == 200
    auth.cache._known.update(known)
    assert shop.api.get("/clients/1").status == 200
    clock.advance(settings().token_cache_seconds)
    assert settings().token_cache_seconds <= 60
    assert shop.api.get("/clients/1").status == 403


def test_a_limit_costs_a_write_unit_a_request(
    shop: Shop, meter: Meter, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a second call where this container guessed wrong: at its first request, or after others' ones."""
    limited = dataclasses.replace(settings(), rate_limit=1_000)
    monkeypatch.setattr(auth, "settings", lambda: limited)
    throttle._seen.clear()
    costs = []
    for pause in (0, 0, 1, 50):
        clock.advance(pause)
        with meter.measure() as cost:
            assert shop.api.get("/clients/1").data
        costs.append((cost.calls, cost.updates))
    assert costs[0][0] == ["UpdateItem", "UpdateItem", "GetItem"]
    assert costs[1:] == [(["UpdateItem", "GetItem"], 1)] * 3


def test_a_list_of_tokens_reads_what_stands_beside_them(shop: Shop, meter: Meter) -> None:
    for name in ("a", "b"):
        assert shop.api.post("/tokens", {"name": name}).data
    shop.api.get("/ping")
    with meter.measure() as cost:
        assert len(shop.api.get("/tokens").data) == 3
    assert cost.calls == ["GetItem", "Query", "BatchGetItem"]


def test_make_and_revoke_a_token(shop: Shop, meter: Meter) -> None:
    """Token 3, its hash 2, event 2, head 2; revoking writes no hash. The answer reads its last use."""
    costs = []
    for method, path in (("POST", "/tokens"), ("DELETE", "/tokens/2")):
        shop.api.get("/ping")
        with meter.measure() as cost:
            assert shop.api.send(method, path, {"name": "a"}).data
        costs.append((cost.calls, cost.write_units))
    assert costs == [(["BatchGetItem", "TransactWriteItems", "BatchGetItem"], units) for units in (9, 7)]


def test_a_new_password_writes_no_list_of_tokens(shop: Shop, meter: Meter) -> None:
    for name in ("a", "b", "c"):
        assert shop.api.post("/tokens", {"name": name}).data
    body = {"first_name": "J", "last_name": "O", "email": shop.api.email, "password": "another password"}
    with meter.measure() as cost:
        assert shop.api.put("/users/1", body).data
    assert sorted(row.kind for row in cost.writes) == ["account_token", "head", "kunai-events", "user"]


def test_a_refused_token_costs_one_read(shop: Shop, meter: Meter) -> None:
    stranger = Api(shop.api._gateway, token="k" * 32)
    for _ in range(2):
        with meter.measure() as cost:
            assert stranger.get("/clients/1").status == 403
        assert cost.calls == ["GetItem"]


def test_what_cannot_be_a_token_costs_nothing(shop: Shop, meter: Meter) -> None:
    for token in ("", "k" * 200):
        with meter.measure() as cost:
            assert Api(shop.api._gateway, token).get("/clients/1").status == 403
        assert cost.calls == []
