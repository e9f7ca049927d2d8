"""The sequences of billing 11.2, with what section 13 fixes; the books are proved after each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api_client import Api, Clock
from tests.money.books import (
    Standing,
    act,
    activities,
    credit,
    credits,
    pay,
    pay_by_credit,
    prove,
    standing,
    totals,
    view,
)
from tests.operations import steps


@pytest.fixture(autouse=True)
def shop(api: Api) -> Iterator[None]:
    """A client, and a proof of the books after every test."""
    steps.client(api, "a@b.test")
    yield
    prove(api)


def test_m1_a_draft_is_paid_in_two_parts(api: Api) -> None:
    steps.invoice(api)
    act(api, "invoices/1", "mark_sent")
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    pay(api, 1, 40)
    assert standing(api) == Standing(5, 100, 60, 60, 40)
    pay(api, 1, 60)
    assert standing(api) == Standing(6, 100, 0, 0, 100)


def test_m2_m3_a_restored_payment_settles_without_a_status_and_the_next_one_is_a_credit(api: Api) -> None:
    steps.invoice(api, is_public=True)
    pay(api, 1, 100)
    act(api, "payments/1", "delete")
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    act(api, "payments/1", "restore")
    assert standing(api) == Standing(2, 100, 0, 0, 100)
    assert pay(api, 1, 5)["amount"] == 0
    assert standing(api) == Standing(6, 100, 0, 0, 100)
    assert credits(api) == [(5, 5)]


def test_m4_what_was_viewed_stays_viewed(api: Api) -> None:
    """v4 forgets it when the only payment is deleted."""
    steps.invoice(api, is_public=True)
    view(api, 1)
    pay(api, 1, 40)
    assert standing(api).status == 5
    act(api, "payments/1", "delete")
    assert standing(api) == Standing(3, 100, 100, 100, 0)
    pay(api, 1, 40)
    pay(api, 1, -40)
    assert standing(api) == Standing(3, 100, 100, 100, 0)


def test_a_viewed_invoice_of_nothing_that_was_paid_and_grows_is_viewed_again(api: Api) -> None:
    steps.invoice(api, steps.line(0), is_public=True)
    view(api, 1)
    act(api, "invoices/1", "markPaid")
    assert standing(api) == Standing(6, 0, 0, 0, 0)
    steps.change(api, 1, invoice_items=[steps.line(50)])
    assert standing(api) == Standing(3, 50, 50, 50, 0)


def test_m5_of_two_payments_one_is_deleted(api: Api) -> None:
    steps.invoice(api, is_public=True)
    pay(api, 1, 60)
    pay(api, 1, 30)
    act(api, "payments/2", "delete")
    assert standing(api) == Standing(5, 100, 40, 40, 60)


def test_m6_m7_a_deposit_is_paid_or_dropped(clock: Clock, api: Api) -> None:
    api.put("/clients/1", {"payment_terms": 10})
    for number in (1, 2):
        steps.invoice(api, is_public=True, partial=30, partial_due_date="2026-12-01")
        assert pay(api, number, 10)["amount"] == 10
        assert api.get(f"/invoices/{number}").data["partial"] == 20
    pay(api, 1, 25)
    paid = api.get("/invoices/1").data
    assert (paid["partial"], paid["partial_due_date"], paid["due_date"]) == (0, "", "2026-12-02")
    assert (paid["balance"], paid["invoice_status_id"]) == (65, 5)
    act(api, "payments/2", "delete")
    dropped = api.get("/invoices/2").data
    assert (dropped["balance"], dropped["invoice_status_id"], dropped["partial"]) == (100, 2, 0)
    assert dropped["partial_due_date"] == ""


def test_a_paid_deposit_leaves_a_due_date_alone(clock: Clock, api: Api) -> None:
    steps.invoice(api, is_public=True, partial=30, partial_due_date="2026-12-01", due_date="2026-12-24")
    pay(api, 1, 30)
    assert api.get("/invoices/1").data["due_date"] == "2026-12-24"


def test_m8_paid_is_rounded(api: Api) -> None:
    made = steps.invoice(api, paid=40.005)
    assert (made["balance"], made["invoice_status_id"], made["is_public"]) == (59.99, 5, True)
    assert api.get("/payments/1").data["amount"] == 40.01
    assert totals(api) == (59.99, 40.01)


def test_m9_paid_may_exceed_the_total_and_leaves_no_credit(api: Api) -> None:
    steps.invoice(api, paid=150)
    assert standing(api) == Standing(2, 100, -50, -50, 150)
    assert credits(api) == []


def test_m10_a_credit_note_is_marked_paid(api: Api) -> None:
    steps.invoice(api, steps.line(-50))
    act(api, "invoices/1", "mark_sent")
    assert totals(api) == (-50, 0)
    shown = act(api, "invoices/1", "markPaid")
    assert (shown["invoice_status_id"], shown["balance"]) == (6, 0), "fresh, not as before the payment"
    assert api.get("/payments/1").data["amount"] == -50
    assert standing(api) == Standing(6, -50, 0, 0, -50)


def test_m11_an_invoice_of_nothing_is_marked_paid(api: Api) -> None:
    steps.invoice(api, steps.line(0))
    act(api, "invoices/1", "markPaid")
    assert standing(api) == Standing(6, 0, 0, 0, 0)
    assert api.get("/payments/1").data["amount"] == 0


def test_m12_m13_paying_by_credit_and_back(api: Api) -> None:
    """A restored payment takes its value from the credits again; v4 would leave both."""
    credit(api, 60)
    credit(api, 20)
    steps.invoice(api)
    assert pay_by_credit(api, 1, 70).data["amount"] == 70
    assert standing(api) == Standing(5, 100, 30, 30, 70)
    assert credits(api) == [(60, 0), (20, 10)]
    act(api, "payments/1", "delete")
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    assert credits(api) == [(60, 0), (20, 10), (70, 70)]
    act(api, "payments/1", "restore")
    assert standing(api) == Standing(2, 100, 30, 30, 70)
    assert credits(api) == [(60, 0), (20, 0), (70, 10)]


def test_a_payment_by_credit_is_not_restored_when_the_credit_is_gone(api: Api) -> None:
    credit(api, 60)
    steps.invoice(api)
    pay_by_credit(api, 1, 60)
    act(api, "payments/1", "delete")
    act(api, "credits/2", "delete")
    assert "amount" in api.put("/payments/1?action=restore").errors
    assert api.get("/payments/1").data["is_deleted"] is True
    assert standing(api) == Standing(2, 100, 100, 100, 0)


@pytest.mark.parametrize(
    ("held", "after", "left", "payments"),
    [
        ([30], Standing(5, 100, 70, 70, 30), [(30, 0)], [30]),
        ([300], Standing(6, 100, 0, 0, 100), [(300, 200)], [100]),
        ([60, 60], Standing(6, 100, 0, 0, 100), [(60, 0), (60, 20)], [100]),
        ([], Standing(2, 100, 100, 100, 0), [], []),
    ],
)
def test_m14_auto_bill(
    api: Api, held: list[int], after: Standing, left: list[tuple[float, float]], payments: list[float]
) -> None:
    for amount in held:
        credit(api, amount)
    made = steps.invoice(api, auto_bill=True, paid=5)
    assert (made["balance"], made["is_public"]) == (after.balance, True)
    assert standing(api) == after
    assert credits(api) == left
    rows = api.get("/payments").data
    assert [(row["amount"], row["payment_type_id"]) for row in rows] == [(amount, 1) for amount in payments]


def test_m15_refunds(api: Api) -> None:
    steps.invoice(api)
    pay(api, 1, 100)
    refunded = act(api, "payments/1", "refund", amount=30)
    assert (refunded["refunded"], refunded["payment_status_id"], refunded["amount"]) == (30, 5, 100)
    assert standing(api) == Standing(5, 100, 30, 30, 70)
    refunded = act(api, "payments/1", "refund")
    assert (refunded["refunded"], refunded["payment_status_id"]) == (100, 6)
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    act(api, "payments/1", "delete")
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    told = [row["adjustment"] for row in activities(api) if row["activity_type_id"] in (13, 40)]
    assert told == [30, 70, 0]


def test_a_partly_refunded_payment_counts_for_its_rest(api: Api) -> None:
    steps.invoice(api)
    pay(api, 1, 60)
    act(api, "payments/1", "refund", amount="20")
    act(api, "payments/1", "delete")
    assert standing(api) == Standing(2, 100, 100, 100, 0)
    act(api, "payments/1", "restore")
    assert standing(api) == Standing(2, 100, 60, 60, 40)


def test_m18_an_edit_to_what_is_paid_leaves_the_status(api: Api) -> None:
    steps.invoice(api, is_public=True)
    pay(api, 1, 50)
    steps.change(api, 1, invoice_items=[steps.line(50)])
    assert standing(api) == Standing(5, 50, 0, 0, 50)


def test_m19_a_deleted_invoice_takes_its_payments_out_of_the_books(api: Api) -> None:
    steps.invoice(api, steps.line(90), is_public=True)
    pay(api, 1, 60)
    act(api, "invoices/1", "delete")
    assert totals(api) == (0, 0)
    act(api, "invoices/1", "restore")
    assert totals(api) == (30, 60)


def test_m20_a_quote_is_converted_once(api: Api) -> None:
    steps.invoice(api, steps.line(107.5), is_quote=True, is_public=True, paid=100)
    assert standing(api) == Standing(2, 107.5, 107.5, 0, 0)
    made = act(api, "invoices/1", "convert")
    assert (made["id"], made["amount"], made["balance"], made["invoice_status_id"]) == (2, 107.5, 107.5, 1)
    assert (made["is_quote"], made["is_public"], made["quote_invoice_id"]) == (False, False, 0)
    quote = api.get("/invoices/1").data
    assert (quote["quote_invoice_id"], quote["invoice_status_id"]) == (2, 2)
    assert act(api, "invoices/1", "convert")["id"] == 2
    assert api.get("/invoices").json["meta"]["pagination"]["total"] == 2
    assert totals(api) == (0, 0)
    assert pay(api, 2, 107.5)["amount"] == 107.5
    assert standing(api, 2) == Standing(6, 107.5, 0, 0, 107.5)


def test_quotes_are_not_paid(api: Api) -> None:
    steps.invoice(api, is_quote=True)
    assert api.post("/payments", {"invoice_id": 1, "amount": 5}).status == 404
    assert act(api, "invoices/1", "markPaid")["invoice_status_id"] == 1
    assert api.get("/payments").data == []
    assert standing(api) == Standing(1, 100, 100, 0, 0)


def test_m25_a_settled_invoice_is_archived_when_the_account_says_so(api: Api) -> None:
    steps.hidden_settings(api, auto_archive_invoice=True)
    steps.invoice(api)
    pay(api, 1, 40)
    assert api.get("/invoices/1").data["archived_at"] is None
    pay(api, 1, 60)
    assert standing(api) == Standing(6, 100, 0, 0, 100)
    assert api.get("/invoices/1").data["archived_at"]
    assert activities(api)[-1]["activity_type_id"] == 8
    assert steps.invoice(api, paid=100)["archived_at"], "v4 answers 404 here"


def test_m26_an_archived_client_is_still_billed(api: Api) -> None:
    steps.invoice(api)
    act(api, "clients/1", "archive")
    steps.change(api, 1, invoice_items=[steps.line(20)], is_public=True)
    assert totals(api) == (20, 0)
    pay(api, 1, 5)
    assert standing(api) == Standing(5, 20, 15, 15, 5)
