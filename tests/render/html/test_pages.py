"""What all pages share: escaping, addresses of static files, colours that can be read."""

from __future__ import annotations

import re

import pytest

from chalicelib.api import pages
from chalicelib.local.gateway import Gateway, Request
from chalicelib.render.html import assets
from chalicelib.render.html.pages import page

HOSTILE = "</h1><script>alert(1)</script>\"'"
PAIRS = (
    ("ink", "paper"),
    ("ink", "desk"),
    ("soft", "paper"),
    ("soft", "desk"),
    ("link", "paper"),
    ("on-button", "button"),
    *((kind, f"{kind}-back") for kind in ("good", "warn", "bad", "info")),
)


def test_values_are_escaped() -> None:
    made = page("message.html", "", heading=HOSTILE, text=HOSTILE)
    assert "<script" not in made
    assert made.count("&lt;script&gt;") == 3


def test_a_page_says_its_language_and_direction() -> None:
    assert '<html lang="pt-BR" dir="ltr">' in page("message.html", "", "pt_BR", heading="", text="")
    assert '<html lang="ar" dir="rtl">' in page("message.html", "", "ar", heading="", text="")


@pytest.mark.parametrize("base", ["", "/api"])
def test_static_files_are_served_for_ever_under_the_name_of_their_content(
    gateway: Gateway, base: str
) -> None:
    (path,) = re.findall(r'href="([^"]+\.css)"', page("message.html", base, heading="", text=""))
    answer = gateway.handle(Request("GET", path))
    headers = dict(answer.headers)
    assert answer.status == 200
    assert headers["Content-Type"] == "text/css; charset=utf-8"
    assert headers["Cache-Control"] == pages.FOREVER
    assert b"--paper" in answer.body
    stale = re.sub(r"\.\w+\.css", ".0000000000.css", path)
    assert gateway.handle(Request("GET", stale)).status in (403, 404)
    assert gateway.handle(Request("POST", path)).status == 405


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(scheme: str) -> None:
    """WCAG 2.2 asks for a contrast of 4.5 between a text and what is behind it."""
    blocks = re.findall(r":root \{(.*?)\}", assets.find(assets.file_name("pages.css")).content.decode(), re.S)  # type: ignore[union-attr]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", blocks[("light", "dark").index(scheme)]))
    for text, back in PAIRS:
        assert contrast(colours[text], colours[back]) >= 4.5, (text, back)
    assert contrast(colours["control"], colours["paper"]) >= 3


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
