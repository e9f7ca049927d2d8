"""What POST /invoices makes of its input (http.md 1.4; resources.md 5.3.3; billing 1.3 to 1.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api, Clock
from tests.operations.steps import balance, client, hidden_settings, invitations, invoice, line, settings

TODAY = "2026-11-22"


def test_defaults(api: Api, clock: Clock) -> None:
    client(api)
    made = invoice(api, line(10, 3))
    expected: dict[str, Any] = {
        "id": 1, "amount": 30, "balance": 30, "client_id": 1, "invoice_status_id": 1, "updated_at": clock.now,
        "archived_at": None, "invoice_number": "0001", "discount": 0, "po_number": "", "invoice_date": TODAY,
        "due_date": "", "terms": "", "public_notes": "", "private_notes": "", "is_deleted": False,
        "invoice_type_id": 1, "is_recurring": False, "frequency_id": 0, "start_date": "", "end_date": "",
        "last_sent_date": "", "recurring_invoice_id": 0, "tax_name1": "", "tax_rate1": 0, "tax_name2": "",
        "tax_rate2": 0, "is_amount_discount": False, "invoice_footer": "", "partial": 0,
        "partial_due_date": "", "has_tasks": False, "auto_bill": False, "auto_bill_id": 0, "custom_value1": 0,
        "custom_value2": 0, "custom_taxes1": False, "custom_taxes2": False, "has_expenses": False,
        "quote_invoice_id": 0, "custom_text_value1": "", "custom_text_value2": "", "is_quote": False,
        "is_public": False, "filename": "Invoice_0001.pdf", "invoice_design_id": 1,
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    assert [name for name in made if name in expected] == list(expected), "in v4's order"
    assert "user_id" not in made
    item: dict[str, Any] = {
        "id": 1, "product_key": "", "updated_at": clock.now, "archived_at": None, "notes": "work", "cost": 10,
        "qty": 3, "tax_name1": "", "tax_rate1": 0, "tax_name2": "", "tax_rate2": 0,
        "invoice_item_type_id": 1, "custom_value1": "", "custom_value2": "", "discount": 0,
    }  # fmt: skip
    (shown,) = made["invoice_items"]
    assert list(shown) == ["account_key", "is_owner", *item]
    assert {name: shown[name] for name in item} == item
    assert api.get("/invoices/1").data == made


def test_every_writable_field_is_kept(api: Api) -> None:
    client(api)
    sent: dict[str, Any] = {
        "invoice_number": "N-1", "discount": 5.5, "po_number": "PO", "invoice_date": "2026-01-31",
        "due_date": "2026-02-28", "terms": "Terms", "public_notes": "Public", "private_notes": " Private ",
        "tax_name1": "VAT", "tax_rate1": 19, "tax_name2": "CITY", "tax_rate2": 1.5,
        "invoice_footer": "Footer", "partial": 20, "partial_due_date": "2026-02-15", "has_tasks": True,
        "has_expenses": True, "custom_value1": 12.5, "custom_value2": -3.25, "custom_text_value1": "a",
        "custom_text_value2": "b", "invoice_design_id": 5,
    }  # fmt: skip
    made = invoice(api, line(100, 2, product_key="A", custom_value1="x", invoice_item_type_id=2), **sent)
    assert {name: made[name] for name in sent} == sent
    ignored = {"amount": 1, "balance": 1, "invoice_status_id": 6, "custom_taxes1": True, "is_deleted": True}
    other = invoice(api, **ignored)
    assert (other["amount"], other["invoice_status_id"], other["custom_taxes1"]) == (100, 1, False)
    assert other["is_deleted"] is False
    assert invoice(api, invoice_design_id=0)["invoice_design_id"] == 1


def test_texts_and_designs_come_from_the_account(api: Api) -> None:
    client(api)
    settings(
        api, invoice_terms="IT", quote_terms="QT", invoice_footer="F", invoice_design_id=2, quote_design_id=3
    )
    hidden_settings(api, custom_invoice_taxes1=1)
    made = invoice(api)
    assert (made["terms"], made["invoice_footer"], made["invoice_design_id"]) == ("IT", "F", 2)
    assert (made["custom_taxes1"], made["custom_taxes2"]) == (True, False)
    quote = invoice(api, is_quote="true", terms=" ")
    assert (quote["terms"], quote["invoice_footer"], quote["invoice_design_id"]) == ("QT", "F", 3)
    assert (quote["invoice_type_id"], quote["is_quote"], quote["filename"]) == (2, True, "Quote_0002.pdf")
    own = invoice(api, terms="Mine", invoice_footer="Own", invoice_design_id=4)
    assert (own["terms"], own["invoice_footer"], own["invoice_design_id"]) == ("Mine", "Own", 4)
    template = invoice(api, is_recurring=True)
    assert (template["terms"], template["invoice_footer"]) == ("", "")


@pytest.mark.parametrize(
    ("client_terms", "account_terms", "sent", "due"),
    [
        (7, 30, {"invoice_date": "2026-01-01"}, "2026-11-29"),
        (0, 30, {}, "2026-12-22"),
        (-1, 30, {}, TODAY),
        (0, -1, {}, TODAY),
        (0, 0, {}, ""),
        (7, 0, {"due_date": "2027-01-01"}, "2027-01-01"),
        (7, 0, {"due_date": ""}, "2026-11-29"),
        (7, 0, {"partial_due_date": "2026-12-01"}, ""),
        (7, 0, {"is_quote": True}, ""),
        (7, 0, {"is_recurring": True}, ""),
    ],
)
def test_due_dates_count_from_today(
    api: Api, clock: Clock, client_terms: int, account_terms: int, sent: dict[str, Any], due: str
) -> None:
    """billing 1.4"""
    settings(api, payment_terms=account_terms)
    client(api, payment_terms=client_terms)
    assert invoice(api, **sent)["due_date"] == due


def test_dates_in_the_accounts_format(api: Api) -> None:
    client(api)
    assert invoice(api, invoice_date="Jan 31, 2026")["invoice_date"] == "2026-01-31"
    settings(api, date_format_id=11)
    assert invoice(api, due_date="28.02.2026")["due_date"] == "2026-02-28"
    assert invoice(api, due_date_sql="2026-02-28")["due_date"] == "2026-02-28"
    refused: tuple[object, ...] = ("31.02.2026", "soon", "2026-13-01", 5, [])
    for sent in refused:
        assert set(api.post("/invoices", {"client_id": 1, "invoice_date": sent}).errors) == {"invoice_date"}


def test_refused_invoices_leave_nothing(api: Api) -> None:
    client(api)
    account = api.get("/accounts").data
    refused: list[tuple[dict[str, Any], set[str]]] = [
        ({"client_id": None}, {"email", "client_id"}),
        ({"discount": -1}, {"discount"}),
        ({"tax_rate1": "10%"}, {"tax_rate1"}),
        ({"tax_rate2": "abc"}, {"tax_rate2"}),
        ({"invoice_design_id": 99}, {"invoice_design_id"}),
        ({"invoice_items": "text"}, {"invoice_items"}),
        ({"invoice_items": [1]}, {"invoice_items"}),
        ({"invoice_items": [{"qty": 2, "cost": 6_000_000_000}]}, {"invoice_items"}),
        ({"invoice_items": [line()] * 2_001}, {"invoice_items"}),
        ({"invoice_items": [line(notes="x" * 70_000)]}, {"invoice_items.0.notes"}),
        ({"email": "no address"}, {"email"}),
    ]
    for body, errors in refused:
        assert set(api.post("/invoices", {"client_id": 1, **body}).errors) == errors, body
    for unknown in (9, "abc", -1):
        answer = api.post("/invoices", {"client_id": unknown})
        assert (answer.status, answer.json) == (404, {"error": "Client not found"})
    api.put("/clients/1?action=archive")
    assert api.post("/invoices", {"client_id": 1}).json == {"error": "Client not found"}
    assert api.get("/invoices").data == []
    assert api.get("/accounts").data == account


# ---- whom it is for
def test_an_address_finds_or_makes_the_client(api: Api) -> None:
    client(api, "old@acme.test", "boss@acme.test", name="Acme")
    assert invoice(api, email="BOSS@acme.test ", client_id=9)["client_id"] == 1, "an address wins over an id"
    fields = {
        "name": "New Ltd", "city": "Bonn", "country_code": "DE", "currency_code": "EUR", "first_name": "Ann",
        "last_name": "Lee", "phone": "5",
    }  # fmt: skip
    made = invoice(api, email=" Ann@New.test", **fields)
    found = api.get("/clients/2").data
    assert (made["client_id"], found["name"], found["city"], found["country_id"]) == (
        2,
        "New Ltd",
        "Bonn",
        276,
    )
    (contact,) = found["contacts"]
    assert (contact["email"], contact["first_name"], contact["phone"]) == ("Ann@New.test", "Ann", "5")
    assert invoice(api, email="ann@new.test", name="Ignored")["client_id"] == 2
    api.put("/clients/1?action=archive")
    assert invoice(api, email="old@acme.test")["client_id"] == 3, "archived clients are not found"


def test_a_nested_client_is_made_or_changed(api: Api) -> None:
    client(api, "a@acme.test", name="Acme")
    assert invoice(api, client={"id": 1})["client_id"] == 1
    assert invoice(api, client={"id": 1, "city": "Bonn"}, client_id=9)["client_id"] == 1
    changed = api.get("/clients/1").data
    assert (changed["city"], changed["contacts"][0]["email"]) == ("Bonn", "a@acme.test")
    assert invoice(api, client={"public_id": 1})["client_id"] == 1
    for new in ({"name": "New"}, {"id": -1, "name": "New"}, {"id": 0, "contacts": [{"email": "n@new.test"}]}):
        assert invoice(api, client=new, client_id=1)["client_id"] > 1
    assert api.post("/invoices", {"client": {"id": 99}}).status == 404
    assert len(api.get("/clients").data) == 4


# ---- balances and invitations
def test_a_draft_is_not_counted_and_a_public_one_is(api: Api, clock: Clock) -> None:
    client(api, "a@acme.test")
    draft = invoice(api)
    assert (draft["is_public"], draft["invoice_status_id"], balance(api)) == (False, 1, 0)
    public = invoice(api, is_public="yes")
    assert (public["is_public"], public["invoice_status_id"], balance(api)) == (True, 2, 100)
    invoice(api, is_public=True, is_quote=True)
    invoice(api, is_public=True, is_recurring=True)
    invoice(api, is_public=2)
    assert balance(api) == 100, "quotes, templates and 2, which is no true, do not count"
    assert invitations(api, 1)[0]["sent_date"] == ""
    assert invitations(api, 2)[0]["sent_date"] == "2026-11-22 12:00:00"
    invoice(api, line(-30), is_public=True)
    assert balance(api) == 70


def test_contacts_that_get_documents_are_invited(api: Api) -> None:
    contacts = [{"email": "a@x.test"}, {"email": "b@x.test", "send_invoice": False}, {"email": "c@x.test"}]
    api.post("/clients", {"contacts": contacts})
    invoice(api)
    rows = invitations(api, 1)
    assert [row["id"] for row in rows] == [1, 2]
    assert len({row["key"] for row in rows}) == 2
    for row in rows:
        assert list(row) == ["id", "key", "link", "sent_date", "viewed_date"]
        assert row["link"].endswith(f"/view/{row['key']}")
    api.post("/clients", {"contacts": [{"send_invoice": False}, {"send_invoice": False}]})
    invoice(api, client_id=2)
    assert len(invitations(api, 2)) == 1, "the first contact when none has the flag"
    api.post("/clients", {"contacts": []})
    invoice(api, client_id=3)
    assert invitations(api, 3) == []


# ---- texts, deposits, defaults to remember
def test_date_words_are_replaced_once(api: Api, clock: Clock) -> None:
    client(api)
    made = invoice(
        api, line(product_key="K :YEAR", notes=":MONTH :QUARTER :YEAR"),
        terms=":MONTH+14 :MONTH-11", invoice_footer=":QUARTER+5 :QUARTER-1", public_notes=":YEAR+1 :YEARS",
        private_notes=":YEAR",
    )  # fmt: skip
    (item,) = made["invoice_items"]
    assert (item["product_key"], item["notes"]) == ("K 2026", "November Q4 2026")
    assert (made["terms"], made["invoice_footer"]) == ("January December", "Q1 Q3")
    assert (made["public_notes"], made["private_notes"]) == ("2027 2026S", ":YEAR")
    assert invoice(api, is_recurring=True, terms=":YEAR")["terms"] == ":YEAR", "templates keep them"
    api.put("/clients/1", {"language_id": 3})
    assert invoice(api, line(notes=":MONTH+1"))["invoice_items"][0]["notes"] == "Dezember"


def test_deposits_stay_within_the_total(api: Api) -> None:
    client(api)
    assert invoice(api, line(11), partial=40)["partial"] == 11
    assert invoice(api, partial=-4)["partial"] == 0
    assert invoice(api, partial="25.555", partial_due_date="2026-12-01")["partial"] == 25.56
    assert invoice(api, partial=0, partial_due_date="2026-12-01")["partial_due_date"] == ""


def test_terms_and_footer_may_become_defaults(api: Api, clock: Clock) -> None:
    client(api)
    invoice(api, terms="T :YEAR", invoice_footer="F", set_default_terms=1, set_default_footer="on")
    invoice(api, is_quote=True, terms="Q", set_default_terms=True)
    account = api.get("/accounts").data
    assert (account["invoice_terms"], account["quote_terms"], account["invoice_footer"]) == (
        "T :YEAR",
        "Q",
        "F",
    )
    clock.set(2027, 1, 5)
    later = invoice(api)
    assert (later["terms"], later["invoice_footer"]) == ("T 2027", "F")


def test_templates(api: Api) -> None:
    client(api)
    made = invoice(api, is_recurring="1", is_quote=True)
    assert (made["is_recurring"], made["is_quote"], made["invoice_type_id"]) == (True, False, 1)
    assert (made["frequency_id"], made["auto_bill_id"], made["auto_bill"]) == (4, 1, True)
    full = {"frequency_id": 9, "start_date": "2026-12-01", "end_date": "2027-12-01", "auto_bill_id": 3}
    made = invoice(api, is_recurring=True, **full)
    assert {name: made[name] for name in full} == full
    plain = invoice(api, **full)
    assert {name: plain[name] for name in full} == {
        "frequency_id": 0, "start_date": "", "end_date": "", "auto_bill_id": 0,
    }  # fmt: skip
