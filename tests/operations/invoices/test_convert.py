"""Quotes become invoices, once (billing 3.8, 6.3, 6.4)."""

from __future__ import annotations

from typing import Any

from tests.api_client import Api, Clock
from tests.operations.steps import (
    act,
    balance,
    change,
    client,
    invitations,
    invoice,
    line,
    number_of,
    settings,
)


def test_the_recorded_conversion(api: Api, clock: Clock) -> None:
    settings(api, payment_terms=14, invoice_terms="ITERMS", invoice_design_id=2, invoice_number_counter=6200)
    client(api, "a@x.test")
    copied: dict[str, Any] = {
        "po_number": "PO", "invoice_footer": "F", "public_notes": "P", "private_notes": "N",
        "tax_name1": "VAT", "tax_rate1": 10, "custom_value1": 3,
        "custom_text_value1": "a", "custom_text_value2": "b",
    }  # fmt: skip
    item = line(50, 2, product_key="A", discount=5, invoice_item_type_id=2, custom_value1="c")
    quote = invoice(
        api, item, is_quote=True, terms="Quote terms", partial=20, partial_due_date="2026-12-05",
        invoice_date="2026-01-01", **copied,
    )  # fmt: skip
    assert (number_of(quote), quote["amount"]) == ("6200", 107.5)
    made = api.put("/invoices/1?action=convert&include=invitations").data
    assert (made["id"], number_of(made), made["amount"], made["balance"]) == (2, "6201", 107.5, 107.5)
    assert {name: made[name] for name in copied} == copied
    assert (made["is_quote"], made["invoice_type_id"], made["invoice_status_id"]) == (False, 1, 1)
    assert (made["is_public"], made["terms"], made["invoice_design_id"]) == (False, "ITERMS", 2)
    assert (made["invoice_date"], made["due_date"]) == ("2026-11-22", "2026-12-06")
    assert (made["partial"], made["partial_due_date"]) == (20, "")
    (row,) = made["invoice_items"]
    assert (row["cost"], row["qty"], row["discount"], row["custom_value1"]) == (50, 2, 5, "c")
    assert row["invoice_item_type_id"] == 1
    (invitation,) = made["invitations"]
    assert invitation["key"] != invitations(api, 1)[0]["key"]
    after = api.get("/invoices/1").data
    assert (after["quote_invoice_id"], after["invoice_status_id"], after["archived_at"]) == (2, 1, None)
    assert balance(api) == 0


def test_a_quote_is_converted_once(api: Api) -> None:
    client(api)
    invoice(api, is_quote=True)
    assert [act(api, 1, "convert")["id"] for _ in range(3)] == [2, 2, 2]
    assert api.get("/invoices").json["meta"]["pagination"]["total"] == 2
    assert set(api.put("/invoices/2?action=convert").errors) == {"action"}, "an invoice is no quote"
    invoice(api, is_quote=True)
    api.delete("/invoices/3")
    assert api.put("/invoices/3?action=convert").status == 422
    assert len(api.get("/quotes").data) == 2


def test_the_number_stays_under_another_prefix(api: Api) -> None:
    """billing 3.8: QUO8000 becomes INV8000 while the counter stays at 8001."""
    settings(api, quote_number_prefix="QUO", invoice_number_prefix="INV", invoice_number_counter=8000)
    client(api)
    assert number_of(invoice(api, is_quote=True)) == "QUO8000"
    assert number_of(act(api, 1, "convert")) == "INV8000"
    assert api.get("/accounts").data["invoice_number_counter"] == 8001
    assert number_of(invoice(api)) == "INV8001"


def test_a_taken_number_is_replaced(api: Api) -> None:
    settings(api, quote_number_prefix="Q-", invoice_number_prefix="I-")
    client(api)
    invoice(api, is_quote=True)
    invoice(api, invoice_number="I-0001")
    assert number_of(act(api, 1, "convert")) == "I-0003"
    settings(api, share_counter=False, quote_number_counter=50)
    invoice(api, is_quote=True)
    assert number_of(act(api, 4, "convert")) == "I-0004", "counters of their own give numbers of their own"


def test_the_amount_is_copied_as_it_stands(api: Api) -> None:
    client(api)
    invoice(api, line(100), is_quote=True, tax_rate1=10, tax_name1="VAT", terms="Q")
    settings(api, inclusive_taxes=True)
    made = act(api, 1, "convert")
    assert (made["amount"], made["terms"]) == (110, "Q")
    assert change(api, 2, po_number="1")["amount"] == 110
