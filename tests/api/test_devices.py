"""Push devices as v4's apps register them: data only (http.md 3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations import devices
from tests.api_client import PASSWORD, Api

FLAGS = ("notify_sent", "notify_viewed", "notify_approved", "notify_paid")


def add(api: Api, token: str = "tok", device: str = "ios", **more: Any) -> Any:
    return api.post("/add_token", {"token": token, "device": device, **more})


@pytest.fixture
def clerk(api: Api, gateway: Gateway) -> Api:
    """A user of the same account who is no administrator."""
    clerk = Api(gateway)
    clerk.email = f"clerk.{api.email}"
    fields = {"email": clerk.email, "password": PASSWORD, "first_name": "C", "last_name": "D"}
    assert api.post("/users", {**fields, "is_admin": False}).status == 200
    clerk.token = clerk.post("/login", {"email": clerk.email, "password": PASSWORD}).data[0]["token"]
    return clerk


def test_a_device_of_an_address(api: Api) -> None:
    key = api.get("/accounts").data["account_key"]
    device = add(api, email=api.email).data
    assert device == {
        "token": "tok", "email": api.email, "device": "ios", "account_key": key, **dict.fromkeys(FLAGS, True)
    }  # fmt: skip
    flags = {"notify_sent": False, "notify_viewed": "1", "notify_approved": 0, "notify_paid": "false"}
    changed = api.post("/update_notifications", flags).data
    assert [changed[name] for name in FLAGS] == [False, True, False, False]
    assert api.post("/update_notifications", {"notify_sent": True}).data == {**changed, "notify_sent": True}
    again = add(api, "tok2", "fcm", email=api.email.upper()).data
    assert again == {**changed, "notify_sent": True, "token": "tok2", "device": "fcm"}
    assert api.post("/remove_token", {"token": "tok"}).json == {"data": ["success"]}
    assert api.post("/update_notifications", {}).status == 200, "that token is no device's any more"
    assert api.post("/remove_token", {"token": "tok2"}).json == {"data": ["success"]}
    gone = api.post("/update_notifications", {"notify_sent": True})
    assert (gone.status, gone.json) == (400, {"error": {"message": "No registered devices."}})


def test_without_an_address_it_is_the_callers(api: Api, clerk: Api) -> None:
    assert add(api).data["email"] == api.email
    none = clerk.post("/update_notifications", {"notify_sent": True})
    assert (none.status, none.text) == (200, "")
    assert add(clerk, "tok").data["email"] == clerk.email
    assert clerk.post("/update_notifications", {"notify_sent": False}).data["email"] == clerk.email


def test_others_devices_are_for_administrators(api: Api, clerk: Api) -> None:
    add(api, "mine")
    assert add(clerk, "theirs", email=api.email).status == 403
    assert clerk.post("/remove_token", {"token": "mine"}).status == 200
    assert api.post("/update_notifications", {}).data["token"] == "mine"
    assert add(api, "set up", email=clerk.email).data["email"] == clerk.email
    assert api.post("/remove_token", {"token": "set up"}).status == 200
    assert clerk.post("/update_notifications", {}).text == ""


def test_accounts_do_not_share_devices(api: Api, gateway: Gateway) -> None:
    add(api, "tok")
    other = Api(gateway).register()
    assert other.post("/update_notifications", {}).status == 400
    assert other.post("/remove_token", {"token": "tok"}).status == 200
    assert api.post("/update_notifications", {}).data["token"] == "tok"


BAD: dict[str, list[Any]] = {
    "token": [None, "", " ", [], {"a": 1}, "x" * 1_025],
    "device": [None, "", "android", ["ios"], 7],
    "email": ["nonsense", ["a@b.test"], "x" * 300 + "@b.test", 5],
}


@pytest.mark.parametrize(("field", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_bad_devices_name_the_field(api: Api, field: str, value: Any) -> None:
    body = {"token": "tok", "device": "ios", "email": api.email, field: value}
    assert set(api.post("/add_token", body).errors) == {field}
    assert api.post("/update_notifications", {}).status == 400, "nothing was stored"


def test_bad_flags_and_tokens(api: Api) -> None:
    add(api)
    assert set(api.post("/update_notifications", {"notify_paid": []}).errors) == {"notify_paid"}
    assert set(api.post("/remove_token", {}).errors) == {"token"}


def test_the_list_is_bounded(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "MOST", 2)
    for number in range(2):
        assert add(api, email=f"d{number}@x.test").status == 200
    assert set(add(api, email="d2@x.test").errors) == {"token"}
    assert add(api, "new", email="d1@x.test").data["token"] == "new"


def test_once_under_an_idempotency_key(api: Api) -> None:
    body = {"token": "tok", "device": "ios"}
    first = api.post("/add_token", body, idempotency_key="k")
    again = api.post("/add_token", body, idempotency_key="k")
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert api.post("/add_token?dry_run=true", {**body, "token": "dry"}).data["token"] == "dry"
    assert api.post("/update_notifications", {}).data["token"] == "tok"


def test_the_upgrade_sells_nothing(api: Api, anonymous: Api) -> None:
    answer = api.post("/upgrade", {"order_id": "1", "timestamp": 1, "product_id": "v1_pro_yearly"})
    assert (answer.status, answer.json) == (200, {"message": "error"})
    assert answer.headers["content-type"].startswith("text/html")
    assert api.get("/user_accounts").data[0]["plan"] == ""
    for path in ("upgrade", "add_token", "remove_token", "update_notifications", "two_factor", "oauth_link"):
        assert anonymous.post(f"/{path}", {"token": "x"}).status == 403
