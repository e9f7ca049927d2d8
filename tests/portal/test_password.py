"""Contacts with a password, where the account asks for it (http.md 9.2)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from chalicelib.api import auth
from chalicelib.local.gateway import Gateway
from chalicelib.settings import settings as settings_of_server
from tests.api_client import Answer, Api, Clock
from tests.operations.steps import settings
from tests.portal.guest import Guest, client, document, text_of, token

SECRET = "open sesame"


@pytest.fixture
def key(api: Api) -> str:
    """The link of a contact with a password."""
    settings(api, enable_portal_password=True)
    _, found = document(api, client(api))
    with_password(api, SECRET)
    return found


def with_password(api: Api, password: Any) -> Any:
    contact = api.get("/contacts/1").data
    return api.put("/contacts/1", {**contact, "password": password}).data


def log_in(guest: Guest, key: str, password: str) -> Answer:
    page = guest.get(f"/view/{key}")
    return guest.post(f"/view/{key}/login", {"token": token(page), "password": password})


def test_every_page_asks_for_the_password(api: Api, guest: Guest, key: str) -> None:
    for path in (f"/view/{key}", f"/view/{key}/pdf", f"/download/{key}", f"/view/{key}/documents/1"):
        page = guest.get(path)
        assert page.status == 401
        assert "Berg" not in page.text
        assert "0001" not in page.text
    for path in (f"/view/{key}/seen", f"/approve/{key}"):
        assert guest.post(path, {"token": token(guest.get(f"/view/{key}"))}).status == 401
    assert api.get("/invoices/1").data["invoice_status_id"] == 2


def test_the_password_opens_all_pages_of_the_contact(api: Api, guest: Guest, key: str) -> None:
    _, other = document(api, 1)
    assert log_in(guest, key, "wrong").status == 401
    answer = log_in(guest, key, SECRET)
    assert (answer.status, answer.headers["location"]) == (303, f"/view/{key}")
    assert answer.headers["set-cookie"].endswith("; Path=/; Max-Age=28800; HttpOnly; SameSite=Lax; Secure")
    assert guest.get(f"/view/{key}").status == 200
    assert guest.get(f"/view/{other}").status == 200
    assert guest.look(key) is not None


def test_a_pass_is_for_one_contact_and_one_password(
    api: Api, guest: Guest, gateway: Gateway, key: str, clock: Clock
) -> None:
    assert log_in(guest, key, SECRET).status == 303
    other = Api(gateway).register()
    settings(other, enable_portal_password=True)
    _, foreign = document(other, client(other))
    with_password(other, SECRET)
    assert guest.get(f"/view/{foreign}").status == 401
    clock.tick(8 * 3600 - 1)
    assert guest.get(f"/view/{key}").status == 200
    clock.tick(1)
    assert guest.get(f"/view/{key}").status == 401
    assert log_in(guest, key, SECRET).status == 303
    with_password(api, "another one")
    assert guest.get(f"/view/{key}").status == 401


@pytest.mark.parametrize(
    "kept", ["", ".", "9999999999.", "99999999999.abc", "²." + "0" * 32, "1e9." + "0" * 32]
)
def test_a_forged_pass_opens_nothing(guest: Guest, key: str, kept: str) -> None:
    guest.cookies["kunai_pass"] = kept
    assert guest.get(f"/view/{key}").status == 401


def test_guessing_is_locked_out(guest: Guest, gateway: Gateway, key: str, clock: Clock) -> None:
    for _ in range(10):
        assert log_in(guest, key, "guess").status == 401
    assert log_in(guest, key, SECRET).status == 401, "the right one no more than another"
    clock.tick(61)
    assert log_in(guest, key, SECRET).status == 303


def test_guesses_count_towards_the_limit_of_their_address(
    gateway: Gateway, key: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = dataclasses.replace(settings_of_server(), login_limit=2)
    monkeypatch.setattr(auth, "settings", lambda: limited)
    stranger = Guest(gateway, "198.51.100.77")
    assert [log_in(stranger, key, "guess").status for _ in range(4)] == [401, 401, 401, 429]
    assert stranger.get(f"/view/{key}").status == 401, "looking is not guessing"


def test_the_form_needs_its_token(guest: Guest, key: str) -> None:
    refused = guest.post(f"/view/{key}/login", {"password": SECRET})
    assert refused.status == 401
    assert "kunai_pass" not in guest.cookies


def test_passwords_are_written_and_never_shown(api: Api, key: str) -> None:
    assert "password" not in with_password(api, SECRET)
    assert "password" not in api.get("/clients/1").data["contacts"][0]
    assert "scrypt" not in api.get("/events?after=0&per_page=200").text
    long = api.put("/contacts/1", {**api.get("/contacts/1").data, "password": "x" * 2_000})
    assert long.errors["password"]


def test_without_a_password_or_the_setting_the_link_is_enough(api: Api, guest: Guest, key: str) -> None:
    settings(api, enable_portal_password=False)
    assert guest.get(f"/view/{key}").status == 200
    settings(api, enable_portal_password=True)
    with_password(api, "")
    page = guest.get(f"/view/{key}")
    assert "Berg" in text_of(page)
    assert guest.post(f"/view/{key}/login", {"token": token(page)}).status == 303


def test_a_client_may_set_it_with_its_contacts(api: Api, guest: Guest) -> None:
    settings(api, enable_portal_password=True)
    person = {"first_name": "Pia", "email": "pia@berg.test", "password": SECRET}
    _, key = document(api, api.post("/clients", {"name": "Berg", "contact": person}).data["id"])
    assert guest.get(f"/view/{key}").status == 401
    assert log_in(guest, key, SECRET).status == 303
