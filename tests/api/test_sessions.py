"""Who may call: registering, logging in, tokens, the API secret, and what of these is stored."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.api import auth
from chalicelib.local.gateway import Gateway
from chalicelib.settings import Settings, settings
from chalicelib.store import codec
from chalicelib.store.connection import connection
from chalicelib.store.models import TABLES
from tests.api_client import PASSWORD, Api

BAD_TOKEN = {"error": {"message": "Invalid token"}}
OWNER = {"first_name": "Jane", "last_name": "Owner", "password": PASSWORD}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    """The installation has an API secret."""
    changed = dataclasses.replace(settings(), api_secret="open sesame")
    install(monkeypatch, changed)
    return changed.api_secret


def install(monkeypatch: pytest.MonkeyPatch, changed: Settings) -> None:
    for module in ("auth", "endpoints", "sessions"):
        monkeypatch.setattr(f"chalicelib.api.{module}.settings", lambda: changed)


def test_register_opens_an_account(anonymous: Api) -> None:
    body = {**OWNER, "email": " New@Example.com ", "token_name": "laptop"}
    (account,) = anonymous.post("/register", body).data
    assert len(account["token"]) == len(account["account_key"]) == 32
    assert (account["user_id"], account["name"], account["currency_id"]) == (1, "Untitled Company", 1)
    user = account["user"]
    assert (user["id"], user["email"], user["is_admin"]) == (1, "New@Example.com", True)
    assert (user["registered"], user["confirmed"], user["permissions"]) == (True, True, [])
    assert "password" not in user
    anonymous.token = account["token"]
    assert anonymous.get("/clients").data == []
    anonymous.token = ""
    taken = anonymous.post("/register", {**OWNER, "email": "new@EXAMPLE.com"})
    assert taken.errors == {"email": ["The email has already been taken."]}


def test_register_names_every_missing_field(anonymous: Api) -> None:
    assert set(anonymous.post("/register", {}).errors) == {"email", "first_name", "last_name", "password"}
    assert set(anonymous.post("/register", {**OWNER, "email": "nonsense"}).errors) == {"email"}
    assert set(anonymous.post("/register", {**OWNER, "email": "a@b.test", "password": 5}).errors) == {
        "password"
    }


def test_a_closed_server_registers_nobody(anonymous: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, dataclasses.replace(settings(), registration=False))
    answer = anonymous.post("/register", {**OWNER, "email": "closed@example.com"})
    message = {"error": {"message": "Registration is closed on this server."}}
    assert (answer.status, answer.json) == (403, message)
    assert anonymous.post("/login", {**OWNER, "email": "closed@example.com"}).status == 401


def test_a_closed_server_takes_its_demo_account(anonymous: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "the operator's own demo token"
    install(monkeypatch, dataclasses.replace(settings(), registration=False, demo_token=token))
    for sent in (None, "", "another", [token]):
        assert anonymous.post("/register", {**OWNER, "email": "c@example.com", "token": sent}).status == 403
    made = anonymous.post("/register", {**OWNER, "email": "c@example.com", "token": token}).data
    assert made[0]["token"] == token
    again = anonymous.post("/register", {**OWNER, "email": "d@example.com", "token": token})
    assert set(again.errors) == {"token"}, "but only that one"


@pytest.mark.parametrize("value", ["Closed", "no", "0"])
def test_registration_is_open_or_closed(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KUNAI_REGISTRATION", value)
    with pytest.raises(ValueError, match="KUNAI_REGISTRATION"):
        settings.__wrapped__()


def test_login_gives_a_device_the_same_token_again(api: Api, anonymous: Api) -> None:
    def login(**more: str) -> dict[str, Any]:
        (row,) = anonymous.post("/login", {"email": api.email.upper(), "password": PASSWORD, **more}).data
        return dict(row)

    phone = login(token_name="phone")["token"]
    assert login(token_name=" phone ")["token"] == phone
    assert login(token_name="tablet")["token"] != phone
    assert login()["token"] == login(token_name="TOKEN")["token"] == api.token
    anonymous.token = phone
    assert anonymous.get("/ping?v2=1").json == {"data": api.email}


def test_login_tells_nothing_about_why_it_failed(api: Api, anonymous: Api) -> None:
    for body in (
        {"email": api.email, "password": "wrong"},
        {"email": "nobody@example.com", "password": PASSWORD},
        {"email": api.email},
        {"email": {"$ne": ""}, "password": {"$ne": ""}},
        {},
    ):
        answer = anonymous.post("/login", body)
        assert (answer.status, answer.json) == (401, {"error": {"message": "Invalid credentials"}})


def test_login_with_static_tables(api: Api, anonymous: Api) -> None:
    body = {"email": api.email, "password": PASSWORD, "include_static": "1"}
    found = anonymous.post("/login", body).data
    assert list(found) == ["accounts", "static", "version"]
    assert found["version"] == "4.5.50"
    assert found["accounts"][0]["user"]["email"] == api.email
    assert {"currencies", "countries", "timezones", "languages"} <= set(found["static"])
    assert "static" not in api.get("/user_accounts?include_static=0").text
    assert isinstance(api.get("/user_accounts?include_static=1").data, list), "never here"


def test_static_tables_speak_the_accounts_language(api: Api, anonymous: Api) -> None:
    english = api.post("/refresh?include_static=1").data["static"]
    assert api.put("/accounts", {"name": "Acme", "language_id": 3}).status == 200
    body = {"email": api.email, "password": PASSWORD, "include_static": True}
    german = anonymous.post("/login", body).data["static"]
    for key in ("industries", "countries", "paymentTypes", "languages", "currencies"):
        names = [row["name"] for row in german[key]]
        assert names == sorted(names, key=str.encode)
        assert "Germany" not in names
        assert sorted(row["id"] for row in german[key]) == sorted(row["id"] for row in english[key])
    assert german["timezones"] == english["timezones"]
    assert {row["id"]: row["name"] for row in german["countries"]}[276] == "Deutschland"
    assert api.get("/static").data["countries"][0]["name"] == "Afghanistan"
    assert "Germany" in {row["name"] for row in api.get("/static").data["countries"]}


def test_refresh_and_user_accounts_make_no_token(api: Api) -> None:
    for answer in (
        api.post("/refresh"),
        api.get("/user_accounts"),
        api.post("/refresh", {"token_name": "new"}),
    ):
        assert answer.data[0]["token"] is None
    assert api.get("/user_accounts?token_name=TOKEN").data[0]["token"] == api.token
    api.post("/tax_rates", {"name": "VAT", "rate": 19})
    shown = api.post("/refresh?include=tax_rates,users,account_email_settings,custom_payment_terms").data[0]
    assert shown["tax_rates"][0]["rate"] == 19
    assert shown["users"] == [shown["user"]]
    assert shown["custom_payment_terms"] == []
    assert shown["account_email_settings"]["email_subject_invoice"] == ""
    assert "$account" in shown["email_footer"], "the text in force, not the stored one"


@pytest.mark.parametrize("token", [None, "x", "0" * 32, "0" * 500, "ä", "' OR 1=1"])
def test_a_wrong_token_opens_nothing(anonymous: Api, token: str | None) -> None:
    for method, path in (("GET", "/clients"), ("POST", "/invoices"), ("GET", "/ping"), ("POST", "/refresh"),
                         ("GET", "/static"), ("GET", "/download/1"), ("PUT", "/accounts")):  # fmt: skip
        answer = anonymous.send(method, path, x_ninja_token=token)
        assert (answer.status, answer.json) == (403, BAD_TOKEN), path


def test_ping(api: Api, anonymous: Api) -> None:
    assert api.get("/ping").text == "success"
    assert api.get("/ping").headers["content-type"] == "application/json"
    assert api.get("/ping?v2=0").text == "success"
    assert api.get("/ping?v2=true").json == {"data": api.email}
    assert anonymous.get("/ping").status == 403


def test_the_api_secret_guards_the_doors_without_token(api: Api, anonymous: Api, secret: str) -> None:
    login = {"email": api.email, "password": PASSWORD}
    for path in ("/login", "/register", "/ios_subscription_status"):
        for wrong in (None, "wrong"):
            answer = anonymous.post(path, login, x_ninja_secret=wrong)
            assert (answer.status, answer.json) == (
                403,
                {"error": {"message": "Invalid value for API_SECRET"}},
            )
    assert anonymous.post("/login", login, x_ninja_secret=secret).status == 200
    assert anonymous.post("/login", {**login, "api_secret": secret}).status == 200
    assert anonymous.post("/login", {**login, "api_secret": [secret]}).status == 403
    short = anonymous.post("/register", {"api_secret": secret})
    assert (short.status, list(short.json["error"])) == (400, ["message"])
    assert anonymous.get("/ping", x_ninja_secret=secret).text == "success"
    assert anonymous.get(f"/ping?api_secret={secret.replace(' ', '%20')}").text == "success"
    assert anonymous.get("/ping", x_ninja_secret="wrong").status == 403
    assert anonymous.get("/ping?v2=1", x_ninja_secret=secret).status == 403
    assert api.get("/clients").status == 200, "a token needs no secret"


def test_accounts_do_not_see_each_other(api: Api, gateway: Gateway) -> None:
    other = Api(gateway).register()
    api.post("/clients", {"name": "Mine", "contact": {"email": "c@mine.test"}, "id_number": "7"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"notes": "x", "cost": 1, "product_key": "P"}]})
    api.post("/payment_terms", {"num_days": 21})
    for path in (
        "/clients/1",
        "/contacts/1",
        "/invoices/1",
        "/products/1",
        "/download/1",
        "/payment_terms/1",
    ):
        assert other.get(path).status == 404
        assert other.put(path, {"name": "theirs"}).status in (404, 405)
        assert other.delete(path).status in (400, 404, 405)
    for query in ("?email=c@mine.test", "?id_number=7", ""):
        assert other.get(f"/clients{query}").data == []
    assert other.get("/invoices?invoice_number=0001").data == []
    assert other.post("/email_invoice", {"id": 1}).status == 404
    assert other.post("/invoices", {"client_id": 1}).json == {"error": "Client not found"}
    cursor = api.get("/clients?per_page=1").json["meta"]["pagination"].get("next_cursor", "0000000001.1-1")
    assert other.get(f"/clients?cursor={cursor}").errors.keys() == {"cursor"}
    assert api.get("/clients/1").data["name"] == "Mine"
    assert other.post("/clients", {"name": "Theirs"}).data["id"] == 1
    assert other.post("/invoices", {"client_id": 1, "email": "c@mine.test"}).data["client_id"] == 2


def stored_texts() -> Iterator[str]:
    """Every row of every table, bodies unpacked, as text. Some tests store bodies that are none."""
    for table in TABLES:
        pages = connection().client.get_paginator("scan").paginate(TableName=table.Meta.table_name)
        for page in pages:
            for row in page["Items"]:
                yield str(row)
                if "b" in row:
                    with suppress(ValueError):
                        yield str(codec.unpack(row["b"]["B"]))


def test_no_row_holds_a_token_or_password(api: Api, anonymous: Api) -> None:
    (phone,) = anonymous.post(
        "/login", {"email": api.email, "password": PASSWORD, "token_name": "phone"}
    ).data
    rows = list(stored_texts())
    assert any(api.email in row for row in rows), "the scan sees what is stored"
    for clear in (PASSWORD, api.token, phone["token"]):
        assert not any(clear in row for row in rows)
    assert api.token not in str(vars(auth.cache)), "nor does the memory keep tokens in clear"
