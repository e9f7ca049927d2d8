"""Edits, states and the client's balance (billing 1.6 to 1.9, 2.7, 4; resources.md 5.3.4, 5.3.5)."""

from __future__ import annotations

from typing import Any

from tests.api_client import Api, Clock
from tests.operations.steps import act, balance, change, client, invitations, invoice, line, settings


def test_absent_fields_keep_their_value(api: Api) -> None:
    client(api)
    sent: dict[str, Any] = {
        "discount": 10, "po_number": "PO", "invoice_date": "2026-01-31", "due_date": "2026-02-28",
        "terms": "T", "public_notes": "P", "private_notes": "N", "tax_name1": "VAT", "tax_rate1": 19,
        "invoice_footer": "F", "partial": 20, "partial_due_date": "2026-02-15", "custom_value1": 5,
        "custom_text_value1": "a",
    }  # fmt: skip
    made = invoice(api, line(100, 2, tax_name1="I", tax_rate1=5), **sent)
    for body in (
        {},
        {"po_number": "PO"},
        dict.fromkeys(("terms", "invoice_footer", "public_notes", "due_date")),
    ):
        changed = change(api, 1, **body)
        assert {name: changed[name] for name in sent} == sent
        assert changed["amount"] == made["amount"]
        assert changed["invoice_items"][0]["cost"] == 100
    assert change(api, 1, client_id=9, is_quote=True, is_recurring=True)["client_id"] == 1
    assert change(api, 1, invoice_status_id=6, custom_taxes1=True)["invoice_status_id"] == 1


def test_empty_and_null_clear_what_they_clear_in_v4(api: Api) -> None:
    client(api, payment_terms=7)
    texts = {"terms": "T", "public_notes": "P", "private_notes": "N", "invoice_footer": "F", "po_number": "O"}
    taxes = {"tax_name1": "A", "tax_rate1": 10, "tax_name2": "B", "tax_rate2": 5}
    invoice(api, **texts, **taxes)
    nulls = change(api, 1, **dict.fromkeys([*texts, *taxes, "due_date", "discount", "invoice_items"]))
    assert {nulls[name] for name in taxes} == {"", 0}
    assert (nulls["private_notes"], nulls["terms"], nulls["po_number"]) == ("", "T", "O")
    assert (nulls["amount"], nulls["due_date"] != "") == (100, True)
    empty = change(api, 1, **dict.fromkeys([*texts, "due_date", "invoice_date"], ""))
    assert {empty[name] for name in [*texts, "due_date", "invoice_date"]} == {""}


def test_a_sent_list_of_lines_replaces_the_list_matched_by_id(api: Api) -> None:
    client(api)
    made = invoice(api, line(10, 2, "one", product_key="A", discount=5), line(20, notes="two"))
    first, second = (item["id"] for item in made["invoice_items"])
    changed = change(api, 1, invoice_items=[{"id": second, "qty": 3}, {"id": first, "notes": "ONE"}, line(1)])
    rows = [(item["notes"], item["cost"], item["qty"], item["discount"]) for item in changed["invoice_items"]]
    assert rows == [("two", 20, 3, 0), ("ONE", 10, 2, 5), ("work", 1, 1, 0)]
    assert changed["amount"] == 80
    fresh = change(api, 1, invoice_items=[{"id": 999, "cost": 5}, {"cost": 6, "product_key": "A"}])
    assert [(item["cost"], item["qty"]) for item in fresh["invoice_items"]] == [(5, 1), (6, 1)]
    assert fresh["invoice_items"][1]["notes"] == "", "an edit takes nothing from the catalogue"
    echoed = api.put("/invoices/1", api.get("/invoices/1?include=client,invitations").data).data
    assert echoed["amount"] == 11
    assert len(api.get("/clients").data) == 1, "echoing an included client makes no second one"
    emptied = change(api, 1, invoice_items=[])
    assert (emptied["invoice_items"], emptied["amount"]) == ([], 0)


def test_post_with_an_id_edits(api: Api) -> None:
    client(api)
    invoice(api, po_number="1", terms="T")
    for key in ("id", "public_id"):
        changed = api.post("/invoices", {key: 1, "po_number": key}).data
        assert (changed["id"], changed["po_number"], changed["terms"], changed["amount"]) == (
            1,
            key,
            "T",
            100,
        )
    assert api.post("/invoices", {"id": 9, "client_id": 1}).json == {"message": "record does not exist"}
    for new in (0, None, -5, ""):
        assert invoice(api, id=new)["id"] > 1


def test_edits_of_a_public_invoice_move_the_balance(api: Api) -> None:
    client(api)
    invoice(api)
    change(api, 1, invoice_items=[line(150)])
    assert balance(api) == 0
    public = change(api, 1, is_public=True)
    assert (public["invoice_status_id"], balance(api)) == (2, 150)
    lowered = change(api, 1, invoice_items=[line(50.55)], is_public=False)
    assert (lowered["balance"], lowered["is_public"], balance(api)) == (50.55, True, 50.55)
    change(api, 1, tax_rate1=10, discount=50)
    assert balance(api) == 27.8
    change(api, 1, invoice_items=[line(-20)])
    assert balance(api) == -11


def test_delete_and_restore_take_the_amount_along(api: Api) -> None:
    client(api)
    for amount in (100, 30):
        invoice(api, line(amount), is_public=True)
    assert balance(api) == 130
    assert api.delete("/invoices/1").data["is_deleted"] is True
    assert balance(api) == 30
    for silent in (
        api.delete("/invoices/1"),
        api.put("/invoices/1", {"po_number": "x", "invoice_items": []}),
        api.put("/invoices/1?action=mark_sent"),
        api.put("/invoices/1?action=archive"),
    ):
        assert (silent.status, silent.data["amount"], silent.data["po_number"]) == (200, 100, "")
        assert silent.data["is_deleted"] is True
    assert balance(api) == 30
    restored = act(api, 1, "restore")
    assert (restored["is_deleted"], restored["archived_at"], balance(api)) == (False, None, 130)
    act(api, 1, "archive")
    assert balance(api) == 130, "an archived invoice is still owed"
    assert change(api, 1, invoice_items=[line(70)])["archived_at"]
    assert balance(api) == 100
    act(api, 1, "restore")
    assert balance(api) == 100


def test_a_draft_and_a_quote_never_count(api: Api) -> None:
    client(api)
    invoice(api)
    invoice(api, is_quote=True, is_public=True)
    for number in (1, 2):
        for action in ("archive", "restore", "delete", "restore"):
            act(api, number, action)
    assert act(api, 2, "mark_sent")["invoice_status_id"] == 2
    assert balance(api) == 0


def test_mark_sent(api: Api, clock: Clock) -> None:
    client(api, "a@x.test", "b@x.test")
    invoice(api)
    sent = act(api, 1, "mark_sent")
    assert (sent["invoice_status_id"], sent["is_public"], sent["last_sent_date"]) == (2, True, "")
    assert [row["sent_date"] for row in invitations(api)] == ["2026-11-22 12:00:00"] * 2
    clock.tick(60)
    for action in ("mark_sent", "markSent"):
        assert act(api, 1, action)["invoice_status_id"] == 2
    assert [row["sent_date"] for row in invitations(api)] == ["2026-11-22 12:00:00"] * 2
    assert balance(api) == 100


def test_unknown_actions_change_nothing(api: Api) -> None:
    client(api)
    made = invoice(api)
    answer = api.put("/invoices/1?action=sell", {"po_number": "x"})
    assert (answer.status, answer.json) == (400, {"error": "Action [sell] is not supported"})
    assert api.get("/invoices/1").data == made


def test_invitations_follow_the_contacts_at_the_next_save(api: Api) -> None:
    client(api, "a@x.test", "b@x.test")
    invoice(api)
    keys = [row["key"] for row in invitations(api)]
    rows = [{"id": 1, "send_invoice": False}, {"id": 2}, {"email": "c@x.test"}]
    api.put("/clients/1", {"contacts": rows})
    assert [row["key"] for row in invitations(api)] == keys
    change(api, 1)
    after = [row["key"] for row in invitations(api)]
    assert (after[0], len(after)) == (keys[1], 2)
    change(api, 1, is_public=True)
    assert all(row["sent_date"] for row in invitations(api))


def test_inclusive_taxes_are_fixed_at_creation(api: Api) -> None:
    """REC of billing 2.3: switching the account later does not recompute old documents."""
    client(api)
    assert invoice(api, line(120), tax_name1="VAT", tax_rate1=20)["amount"] == 144
    settings(api, inclusive_taxes=True)
    assert change(api, 1, po_number="1")["amount"] == 144
    assert invoice(api, line(120), tax_name1="VAT", tax_rate1=20)["amount"] == 120


def test_templates_keep_what_is_not_sent(api: Api) -> None:
    client(api)
    full = {"frequency_id": 9, "start_date": "2026-12-01", "end_date": "2027-12-01", "auto_bill_id": 3}
    invoice(api, is_recurring=True, **full)
    changed = change(api, 1, po_number="1")
    assert {name: changed[name] for name in full} == full
    assert change(api, 1, frequency_id=1, end_date="")["end_date"] == ""
    assert change(api, 1, is_public=True)["is_public"] is True
    assert balance(api) == 0
