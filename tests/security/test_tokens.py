"""No token outlives what it stands for, does more than it may, or makes one that can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.api import auth
from chalicelib.api.routes import ENDPOINTS
from chalicelib.local.gateway import Gateway
from chalicelib.resources.registry import RESOURCES
from tests.api.test_sessions import stored_texts
from tests.api_client import PASSWORD, Api, Clock, clock

__all__ = ("clock",)

NEW = "another long password"
INVALID = (403, {"error": {"message": "Invalid token"}})
Hire = Callable[..., Api]


@pytest.fixture
def hire(api: Api, gateway: Gateway) -> Hire:
    """Makes user 2, 3 … of the account and logs in as it."""

    def make(**rights: Any) -> Api:
        number = len(api.get("/users").data) + 1
        email = f"user{number}.{api.email}"
        person = {"first_name": "A", "last_name": "B", "email": email, "password": PASSWORD}
        assert api.post("/users", {**person, "is_admin": False, **rights}).status == 200
        user = Api(gateway)
        user.email = email
        user.token = user.post("/login", person).data[0]["token"]
        return user

    return make


def token(api: Api, **fields: Any) -> Api:
    """A caller with a new token made by `api`."""
    return Api(api._gateway, api.post("/tokens", {"name": "t", **fields}).data["token"])


def alive(*callers: Api) -> list[bool]:
    """Who gets in; the look-ups are fresh, as on a container that has seen nobody yet."""
    auth.cache.clear()
    return [caller.get("/ping").status == 200 for caller in callers]


def person(api: Api, **more: Any) -> dict[str, Any]:
    return {"first_name": "A", "last_name": "B", "email": api.email, **more}


def test_a_new_password_ends_all_tokens_but_the_one_in_use(api: Api, hire: Hire) -> None:
    bystander, device = hire(), token(api)
    login = {"email": api.email, "password": PASSWORD, "token_name": "pad"}
    pad = Api(api._gateway, api.post("/login", login).data[0]["token"])
    assert api.put("/users/1", person(api, password=NEW)).status == 200
    for caller in (device, pad):
        answer = caller.get("/clients")
        assert (answer.status, answer.json) == INVALID, "at once on this container"
    assert alive(api, device, pad, bystander) == [True, False, False, True]
    assert api.post("/login", login).status == 401
    fresh = Api(api._gateway, api.post("/login", {**login, "password": NEW}).data[0]["token"])
    assert fresh.token != pad.token
    assert alive(fresh, pad, api) == [True, False, True]
    ends = {row["id"]: row["archived_at"] for row in api.get("/tokens").data if row["user_id"] == 1}
    assert [number for number, end in ends.items() if end is None] == [5, 1]


def test_a_password_set_by_an_administrator_ends_every_token(api: Api, hire: Hire) -> None:
    clerk = hire()
    mine = token(clerk)
    assert api.put("/users/2", person(clerk, password=NEW)).status == 200
    assert [caller.get("/ping").status for caller in (clerk, mine)] == [403, 403]
    assert alive(api, clerk, mine) == [True, False, False]


def test_an_archived_user_is_out_and_restoring_revives_no_token(api: Api, hire: Hire) -> None:
    clerk = hire()
    assert clerk.get("/ping").status == 200
    assert api.delete("/users/2").status == 200
    assert clerk.get("/ping").status == 403, "at once on this container"
    assert api.put("/users/2?action=restore").data["deleted_at"] is None
    assert alive(clerk) == [False]
    again = Api(api._gateway)
    again.token = again.post("/login", person(clerk, password=PASSWORD)).data[0]["token"]
    assert again.token != clerk.token
    assert alive(again, clerk) == [True, False]


def test_rights_change_at_once_on_this_container(api: Api, hire: Hire) -> None:
    clerk = hire(permissions=["create_client"])
    assert clerk.post("/clients", {"name": "x"}).status == 200
    api.put("/users/2", person(clerk, permissions=[]))
    assert clerk.post("/clients", {"name": "x"}).status == 403


PLACES = {"x": "1", "clients": "1"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_reading_token_changes_nothing_anywhere(api: Api, method: str) -> None:
    reader = token(api, scope="read")
    names = {*RESOURCES, *ENDPOINTS} - {
        "login", "oauth_login", "register", "refresh", "forgot_password", "reset_password", "accept_invitation",
        "ios_subscription_status", "ping",
    }  # fmt: skip
    for name in names:
        for path in (f"/{name}", f"/{name}/1", f"/{name}?dry_run=1", f"/{name}/1?action=archive"):
            answer = reader.send(method, path, {"name": "x"})
            assert answer.status in (403, 404, 405), (name, answer)
            if answer.status == 403 and "Invalid API" not in answer.text:
                assert answer.json == {"error": {"message": "This token may only read."}}, name
    assert reader.post("/clients", {"name": "x"}, x_http_method_override="PUT").status in (403, 405)
    assert reader.post("/clients/1", {"_method": "DELETE"}).status == 403
    assert api.get("/clients").data == [] and len(api.get("/tokens").data) == 2


def test_a_reading_token_reads(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    reader = token(api, scope="read")
    for path in (
        "/clients",
        "/clients/1",
        "/accounts",
        "/tokens",
        "/users",
        "/dashboard",
        "/ping",
        "/static",
    ):
        assert reader.get(path).status == reader.send("HEAD", path).status == 200, path
    assert reader.send("OPTIONS", "/clients").status == 200
    assert reader.post("/refresh", {"include_static": "1"}).status == 200


def test_a_limited_token_learns_no_stronger_one(api: Api, clock: Clock) -> None:
    for limits in ({"scope": "read"}, {"expires_at": clock.now + 60}):
        limited = token(api, **limits)
        for answer in (
            limited.get("/user_accounts?token_name=TOKEN"),
            limited.post("/refresh?token_name=TOKEN"),
        ):
            assert answer.data[0]["token"] is None and api.token not in answer.text


def test_a_token_that_ends_makes_none_that_lasts(api: Api, clock: Clock) -> None:
    end = clock.now + 60
    limited = token(api, expires_at=end)
    assert limited.post("/tokens", {"name": "x", "expires_at": end + 1}).status == 403
    assert limited.post("/tokens", {"name": "x"}).data["expires_at"] == end
    assert limited.post("/tokens", {"name": "x", "expires_at": end - 1}).data["expires_at"] == end - 1
    for answer in (
        limited.put("/users/1", person(api, password=NEW)),
        limited.post("/users", person(api, email="n@x.test", password=PASSWORD)),
        limited.put("/users/1?action=invite"),
    ):
        assert answer.status == 403


def test_users_make_and_see_tokens_of_their_own(api: Api, hire: Hire) -> None:
    clerk, admin = hire(), hire(is_admin=True)
    own = clerk.post("/tokens", {"name": "mine"}).data
    assert own["user_id"] == 2
    assert [row["user_id"] for row in clerk.get("/tokens").data] == [2, 2]
    assert clerk.get("/tokens").json["meta"]["pagination"]["total"] == 2
    for number in (1, 3):
        assert clerk.get(f"/tokens/{number}").status == 404
        assert clerk.put(f"/tokens/{number}", {"name": "x"}).status == 404
        assert clerk.delete(f"/tokens/{number}").status == 404
    for user in (1, 3):
        assert clerk.post("/tokens", {"name": "x", "user_id": user}).status == 403
    assert admin.post("/tokens", {"name": "x", "user_id": 1}).status == 403, "nobody speaks for the owner"
    lent = Api(api._gateway, admin.post("/tokens", {"name": "x", "user_id": 2}).data["token"])
    assert lent.get("/ping?v2=1").json == {"data": clerk.email}
    assert lent.post("/clients", {"name": "x"}).status == 403, "it can do what its user can"
    assert len(admin.get("/tokens").data) == 5
    assert admin.delete(f"/tokens/{own['id']}").status == 200
    api.delete("/users/2")
    assert set(api.post("/tokens", {"name": "x", "user_id": 2}).errors) == {"user_id"}


def test_the_owner_is_protected(api: Api, hire: Hire) -> None:
    admin = hire(is_admin=True)
    assert admin.put("/users/1", person(admin, email="stolen@x.test", password=NEW)).status == 403
    assert admin.put("/users/1", person(admin, email="stolen@x.test")).status == 403
    assert admin.delete("/users/1").status == 403
    changed = api.put("/users/1", person(api, is_admin=False, permissions=["view_client"]))
    assert (changed.data["is_admin"], changed.data["permissions"]) == (True, [])
    assert set(api.delete("/users/1").errors) == {"action"}
    assert alive(api) == [True]


def test_tenants_do_not_meet(api: Api, gateway: Gateway) -> None:
    other = Api(gateway).register()
    mine = token(api)
    assert [row["id"] for row in other.get("/tokens").data] == [1]
    assert other.get("/tokens/2").status == other.delete("/tokens/2").status == 404
    assert set(other.post("/tokens", {"name": "x", "user_id": 2}).errors) == {"user_id"}
    other.put("/users/1", person(other, password=NEW))
    assert alive(mine, api, other) == [True] * 3


def test_no_row_holds_a_token(api: Api) -> None:
    plain = api.post("/tokens", {"name": "t"}).data["token"]
    replayed = api.post("/tokens", {"name": "k"}, idempotency_key="kept").data["token"]
    api.put("/users/1", person(api, password=NEW))
    for row in stored_texts():
        for clear in (plain, replayed, NEW):
            assert clear not in row
