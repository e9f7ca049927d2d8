"""What a portal page says of a document, from records alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.render.context import context_of
from chalicelib.render.formats import locale_of
from chalicelib.render.html import portal
from chalicelib.render.html.facts import Facts, Paid
from chalicelib.render.html.markup import marked
from chalicelib.render.labels import TRANSLATED, labels
from tests.render import records

TODAY = date(2026, 11, 22)
SENT = {"sent_date": "2026-11-20 10:00:00", "viewed_date": "2026-11-21 09:30:00"}


def facts(**changes: Any) -> Facts:
    plain = {"invoice_status_id": 2, "quote_invoice_id": 0, "partial_due_date": ""}
    invoice = records.invoice(**{**plain, **changes})
    return Facts(invoice, {}, {}, {}, SENT, TODAY)


@pytest.mark.parametrize(
    ("changes", "tone", "text"),
    [
        ({}, "info", "Unpaid"),
        ({"due_date": "2026-11-22"}, "info", "Unpaid"),
        ({"due_date": "2026-11-21"}, "error", "Overdue"),
        ({"balance": "10", "due_date": ""}, "warn", "Partially Paid"),
        ({"balance": "0", "invoice_status_id": 6}, "good", "Paid"),
        ({"amount": "-5", "balance": "-5"}, "", ""),
        ({"is_quote": True}, "info", "Pending"),
        ({"is_quote": True, "due_date": "2026-11-21"}, "warn", "Expired"),
        ({"is_quote": True, "invoice_status_id": 4, "due_date": "2026-11-21"}, "good", "Approved"),
        ({"is_quote": True, "quote_invoice_id": 7}, "good", "Approved"),
    ],
)
def test_the_state_in_a_word(changes: Any, tone: str, text: str) -> None:
    assert portal.badge(facts(**changes), portal.words("en"), labels("en")) == (tone, text)


def test_the_history_is_in_order() -> None:
    found = Facts(
        records.invoice(), {}, {}, {}, SENT, TODAY,
        payments=[Paid("2026-11-22", Decimal("5"))],
        signer={"signed_by": "Ann", "signature_date": "2026-11-21 12:00:00"},
    )  # fmt: skip
    assert portal.history(found, context_of(found.invoice, {}, {}, {})) == [
        ("Nov 20, 2026", "Sent"),
        ("Nov 21, 2026", "Viewed"),
        ("Nov 21, 2026", "Approved by Ann"),
        ("Nov 22, 2026", "Payment: $5.00"),
    ]


def test_markup_is_little_and_safe() -> None:
    assert marked("# Title\nsome *soft* **<b>loud</b>** 2 * 3 * 4") == (
        "<strong>Title</strong>\nsome <em>soft</em> <strong>&lt;b&gt;loud&lt;/b&gt;</strong> 2 * 3 * 4"
    )


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1_499, "1 kB"), (1_449_000, "1.4 MB"), (10**10, "10,000 MB")],
)
def test_sizes_of_files(size: int, text: str) -> None:
    assert portal.size_text(size, locale_of({}, {})) == text


def test_every_language_has_every_text() -> None:
    names = portal.words("en").keys()
    assert all(portal.words(language).keys() == names for language in TRANSLATED)
    assert all(all(portal.words(language).values()) for language in TRANSLATED)
    assert not names & set(dir(dict)), "templates would take a method for the text"
