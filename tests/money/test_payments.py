"""Payments through the API: what is taken, refused, shown, listed, edited and refunded (billing 5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api, Clock
from tests.money.books import Standing, act, credit, credits, pay, pay_by_credit, prove, standing
from tests.operations import steps


@pytest.fixture(autouse=True)
def shop(api: Api) -> None:
    """A client with a draft over 100."""
    steps.client(api, "a@b.test")
    steps.invoice(api)


# ---- the cases of billing 5.3
def test_overpaid_settled_and_taken_back(api: Api) -> None:
    pay(api, 1, 130, transaction_reference="T-1")
    assert standing(api) == Standing(6, 100, 0, 0, 100)
    (surplus,) = api.get("/credits").data
    assert (surplus["amount"], surplus["balance"], surplus["client_id"]) == (30, 30, 1)
    assert "T-1" in surplus["private_notes"]
    assert pay(api, 1, 25)["amount"] == 0
    assert credits(api) == [(30, 30), (25, 25)]
    assert pay(api, 1, -10)["amount"] == -10
    assert standing(api) == Standing(5, 100, 10, 10, 90)
    act(api, "payments/1", "delete")
    assert credits(api) == [(30, 30), (25, 25)], "a surplus stays the client's"
    prove(api)


def test_an_amount_is_rounded_to_cents(api: Api) -> None:
    assert pay(api, 1, "10.005")["amount"] == 10.01
    assert standing(api) == Standing(5, 100, 89.99, 89.99, 10.01)


def test_paying_a_credit_note_takes_its_balance(api: Api) -> None:
    steps.invoice(api, steps.line(-50), is_public=True)
    assert pay(api, 2, 10)["amount"] == -50
    assert standing(api, 2) == Standing(6, -50, 0, 0, -50)
    assert credits(api) == [(60, 60)]
    prove(api)


def test_paying_by_credit_takes_no_more_than_is_owed(api: Api) -> None:
    """v4 would give the surplus back as a new credit that nobody paid for."""
    credit(api, 200)
    assert pay_by_credit(api, 1, 150).data["amount"] == 100
    assert credits(api) == [(200, 100)]
    prove(api)


def test_credits_must_suffice(api: Api) -> None:
    credit(api, 80)
    before = standing(api)
    assert "payment_type_id" in pay_by_credit(api, 1, 200).errors
    act(api, "credits/1", "archive")
    assert "payment_type_id" in pay_by_credit(api, 1, 10).errors
    assert standing(api) == before
    assert credits(api) == [(80, 80)]


def test_the_accounts_payment_type_is_the_default(api: Api) -> None:
    steps.settings(api, payment_type_id=1)
    assert "payment_type_id" in api.post("/payments", {"invoice_id": 1, "amount": 10}).errors
    assert pay(api, 1, 10, payment_type_id=3)["payment_type_id"] == 3
    assert pay(api, 1, 10, payment_type_id=0)["payment_type_id"] == 0
    credit(api, 10)
    assert pay(api, 1, 10)["payment_type_id"] == 1
    assert credits(api) == [(10, 0)]


def test_mark_paid_and_paid_leave_the_credits_alone(api: Api) -> None:
    steps.settings(api, payment_type_id=1)
    credit(api, 500)
    act(api, "invoices/1", "markPaid")
    steps.invoice(api, paid=40)
    assert {row["payment_type_id"] for row in api.get("/payments").data} == {0}
    assert credits(api) == [(500, 500)]


@pytest.mark.parametrize("cost", [0, -50])
def test_what_owes_nothing_is_not_paid_by_credit(api: Api, cost: int) -> None:
    credit(api, 80)
    steps.invoice(api, steps.line(cost), is_public=True)
    assert list(pay_by_credit(api, 2, 10).errors) == ["amount"]
    assert credits(api) == [(80, 80)]


# ---- fields
def test_every_field_is_kept(clock: Clock, api: Api) -> None:
    fields = {
        "transaction_reference": "T-1", "payment_date": "2026-11-20", "payment_type_id": 2,
        "private_notes": "By wire", "exchange_rate": 1.2345, "exchange_currency_id": 3,
    }  # fmt: skip
    made = pay(api, 1, 40, **fields)
    assert {name: made[name] for name in fields} == fields
    shown = {"id": 1, "amount": 40, "invoice_id": 1, "invoice_number": "0001", "refunded": 0}
    shown |= {"payment_status_id": 4, "is_deleted": False, "archived_at": None}
    assert {name: made[name] for name in shown} == shown
    assert "client_id" not in made
    assert {**api.get("/payments/1").data, "user_id": 1} == {**made, "user_id": 1}


def test_defaults(clock: Clock, api: Api) -> None:
    made = pay(api, 1, 40, invoice_public_id=1, payment_date=None)
    assert (made["payment_date"], made["payment_type_id"], made["exchange_rate"]) == ("2026-11-22", 0, 1)
    assert (made["transaction_reference"], made["private_notes"]) == ("", "")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 5}, "invoice_id"),
        ({"invoice_id": "abc", "amount": 5}, "invoice_id"),
        ({"invoice_id": 0, "amount": 5}, "invoice_id"),
        ({"invoice_id": -1, "amount": 5}, "invoice_id"),
        ({"invoice_id": [1], "amount": 5}, "invoice_id"),
        ({"invoice_id": 1}, "amount"),
        ({"invoice_id": 1, "amount": ""}, "amount"),
        ({"invoice_id": 1, "amount": "abc"}, "amount"),
        ({"invoice_id": 1, "amount": "5 EUR"}, "amount"),
        ({"invoice_id": 1, "amount": 0}, "amount"),
        ({"invoice_id": 1, "amount": 0.004}, "amount"),
        ({"invoice_id": 1, "amount": True}, "amount"),
        ({"invoice_id": 1, "amount": {}}, "amount"),
        ({"invoice_id": 1, "amount": "1e30"}, "amount"),
        ({"invoice_id": 1, "amount": 10_000_000_000.01}, "amount"),
        ({"invoice_id": 1, "amount": 5, "payment_type_id": 99}, "payment_type_id"),
        ({"invoice_id": 1, "amount": 5, "payment_date": "yesterday"}, "payment_date"),
        ({"invoice_id": 1, "amount": 5, "transaction_reference": []}, "transaction_reference"),
        ({"invoice_id": 1, "amount": 5, "exchange_rate": "1e40"}, "exchange_rate"),
    ],
)
def test_what_is_refused(api: Api, body: dict[str, Any], field: str) -> None:
    before = standing(api)
    assert list(api.post("/payments", body).errors) == [field]
    assert api.get("/payments").data == []
    assert standing(api) == before


def test_both_required_fields_are_named_at_once(api: Api) -> None:
    assert set(api.post("/payments", {}).errors) == {"invoice_id", "amount"}


def test_documents_that_cannot_be_paid(api: Api) -> None:
    steps.invoice(api, is_quote=True)
    steps.invoice(api, is_recurring=True)
    act(api, "invoices/1", "delete")
    for number in (1, 2, 3, 4):
        refused = api.post("/payments", {"invoice_id": number, "amount": 5})
        assert (refused.status, refused.json["error"]["message"]) == (404, "Route does not exist")


# ---- edits
def test_only_descriptive_fields_change(clock: Clock, api: Api) -> None:
    made = pay(api, 1, 40, payment_date="2026-11-20", transaction_reference="T-1")
    edited = {"transaction_reference": "T-2", "private_notes": "Late", "payment_type_id": 1}
    changed = api.put("/payments/1", {**edited, "amount": 99, "invoice_id": 7}).data
    assert {**changed, "user_id": 1} == {**made, **edited, "user_id": 1}
    assert standing(api) == Standing(5, 100, 60, 60, 40)
    act(api, "payments/1", "delete")
    assert credits(api) == [], "only what was taken from credits goes back to them"
    frozen = api.get("/payments/1").data
    assert api.put("/payments/1", {"private_notes": "Changed"}).data == frozen
    prove(api)


@pytest.mark.parametrize("field", ["payment_type_id", "payment_date"])
def test_edits_are_validated(api: Api, field: str) -> None:
    pay(api, 1, 40)
    assert list(api.put("/payments/1", {field: "nonsense"}).errors) == [field]


# ---- refunds
@pytest.mark.parametrize("amount", [0, -5, 40.01, "abc", [], 10**12])
def test_amounts_that_cannot_be_refunded(api: Api, amount: Any) -> None:
    pay(api, 1, 40)
    before = standing(api)
    assert list(api.put("/payments/1?action=refund", {"amount": amount}).errors) == ["amount"]
    assert standing(api) == before


def test_payments_that_cannot_be_refunded(api: Api) -> None:
    pay(api, 1, 40)
    act(api, "payments/1", "refund")
    assert "action" in api.put("/payments/1?action=refund").errors
    pay(api, 1, 20)
    act(api, "payments/2", "delete")
    assert "action" in api.put("/payments/2?action=refund").errors
    act(api, "payments/2", "restore")
    act(api, "invoices/1", "delete")
    assert "action" in api.put("/payments/2?action=refund").errors


def test_a_refunded_credit_payment_becomes_a_credit_again(api: Api) -> None:
    credit(api, 60)
    pay_by_credit(api, 1, 60)
    act(api, "payments/1", "refund", amount=20)
    assert credits(api) == [(60, 0), (20, 20)]
    act(api, "payments/1", "delete")
    assert credits(api) == [(60, 0), (20, 20), (40, 40)]
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    prove(api)


@pytest.mark.parametrize("action", ["markPaid", "convert", "nonsense"])
def test_actions_of_other_kinds_are_refused(api: Api, action: str) -> None:
    pay(api, 1, 40)
    assert api.put(f"/payments/1?action={action}").status == 400


# ---- lists
def test_lists_filters_and_includes(clock: Clock, api: Api) -> None:
    steps.client(api, "c@d.test")
    steps.invoice(api, client_id=2)
    for number in (1, 2, 1):
        clock.tick()
        pay(api, number, 10)
    assert [row["id"] for row in api.get("/payments").data] == [3, 2, 1]
    assert [row["id"] for row in api.get("/payments?client_id=1").data] == [3, 1]
    clock.tick()
    act(api, "payments/1", "archive")
    act(api, "payments/3", "delete")
    assert [row["id"] for row in api.get("/payments?filter_active=1").data] == [2]
    assert {row["id"] for row in api.get(f"/payments?updated_at={clock.now}").data} == {1, 3}
    assert api.get("/payments?per_page=2&page=2").json["meta"]["pagination"]["total"] == 3
    shown = api.get("/payments/2?include=client,invoice").data
    assert (shown["client"]["id"], shown["invoice"]["id"]) == (2, 2)
    assert shown["invoice"]["invoice_items"][0]["cost"] == 100
    of_invoice = api.get("/invoices/1?include=payments").data["payments"]
    assert of_invoice == [], "archived and deleted ones are not shown"
    assert [row["id"] for row in api.get("/invoices/2?include=payments").data["payments"]] == [2]
    assert api.get("/payments/9").status == 404
    assert api.delete("/payments/2").data["is_deleted"] is True
