"""The account's settings (resources.md 5.20, http.md 12.1)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api


def change(api: Api, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.put("/accounts", {"name": "Us", **fields}).data
    return found


def test_a_fresh_account(api: Api) -> None:
    account = api.get("/accounts").data
    assert list(account)[:5] == ["account_key", "logo", "name", "id_number", "currency_id"]
    defaults: dict[str, Any] = {
        "logo": None, "name": "Untitled Company", "currency_id": 1, "timezone_id": 0, "address1": None,
        "invoice_terms": None, "invoice_design_id": 1, "language_id": 1, "fill_products": True,
        "update_products": True, "invoice_number_prefix": None, "invoice_number_counter": 1,
        "quote_number_counter": 1, "share_counter": True, "font_size": 9, "enable_reminder1": 0,
        "num_days_reminder2": 14, "tax_name1": "", "tax_rate1": 0, "invoice_number_padding": 4,
        "recurring_invoice_number_prefix": "R", "page_size": "A4", "enabled_modules": 63,
        "client_number_counter": 0, "payment_terms": 0, "reset_counter_date": None, "inclusive_taxes": False,
        "custom_invoice_taxes1": None, "custom_fields": {}, "custom_messages": {}, "custom_client_label1": "",
    }  # fmt: skip
    assert {name: account[name] for name in defaults} == defaults
    assert "email_design_id" not in account
    included = ["users", "products", "tax_rates", "expense_categories", "projects", "account_email_settings"]
    assert list(account)[-6:] == included
    assert account["users"][0]["email"] == api.email
    assert account["account_email_settings"]["late_fee1_amount"] is None


def test_includes_show_what_is_active(api: Api) -> None:
    for key in ("A", "B"):
        api.post("/products", {"product_key": key})
    api.put("/products/1?action=archive")
    api.post("/clients", {"name": "Acme"})
    account = api.get("/accounts?include=clients,invoices").data
    assert [row["product_key"] for row in account["products"]] == ["B"]
    assert [row["name"] for row in account["clients"]] == ["Acme"]
    assert account["invoices"] == []


def test_a_put_changes_what_it_sends(api: Api) -> None:
    assert set(api.put("/accounts", {"city": "Bonn"}).errors) == {"name"}
    sent: dict[str, Any] = {
        "id_number": "HRB 1", "currency_id": 3, "timezone_id": 36, "date_format_id": 11,
        "address1": "Street 1", "country_id": 276, "invoice_terms": "Pay!", "invoice_design_id": 2,
        "language_id": 3, "hide_quantity": True, "invoice_number_prefix": "INV-", "share_counter": False,
        "font_size": 10,
        "enable_reminder1": 1, "tax_name1": "VAT", "tax_rate1": 19, "page_size": "Letter",
        "payment_terms": -1, "task_rate": 95.5, "financial_year_start": "2000-04-01", "start_of_week": 1,
    }  # fmt: skip
    account = change(api, **sent)
    assert {name: account[name] for name in sent} == sent
    later = change(api, city="Bonn")
    assert {name: later[name] for name in sent} == sent
    assert api.get("/accounts").data == later
    cleared = change(api, country_id=0, timezone_id=0, invoice_terms=None)
    assert (cleared["country_id"], cleared["timezone_id"], cleared["invoice_terms"]) == (0, 0, None)


def test_what_is_only_shown_cannot_be_written(api: Api) -> None:
    before = api.get("/accounts").data
    forbidden = {
        "account_key": "x",
        "client_view_css": "x",
        "custom_invoice_taxes1": 1,
        "archived_at": 5,
        "id": 9,
    }
    after = change(api, **forbidden, logo=None)
    assert {name: after[name] for name in forbidden if name in after} == {
        name: before[name] for name in forbidden if name in before
    }


def test_custom_fields_replace_the_map_and_show_as_labels(api: Api) -> None:
    account = change(api, custom_fields={"client1": "Region", "invoice_text2": "Ref|a,b", "task1": ""})
    assert account["custom_fields"] == {"client1": "Region", "invoice_text2": "Ref|a,b"}
    assert account["custom_client_label1"] == "Region"
    assert account["custom_invoice_text_label2"] == "Ref|a,b"
    assert change(api, custom_fields='{"account1": "Tax no."}')["custom_label1"] == "Tax no."
    assert change(api)["custom_fields"] == {"account1": "Tax no."}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency_id", 9999),
        ("invoice_design_id", 99),
        ("invoice_number_counter", -1),
        ("invoice_number_counter", "many"),
        ("invoice_number_padding", -1),
        ("page_size", "A99"),
        ("recurring_hour", 24),
        ("invoice_number_pattern", "no counter"),
        ("invoice_number_pattern", "{$clientCounter}"),
        ("quote_number_pattern", "{$year}"),
        ("custom_fields", "no json"),
        ("financial_year_start", "soon"),
    ],
)
def test_senseless_settings_are_refused(api: Api, field: str, value: Any) -> None:
    before = api.get("/accounts").data
    assert set(api.put("/accounts", {"name": "Us", field: value}).errors) == {field}
    assert api.get("/accounts").data == before


def test_patterns_that_move_are_taken(api: Api) -> None:
    for pattern in ("{$year}-{$counter}", "{$clientIdNumber}-{$clientCounter}", "", None):
        assert change(api, invoice_number_pattern=pattern)["invoice_number_pattern"] == pattern


def test_login_shows_the_changed_settings(api: Api) -> None:
    change(api, financial_year_start="2000-04-01", invoice_terms="Pay!", currency_id=3)
    (shown,) = api.get("/user_accounts").data
    assert (shown["name"], shown["financial_year_start"], shown["currency_id"]) == ("Us", 4, 3)
    assert (shown["invoice_terms"], shown["quote_terms"]) == ("Pay!", "")
