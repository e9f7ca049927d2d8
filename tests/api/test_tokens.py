"""API tokens as a resource: made, shown once, listed, renamed, revoked, ending by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api import auth
from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Api, Clock, clock

__all__ = ("clock",)

FIELDS = [
    "id",
    "name",
    "user_id",
    "last_used",
    "expires_at",
    "scope",
    "created_at",
    "updated_at",
    "archived_at",
]


def made(api: Api, **fields: Any) -> dict[str, Any]:
    token: dict[str, Any] = api.post("/tokens", {"name": "ci", **fields}).data
    return token


def test_a_token_is_shown_once_and_works(api: Api) -> None:
    token = made(api)
    assert list(token) == [*FIELDS, "token"]
    assert (token["id"], token["name"], token["user_id"], token["scope"]) == (2, "ci", 1, "full")
    assert (token["expires_at"], token["last_used"], token["archived_at"]) == (None, None, None)
    other = Api(api._gateway, token["token"])
    assert other.post("/clients", {"name": "Acme"}).data["id"] == 1
    for answer in (api.get("/tokens"), api.get("/tokens/2"), api.put("/tokens/2", {"name": "new"})):
        assert token["token"] not in answer.text
    assert list(api.get("/tokens/2").data) == FIELDS
    assert [row["name"] for row in api.get("/tokens").data] == ["new", "TOKEN"]
    assert '"type": "account_token"' in api.get("/tokens?serializer=json").text


def test_what_a_token_needs(api: Api, clock: Clock) -> None:
    assert set(api.post("/tokens", {}).errors) == {"name"}
    wrong: dict[str, tuple[Any, ...]] = {
        "scope": ("write", "", 5, []),
        "expires_at": ("soon", clock.now, "2020-01-01", [], "9" * 30),
        "user_id": (99, "x", {}),
    }
    for field, values in wrong.items():
        for value in values:
            assert set(api.post("/tokens", {"name": "x", field: value}).errors) == {field}, value
    assert len(api.get("/tokens").data) == 1
    assert made(api, expires_at="2030-01-01")["expires_at"] == 1_893_456_000
    assert made(api, expires_at="2030-01-01T01:00:00+01:00")["expires_at"] == 1_893_456_000
    assert made(api, expires_at=1_893_456_000)["expires_at"] == 1_893_456_000
    assert made(api, expires_at="1893456000")["expires_at"] == 1_893_456_000


def test_only_the_name_of_a_token_changes(api: Api) -> None:
    made(api, scope="read")
    changed = api.put("/tokens/2", {"name": "x", "scope": "full", "expires_at": "2030-01-01", "user_id": 5})
    assert (changed.data["name"], changed.data["scope"], changed.data["expires_at"]) == ("x", "read", None)
    assert set(api.put("/tokens/2", {"name": ""}).errors) == {"name"}
    assert api.get("/tokens/3").status == api.put("/tokens/3", {"name": "x"}).status == 404


def test_a_revoked_token_stops_at_once_and_for_good(api: Api) -> None:
    token = made(api)
    other = Api(api._gateway, token["token"])
    assert other.get("/ping").status == 200
    assert api.delete(f"/tokens/{token['id']}").data["archived_at"]
    assert other.get("/ping").status == 403
    assert api.put("/tokens/2?action=restore").json == {"error": "Action [restore] is not supported"}
    assert api.delete("/tokens/2").status == 200, "twice is no error"
    assert [bool(row["archived_at"]) for row in api.get("/tokens").data] == [True, False]
    assert [row["id"] for row in api.get("/tokens?filter_active=1").data] == [1]


def test_a_token_may_revoke_itself(api: Api) -> None:
    other = Api(api._gateway, made(api)["token"])
    assert other.delete("/tokens/2").status == 200
    assert other.get("/ping").status == 403


def test_a_token_ends_by_itself(api: Api, clock: Clock) -> None:
    other = Api(api._gateway, made(api, expires_at=clock.now + 10)["token"])
    assert other.get("/ping").status == 200
    clock.tick(9)
    assert other.get("/ping").status == 200
    clock.tick()
    answer = other.get("/ping")
    assert (answer.status, answer.json) == (403, {"error": {"message": "Invalid token"}})
    auth.cache.clear()
    assert other.get("/ping").status == 403


def test_the_time_of_last_use_is_right_to_the_hour(api: Api, clock: Clock) -> None:
    other = Api(api._gateway, made(api)["token"])
    start = clock.now
    for seconds, seen in ((0, start), (3_599, start), (1, start + 3_600), (7_200, start + 10_800)):
        clock.tick(seconds)
        auth.cache.clear()
        assert other.get("/ping").status == 200
        assert api.get("/tokens/2").data["last_used"] == seen


def test_a_retry_makes_no_second_token_and_shows_no_secret(api: Api) -> None:
    body = {"name": "ci"}
    first = api.post("/tokens", body, idempotency_key="k").data
    again = api.post("/tokens", body, idempotency_key="k")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.data == {**first, "token": None}
    assert len(api.get("/tokens").data) == 2


def test_device_tokens_are_listed_and_revocable(api: Api, gateway: Gateway) -> None:
    def login() -> str:
        body = {"email": api.email, "password": PASSWORD, "token_name": "phone"}
        return str(Api(gateway).post("/login", body).data[0]["token"])

    first = login()
    assert [row["name"] for row in api.get("/tokens").data] == ["phone", "TOKEN"]
    assert api.put("/tokens/2", {"name": "Jane's phone"}).data["name"] == "Jane's phone"
    assert login() == first, "a name for people does not make it another device"
    made(api, name="phone")
    assert login() == first, "nor does a token of that name"
    phone = Api(gateway, first)
    assert phone.get("/ping").status == 200
    api.delete("/tokens/2")
    assert phone.get("/ping").status == 403
    second = login()
    assert second != first
    assert Api(gateway, second).get("/ping").status == 200
    assert login() == second


@pytest.mark.parametrize("path", ["/tokens/0", "/tokens/x", "/tokens/1e1"])
def test_odd_ids(api: Api, path: str) -> None:
    assert api.get(path).status == api.delete(path).status == 404
