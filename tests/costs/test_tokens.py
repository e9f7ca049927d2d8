"""What a token costs, and how long a revoked one lives."""

from __future__ import annotations

from chalicelib.api.auth import origin
from chalicelib.operations import crud, tokens
from chalicelib.operations.shapes import TOKEN
from chalicelib.operations.work import Work, transact
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


def test_a_revoked_token_stops_within_the_cache_time(shop: Shop, clock: Clock) -> None:
    revoke(shop.api.token)
    clock.advance(settings().token_cache_seconds)
    assert settings().token_cache_seconds <= 60
    assert shop.api.get("/clients/1").status == 403


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


def revoke(token: str) -> None:
    """Archive the token's record, as managing tokens will."""
    bearer = tokens.bearer(token)
    assert bearer is not None
    context = origin(bearer.account, bearer.account_key, bearer.user)

    def decide(work: Work) -> None:
        record = work.get(TOKEN, bearer.token)
        crud.move(context, record, "archive")
        work.save(TOKEN, record)

    transact(context, decide)
