"""The reference page shows the document in a real browser, from our own server alone."""

from __future__ import annotations

import gzip
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from chalicelib.local.gateway import Gateway, Request
from tests.openapi.described import DOCUMENT, operations


def test_the_page_shows_every_operation(page: Page, site: str) -> None:
    problems: list[str] = []
    loaded: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfinished", lambda request: loaded.append(request.url))
    page.goto(f"{site}/api/docs")
    expect(page.get_by_role("heading", name="Create one invoice")).to_be_visible(timeout=60_000)
    shown = {text.strip() for text in page.locator("h2").all_inner_texts()}
    assert {operation["summary"] for _, _, operation in operations()} <= shown
    assert page.title() == "Kunai API reference"
    assert not problems
    assert {urlsplit(url).netloc for url in loaded if url.startswith("http")} == {urlsplit(site).netloc}


def test_the_description_names_the_server_as_the_caller_reached_it(page: Page, site: str) -> None:
    page.goto(f"{site}/api/v1/openapi.json")
    assert f"{site}/api/v1" in page.content()
    assert DOCUMENT["servers"] == [{"url": "https://kunai.test/api/v1"}]


@pytest.mark.parametrize("path", ["/api/docs/other.js", "/api/docs/..%2F..%2Fapp.py", "/api/docs/redoc.js/x"])
def test_docs_serve_nothing_else(gateway: Gateway, path: str) -> None:
    assert gateway.handle(Request("GET", path)).status in (403, 404)


def test_docs_are_only_read(gateway: Gateway) -> None:
    assert gateway.handle(Request("POST", "/api/docs")).status == 405


def test_the_script_is_the_same_for_callers_that_cannot_unpack(gateway: Gateway) -> None:
    plain = gateway.handle(Request("GET", "/api/docs/redoc.js"))
    packed = gateway.handle(Request("GET", "/api/docs/redoc.js", headers=[("Accept-Encoding", "gzip")]))
    assert gzip.decompress(packed.body) == plain.body
