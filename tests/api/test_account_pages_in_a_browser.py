"""An operator's way through the account's pages in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from chalicelib.delivery import relay
from tests.api_client import PASSWORD, Api
from tests.browser import chromium, page, site
from tests.delivery import post
from tests.receiver import Receiver, receiving

__all__ = ("chromium", "page", "site")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def signed_in(page: Page, site: str, api: Api) -> Page:
    page.goto(f"{site}/api/settings")
    page.get_by_label("E-mail address").fill(api.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Untitled company")
    return page


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name).click()
    expect(page.get_by_role("link", name=name)).to_have_attribute("aria-current", "page")


def test_a_token_is_made_used_and_revoked(signed_in: Page, api: Api) -> None:
    page = signed_in
    open_tab(page, "API tokens")
    page.get_by_label("Name").fill("Shop & <b>backup</b>")
    page.get_by_label("Scope").select_option("read")
    page.get_by_role("button", name="Make the token").click()
    device = Api(api._gateway, page.get_by_label("Token", exact=True).input_value())
    assert device.get("/clients").status == 200
    row = page.get_by_role("row", name="Shop & <b>backup</b>")
    row.get_by_text("Revoke…").click()
    row.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("The token is revoked.")
    assert device.get("/clients").status == 403
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    assert page.context.cookies() == []
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_webhook_shows_what_it_delivered(signed_in: Page, api: Api, receiver: Receiver) -> None:
    page = signed_in
    post.clear()
    open_tab(page, "Webhooks")
    page.get_by_label("Event").select_option("client.created")
    page.get_by_label("Address").fill(receiver.url)
    page.get_by_role("button", name="Add the webhook").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("client.created")
    page.get_by_role("button", name="Show the secret").click()
    expect(page.get_by_label("Secret", exact=True)).to_have_value(re.compile("^whsec_"))
    api.post("/clients", {"name": "A"})
    for _ in range(2):
        relay.run_pending(lambda: 4_000_000_000)
    open_tab(page, "Webhooks")
    page.get_by_role("link", name="client.created").click()
    expect(page.get_by_role("row", name="client.created")).to_contain_text("delivered")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_have_text("1 event is delivered again.")
    assert len(receiver.got) == 1
    relay.run_pending(lambda: 4_000_000_000)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1 < len(receiver.got)


def test_a_form_of_another_site_does_nothing(signed_in: Page, api: Api, site: str) -> None:
    """Its request comes without the session, as the cookie is for the same site only."""
    page = signed_in
    page.set_content(f'<form method="post" action="{site}/api/settings/tokens"><button>Win</button></form>')
    other = page.context.new_page()
    other.route(
        "http://evil.test/", lambda route: route.fulfill(body=page.content(), content_type="text/html")
    )
    other.goto("http://evil.test/")
    other.get_by_role("button").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.get_by_role("link", name="Go on if you are signed in.").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Untitled company")
    assert len(api.get("/tokens").data) == 1


def test_the_pages_fit_a_phone_and_stay_within(signed_in: Page, api: Api, site: str) -> None:
    """No page is wider than the screen, loads anything from elsewhere or offends its own policy."""
    page, loaded, problems = signed_in, set[str](), list[str]()
    page.on("request", lambda request: loaded.add(request.url))
    page.on("console", lambda message: problems.append(message.text))
    page.set_viewport_size({"width": 360, "height": 740})
    api.post("/hooks", {"event": "*", "target_url": f"https://example.com/{'long' * 60}"})
    api.post("/tokens", {"name": "wide" * 40})
    for path in ("", "/tokens", "/hooks", "/hooks/1", "/mails", "/second-factor"):
        page.goto(f"{site}/api/settings{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert all(url.startswith((site, "data:")) for url in loaded)
    assert problems == []
