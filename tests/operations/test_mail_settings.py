"""Writing the mail settings through PUT /accounts (resources.md 5.21)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.render.mail.templates import body_text, storable
from tests.api_client import Api

NAME = "account_email_settings"


def shown(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/accounts").data[NAME]
    return found


def put(api: Api, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.put("/accounts", {"name": "Us", **fields}).data[NAME]
    return found


def test_settings_are_written_in_parts_and_emptied(api: Api) -> None:
    api.register()
    fresh = shown(api)
    sent = {
        "reply_to_email": " Office@us.test ",
        "bcc_email": "a@us.test,b@us.test",
        "email_subject_quote": "<b>Offer</b>\r\n$number",
        "email_template_quote": "<p onclick='x()'>Hi\n$client</p><script>x</script>",
        "email_template_invoice": "Dear $client & Co,\n\npay 1 < 2",
        "late_fee1_amount": 10,
        "late_fee1_percent": "2.5",
    }
    stored = put(api, **{NAME: sent})
    assert stored == fresh | {
        "reply_to_email": "Office@us.test",
        "bcc_email": "a@us.test, b@us.test",
        "email_subject_quote": "Offer $number",
        "email_template_quote": "<p>Hi $client</p>",
        "email_template_invoice": sent["email_template_invoice"],
        "late_fee1_amount": "10.00",
        "late_fee1_percent": "2.500",
    }
    assert put(api, email_subject_quote="Flat") == stored | {"email_subject_quote": "Flat"}
    assert put(api, **{NAME: shown(api)}) == shown(api), "what is shown may be sent back"
    assert put(api, **{NAME: dict.fromkeys(sent, "")}) == fresh
    assert api.put("/accounts", {"name": "Us", f"{NAME}": None}).status == 200
    form = {"name": "Us", f"{NAME}[email_subject_invoice]": "By form"}
    put_form = api.send(
        "PUT", "/accounts", "&".join(f"{k}={v}" for k, v in form.items()).encode(),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert put_form.data[NAME]["email_subject_invoice"] == "By form"


def test_texts_for_partial_payments_show_once_they_are_set(api: Api) -> None:
    api.register()
    assert "email_subject_partial" not in shown(api)
    assert put(api, email_subject_partial="Part")["email_subject_partial"] == "Part"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reply_to_email", "a@us.test, b@us.test"),
        ("reply_to_email", "a@us.test\r\nBcc: c@us.test"),
        ("bcc_email", ",".join(f"{n}@us.test" for n in range(6))),
        ("bcc_email", "Us <a@us.test>"),
        ("email_template_invoice", "ä" * 40_000),
        ("email_template_invoice", ["list"]),
        ("late_fee2_percent", "101"),
        ("late_fee2_amount", -1),
    ],
)
def test_refused_values_change_nothing(api: Api, name: str, value: Any) -> None:
    api.register()
    before = shown(api)
    body = {"name": "Us", NAME: {name: value, "email_subject_quote": "x"}, "city": "Rome"}
    assert set(api.put("/accounts", body).errors) == {f"{NAME}.{name}"}
    both = api.put("/accounts", {"currency_id": -5, name: value})
    assert set(both.errors) == {"name", "currency_id", name}
    assert set(api.put("/accounts", {"name": "Us", NAME: "text"}).errors) == {NAME}
    assert shown(api) == before


@given(st.text(st.sampled_from("<>&;ab/\n\"'pscriptlg ")) | st.text())
def test_what_is_stored_says_the_same_when_it_is_read(text: str) -> None:
    assert body_text(storable(storable(text))) == body_text(storable(text))
