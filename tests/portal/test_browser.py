"""The portal in a real browser: nothing hostile runs, it fits a phone, views count, signatures are drawn."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api_client import Api
from tests.operations.steps import settings
from tests.portal.guest import AGENT, client, document
from tests.portal.test_approval import stored
from tests.uploads import picture, upload

WATCH = """
window.violations = [];
const note = (event) => window.violations.push(event.violatedDirective);
document.addEventListener("securitypolicyviolation", note);
"""
HOSTILE = (
    "<script>window.hit = 1</script>",
    '"\' onmouseover="window.hit = 1" autofocus onfocus="window.hit = 1',
    "</style><style>body { background: url(https://evil.test/) }</style>",
    "<img src=x onerror='window.hit = 1'>",
    "javascript:window.hit=1",
    "</title></noscript></textarea><svg onload='window.hit = 1'>",
    "{{ 7 * 7 }}{% raw %}",
    "**<b onclick='window.hit=1'>x</b>** # *<i>*",
)
ONE = " ".join(HOSTILE)


class Tab:
    """A page that notes what goes wrong in it and which addresses it loads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems: list[str] = []
        self.loaded: list[str] = []
        page.add_init_script(WATCH)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("dialog", lambda dialog: self.problems.append(dialog.message))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: self.loaded.append(request.url))

    def check(self, site: str) -> None:
        assert self.page.evaluate("window.hit") is None
        assert self.page.evaluate("window.violations") == []
        assert not self.problems
        assert all(url.startswith((site, "data:")) for url in self.loaded), self.loaded


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    """A fresh profile of a browser that people use."""
    context = chromium.new_context(user_agent=AGENT, viewport={"width": 390, "height": 844})
    yield Tab(context.new_page())
    context.close()


def hostile_document(api: Api, **fields: Any) -> str:
    words = {"invoice_labels": f'{{"invoice_number": {_json(ONE)}}}', "primary_color": "red;}"}
    custom = {"invoice1": ONE[:200], "invoice_text1": ONE[:200], "product1": ONE[:200]}
    messages = {"unpaid_invoice": ONE, "unapproved_quote": ONE}
    settings(api, name=ONE[:250], website=ONE[:250], custom_fields=custom, custom_messages=messages, **words)
    settings(api, address1=ONE[:250], show_accept_quote_terms=True, require_quote_signature=True)
    buyer = client(
        api, name=ONE[:250], address1=ONE[:250],
        contact={"first_name": HOSTILE[0], "last_name": HOSTILE[1], "email": "pia@berg.test"},
    )  # fmt: skip
    line = {"product_key": ONE[:250], "notes": ONE, "cost": 5, "qty": 1, "custom_value1": ONE}
    line |= {"tax_name1": ONE[:200], "tax_rate1": 5}
    texts: dict[str, Any] = {"public_notes": ONE, "terms": ONE, "invoice_footer": ONE, "po_number": ONE[:250]}
    more: dict[str, Any] = {"custom_text_value1": ONE, "invoice_number": '"><script>window.hit=1</script>'}
    document(api, buyer)
    number, key = document(api, buyer, invoice_items=[line], **texts, **more, **fields)
    upload(api, '"><img src=x onerror=window.hit=1>.txt', b"x", invoice_id=number)
    return key


def _json(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def test_nothing_that_is_shown_can_run(api: Api, tab: Tab, site: str) -> None:
    key = hostile_document(api, is_quote=True)
    for language in ("", "&lang=de", '&lang="><script>window.hit=1</script>'):
        tab.page.goto(f"{site}/view/{key}?silent=true{language}")
        tab.page.mouse.move(100, 300)
        expect(tab.page.locator("h1")).to_have_count(1)
        assert tab.page.locator("main script, main svg, main b, main [onclick], main [onerror]").count() == 0
        assert "{{ 7 * 7 }}" in tab.page.inner_text("body")
    # The refused form shows again what was sent.
    tab.page.fill("#name", HOSTILE[1])
    tab.page.eval_on_selector_all("[required]", "all => all.forEach((one) => one.required = false)")
    tab.page.get_by_role("button", name="Approve quote").click()
    expect(tab.page.get_by_role("alert").first).to_be_visible()
    assert tab.page.input_value("#name") == HOSTILE[1]
    tab.problems = [text for text in tab.problems if "422" not in text]
    tab.check(site)


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_fit_and_are_accessible(api: Api, tab: Tab, site: str, width: int) -> None:
    settings(api, require_quote_signature=True, show_accept_quote_terms=True)
    buyer = client(api, name="W" * 200)
    line = {"product_key": "K" * 200, "notes": "Straßenbahn" * 60, "cost": 99_999_999, "qty": 9.5}
    number, key = document(
        api, buyer, is_quote=True, invoice_items=[line] * 3, public_notes="n" * 900, po_number="P" * 200
    )
    document(api, buyer)
    upload(api, "f" * 150 + ".png", picture("PNG", 20, 20), invoice_id=number)
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.page.goto(f"{site}/view/{key}?silent=true")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.page.locator("h1").count() == tab.page.locator("main").count() == 1
    assert tab.page.locator("html[lang=en]").count() == 1
    for field in tab.page.locator("input:not([type=hidden])").all():
        assert tab.page.locator(f"label[for={field.get_attribute('id')}]").inner_text()
    assert tab.page.locator("img:not([alt])").count() == 0
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.textContent") == "Skip to content"
    small = "all => all.filter((one) => one.offsetHeight < 40).map((one) => one.outerHTML)"
    assert tab.page.eval_on_selector_all(".button, button", small) == []
    tab.check(site)


def test_a_view_counts_once_the_page_is_seen(api: Api, tab: Tab, site: str) -> None:
    number, key = document(api, client(api))
    with tab.page.expect_response(lambda answer: answer.url.endswith("/seen")):
        tab.page.goto(f"{site}/view/{key}")
    assert api.get(f"/invoices/{number}").data["invoice_status_id"] == 3
    assert [cookie.get("httpOnly") for cookie in tab.page.context.cookies()] == [True]
    tab.page.reload()
    assert tab.page.locator("#seen").count() == 0
    tab.check(site)


def test_a_browser_without_scripts_reads_and_counts(api: Api, chromium: Browser, site: str) -> None:
    number, key = document(api, client(api))
    context = chromium.new_context(user_agent=AGENT, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/view/{key}", wait_until="networkidle")
    expect(page.get_by_role("heading", name="Invoice 0001")).to_be_visible()
    context.close()
    assert api.get(f"/invoices/{number}").data["invoice_status_id"] == 3


def test_a_signature_is_drawn(api: Api, tab: Tab, site: str) -> None:
    settings(api, require_quote_signature=True, show_accept_quote_terms=True)
    number, key = document(api, client(api), is_quote=True)
    tab.page.goto(f"{site}/view/{key}")
    canvas = tab.page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    tab.page.mouse.move(box["x"] + 20, box["y"] + 20)
    tab.page.mouse.down()
    for step in range(1, 8):
        tab.page.mouse.move(box["x"] + 20 + 20 * step, box["y"] + 20 + 30 * (step % 2))
    tab.page.mouse.up()
    tab.page.get_by_label("I have read and accept the terms.").check()
    tab.page.get_by_role("button", name="Approve quote").click()
    expect(tab.page.get_by_role("heading", name="Invoice 0002")).to_be_visible()
    drawing = base64.b64decode(stored(api, number)["signature_base64"]).decode()
    assert drawing.count("L") >= 4
    tab.page.goto(f"{site}/view/{key}")
    expect(tab.page.get_by_role("img", name="Signature")).to_be_visible()
    assert tab.page.eval_on_selector("img.signed", "one => one.naturalWidth") > 0
    tab.check(site)
