"""Limits of requests: v4's leaky bucket as a rule, and on the wire (http.md 3.9)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import auth, throttle
from chalicelib.local.gateway import Gateway
from chalicelib.settings import settings
from chalicelib.store.reads import LOOKUPS, lookup_key
from tests.api_client import Api, Clock, clock
from tests.faults.hooks import answering, dynamodb, refusal

__all__ = ("clock",)

WINDOW = 3_600


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets the limits; without it there are none."""

    def set_limits(**limits: int) -> None:
        changed = dataclasses.replace(settings(), **limits)  # type: ignore[arg-type]
        monkeypatch.setattr(auth, "settings", lambda: changed)

    throttle._seen.clear()
    yield set_limits
    throttle._seen.clear()


def v4(state: tuple[float, float] | None, now: float, limit: int) -> tuple[tuple[float, float] | None, int]:
    """The rule as http.md states it, with debt and time of the last request; the wait, 0 when it passes."""
    debt = 0.0 if state is None else max(0.0, state[0] - (now - state[1])) + WINDOW / limit
    if debt > WINDOW + 1e-6:
        return state, throttle.excess(now + debt, now)
    return (debt, now), 0


@given(
    st.sampled_from([1, 4, 60, 1_000]),
    st.lists(st.sampled_from([0.0, 0.001, 1.0, 3.6, 59.0, 900.0, 3_600.0, 7_300.0]), max_size=60),
)
def test_one_number_says_what_v4s_two_say(limit: int, pauses: list[float]) -> None:
    now, state, paid_at = 1_000_000.0, None, None
    for pause in pauses:
        now += pause
        state, wait = v4(state, now, limit)
        after = throttle.charged(paid_at, now, limit)
        assert throttle.excess(after, now) == wait
        if not wait:
            paid_at = after
            assert state is not None
            assert throttle.allowance(after, now, limit).remaining == pytest.approx(
                (WINDOW - state[0]) * limit / WINDOW, abs=1
            )


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_whom_an_address_stands_for(address: str, stands_for: str) -> None:
    assert throttle.network(address) == stands_for


def test_without_a_limit_nothing_is_said_of_it(api: Api) -> None:
    assert not [name for name in api.get("/clients").headers if name.startswith("x-ratelimit")]


def test_an_account_has_its_burst_and_then_its_pace(api: Api, clock: Clock, limit: Any) -> None:
    limit(rate_limit=4)
    left = []
    for _ in range(5):
        answer = api.get("/clients")
        assert answer.status == 200
        assert answer.headers["x-ratelimit-limit"] == "4"
        left.append((answer.headers["x-ratelimit-remaining"], answer.headers["x-ratelimit-reset"]))
    assert left == [(str(4 - count), str(clock.now + 900 * count)) for count in range(5)]
    refused = api.post("/clients", {"name": "x"})
    assert (refused.status, refused.json) == (429, {"error": {"message": "Please wait 900 second(s)"}})
    assert refused.headers["retry-after"] == "900"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    clock.tick(899)
    assert api.get("/clients").headers["retry-after"] == "1", "a refused request costs nothing"
    clock.tick()
    assert api.get("/clients").data == [], "what was refused did not happen"
    assert api.get("/clients").status == 429
    clock.tick(100_000)
    assert api.get("/clients").headers["x-ratelimit-remaining"] == "3"


def test_accounts_and_errors_count_for_themselves(api: Api, gateway: Gateway, limit: Any) -> None:
    other = Api(gateway).register()
    limit(rate_limit=1)
    assert [api.get("/clients/9").status for _ in range(3)] == [404, 404, 429]
    assert other.get("/clients").status == 200
    assert Api(gateway, "k" * 32).get("/clients").status == 403


def test_concurrent_requests_lose_no_debt(api: Api, clock: Clock, limit: Any) -> None:
    limit(rate_limit=12)
    api.get("/ping")
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: api.get("/ping").status, range(24)))
    assert statuses.count(200) == 12
    assert statuses.count(429) == 12


def test_paths_without_token_are_limited_by_address(
    api: Api, anonymous: Api, clock: Clock, limit: Any
) -> None:
    key = lookup_key("throttle", "ip#127.0.0.1").partition
    dynamodb().delete_item(TableName=LOOKUPS, Key={"k": {"S": key}})
    limit(login_limit=2)
    paths = ("/login", "/register", "/forgot_password", "/reset_password")
    answers = [anonymous.post(path, {"email": 5}) for path in paths]
    assert [answer.status for answer in answers] == [401, 422, 422, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert api.get("/clients").status == 200, "a token has another limit"


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError", "AccessDenied"])
def test_a_limit_that_cannot_be_kept_lets_pass(api: Api, limit: Any, code: str) -> None:
    limit(rate_limit=1)
    with answering(dynamodb(), "UpdateItem", 99, lambda sent: refusal(sent, code)):
        assert [api.get("/ping").status for _ in range(2)] == [200] * 2
