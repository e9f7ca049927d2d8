"""A view counts once per browser, and only where somebody has the page before them (http.md 9.3)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Api, Clock
from tests.portal.guest import AGENT, Guest, client, document


def events(api: Api, name: str) -> list[Any]:
    return [row for row in api.get("/events?after=0&per_page=200").data if row["type"] == name]


def state(api: Api, number: int) -> tuple[int, str]:
    """Status and the time of the last view."""
    invoice = api.get(f"/invoices/{number}?include=invitations").data
    return invoice["invoice_status_id"], invoice["invitations"][0]["viewed_date"]


@pytest.mark.parametrize(("is_quote", "name", "activity"), [(False, "invoice", 7), (True, "quote", 21)])
def test_a_view_counts_once_per_browser(
    api: Api, guest: Guest, gateway: Gateway, clock: Clock, is_quote: bool, name: str, activity: int
) -> None:
    buyer = client(api)
    number, key = document(api, buyer, is_quote=is_quote)
    clock.tick(60)
    told = guest.look(key)
    assert told is not None
    assert told.status == 204
    assert state(api, number) == (3, "2026-11-22 12:01:00")
    assert api.get(f"/clients/{buyer}").data["last_login"] == "2026-11-22 12:01:00"
    assert guest.look(key) is None, "the page of a counted view asks for nothing"
    seen = api.get(f"/clients/{buyer}?include=activities").data["activities"][0]
    assert (seen["activity_type_id"], seen["invoice_id"]) == (activity, number)
    assert (seen["contact_id"], seen["adjustment"]) == (1, 0)
    assert len(events(api, f"{name}.viewed")) == 1
    clock.tick(60)
    Guest(gateway).look(key)
    assert len(events(api, f"{name}.viewed")) == 2
    assert state(api, number)[1] == "2026-11-22 12:02:00"


def test_many_browsers_at_once_are_one_view(api: Api, gateway: Gateway, clock: Clock) -> None:
    """Whoever holds a link can make up any number of browsers; each view may mail the sender."""
    number, key = document(api, client(api))
    for _ in range(3):
        told = Guest(gateway).look(key)
        assert told is not None
        assert "kunai_seen" in told.headers["set-cookie"]
        clock.tick(19)
    assert len(events(api, "invoice.viewed")) == 1
    clock.tick(3)
    Guest(gateway).look(key)
    assert len(events(api, "invoice.viewed")) == 2
    assert state(api, number)[1] == "2026-11-22 12:01:00"


def test_users_of_the_account_do_not_count(api: Api, gateway: Gateway, guest: Guest) -> None:
    number, key = document(api, client(api))
    other = Api(gateway).register()
    _, foreign = document(other, client(other))
    fields = {"email": api.email, "password": PASSWORD}
    signed_in = guest.post("/settings/login", fields, sec_fetch_site="same-origin")
    assert signed_in.status == 303
    guest.look(key)
    guest.look(foreign)
    assert (events(api, "invoice.viewed"), state(api, number)[0]) == ([], 2)
    assert len(events(other, "invoice.viewed")) == 1


def test_the_cookie_is_for_this_page_alone_and_out_of_reach(api: Api, guest: Guest) -> None:
    _, key = document(api, client(api))
    page = guest.get(f"/view/{key}")
    assert "set-cookie" not in page.headers
    told = guest.look(key, page)
    assert told is not None
    kept = told.headers["set-cookie"]
    assert kept.endswith(f"; Path=/view/{key}; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure")


def test_a_forged_cookie_hides_no_view(api: Api, guest: Guest) -> None:
    number, key = document(api, client(api))
    guest.cookies["kunai_seen"] = "0" * 32
    guest.look(key)
    assert state(api, number)[0] == 3


def test_a_view_lowers_no_status(api: Api, guest: Guest) -> None:
    number, key = document(api, client(api))
    api.post("/payments", {"invoice_id": number, "amount": 40})
    guest.look(key)
    assert state(api, number)[0] == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"accept": "*/*"},
        {"accept": None},
        {"user_agent": None},
        {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"user_agent": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36"},
        {"user_agent": "Barracuda Sentinel (EE)"},
        {"user_agent": "WhatsApp/2.23.20.0"},
        {"user_agent": "python-requests/2.32"},
        {"x_ninja_token": "whatever"},
    ],
)
def test_programs_and_the_sender_are_not_asked_to_tell(api: Api, guest: Guest, headers: Any) -> None:
    _, key = document(api, client(api))
    page = guest.get(f"/view/{key}", **headers)
    assert page.status == 200
    assert "data-token" not in page.text


def test_a_preview_is_silent_and_stays_so(api: Api, guest: Guest) -> None:
    buyer = client(api)
    _, key = document(api, buyer)
    _, other = document(api, buyer)
    page = guest.get(f"/view/{key}?silent=true")
    assert "data-token" not in page.text
    assert f"/view/{other}?silent=true" in page.text


def test_fetching_alone_counts_nothing(api: Api, guest: Guest) -> None:
    """Mail scanners call themselves browsers and fetch all that a page links to."""
    number, key = document(api, client(api))
    page = guest.get(f"/view/{key}")
    guest.send("HEAD", f"/view/{key}")
    for address in re.findall(r'(?:href|src|data-address)="(/[^"#]+)"', page.text):
        guest.get(address.replace("&amp;", "&"))
    assert state(api, number) == (2, "")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"user_agent": "Mozilla/5.0 HeadlessChrome/140.0"},
        {"sec_fetch_site": "cross-site"},
    ],
)
def test_nothing_counts_that_nobody_has_before_them(api: Api, guest: Guest, headers: Any) -> None:
    number, key = document(api, client(api))
    page = guest.get(f"/view/{key}")
    (address, token), *_ = re.findall(r'data-address="([^"]+)" data-token="([^"]+)"', page.text)
    assert guest.post(address, {"token": token}, **headers).status == 204
    assert state(api, number)[0] == 2


def test_a_view_needs_the_token_of_its_own_page(api: Api, guest: Guest) -> None:
    buyer = client(api)
    number, key = document(api, buyer)
    _, other = document(api, buyer)
    page = guest.get(f"/view/{other}")
    (token,) = re.findall(r'data-token="([^"]+)"', page.text)
    for sent in ({}, {"token": ""}, {"token": token}, {"token[]": token}):
        assert guest.post(f"/view/{key}/seen", sent).status == 204
    assert state(api, number)[0] == 2


def test_browsers_without_scripts_count_by_a_picture(api: Api, guest: Guest) -> None:
    number, key = document(api, client(api))
    page = guest.get(f"/view/{key}")
    (address,) = re.findall(r'<noscript><img src="([^"]+)"', page.text)
    fetched = guest.get(address, user_agent=AGENT, accept="image/avif,image/*,*/*")
    assert (fetched.status, fetched.headers["content-type"]) == (200, "image/gif")
    assert state(api, number)[0] == 2
    guest.get(address, accept="image/*", sec_fetch_dest="image", sec_fetch_site="same-origin")
    assert state(api, number)[0] == 3
    assert guest.look(key) is None


def test_templates_are_shown_and_not_counted(api: Api, guest: Guest) -> None:
    number, key = document(api, client(api), sent=False, is_recurring=True)
    guest.look(key)
    assert state(api, number)[1] == ""
