"""The worked ledger of billing 4.4, step by step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api_client import Api
from tests.money.books import Standing, act, activities, pay, prove, standing
from tests.operations import steps

CREATED, EDITED, ARCHIVED, DELETED, RESTORED = 4, 5, 8, 9, 25
PAID, PAYMENT_ARCHIVED, PAYMENT_DELETED, PAYMENT_RESTORED = 10, 12, 13, 27

Step = tuple[str, Callable[[Api], object], tuple[int, float, float, float, float], list[tuple[int, float]]]


def edit(cost: int) -> Callable[[Api], object]:
    return lambda api: steps.change(api, 1, invoice_items=[steps.line(cost)])


def taken(amount: int) -> Callable[[Api], object]:
    return lambda api: pay(api, 1, amount)


def moved(path: str, *actions: str) -> Callable[[Api], object]:
    return lambda api: [act(api, path, action) for action in actions]


WALK: list[Step] = [
    ("create draft 100", lambda api: steps.invoice(api), (1, 100, 100, 0, 0), [(CREATED, 0)]),
    ("edit to 120", edit(120), (1, 120, 120, 0, 0), [(EDITED, 0)]),
    ("mark sent", moved("invoices/1", "mark_sent"), (2, 120, 120, 120, 0), [(EDITED, 120)]),
    ("edit to 150", edit(150), (2, 150, 150, 150, 0), [(EDITED, 30)]),
    ("pay 50", taken(50), (5, 150, 100, 100, 50), [(PAID, -50), (EDITED, 0)]),
    ("edit to 50", edit(50), (5, 50, 0, 0, 50), [(EDITED, -100)]),
    ("edit to 80", edit(80), (5, 80, 30, 30, 50), [(EDITED, 30)]),
    ("pay 30", taken(30), (6, 80, 0, 0, 80), [(PAID, -30), (EDITED, 0)]),
    ("edit to 100", edit(100), (5, 100, 20, 20, 80), [(EDITED, 20)]),
    ("edit to 60", edit(60), (5, 60, -20, -20, 80), [(EDITED, -40)]),
    ("edit to 80 again", edit(80), (5, 80, 0, 0, 80), [(EDITED, 20)]),
    ("delete the second payment", moved("payments/2", "delete"), (5, 80, 30, 30, 50),
     [(PAYMENT_DELETED, 30), (EDITED, 0)]),
    ("restore it", moved("payments/2", "restore"), (5, 80, 0, 0, 80), [(PAYMENT_RESTORED, -30), (EDITED, 0)]),
    ("archive it, restore it", moved("payments/2", "archive", "restore"), (5, 80, 0, 0, 80),
     [(PAYMENT_ARCHIVED, 0), (PAYMENT_RESTORED, 0)]),
    ("archive it, delete it", moved("payments/2", "archive", "delete"), (5, 80, 30, 30, 50),
     [(PAYMENT_ARCHIVED, 0), (PAYMENT_DELETED, 30), (EDITED, 0)]),
    ("archive the invoice", moved("invoices/1", "archive"), (5, 80, 30, 30, 50), [(ARCHIVED, 0)]),
    ("edit the archived one to 90", edit(90), (5, 90, 40, 40, 50), [(EDITED, 10)]),
    ("pay the archived one 10", taken(10), (5, 90, 30, 30, 60), [(PAID, -10), (EDITED, 0)]),
    ("restore the invoice", moved("invoices/1", "restore"), (5, 90, 30, 30, 60), [(RESTORED, 0)]),
    ("delete the invoice", moved("invoices/1", "delete"), (5, 90, 30, 0, 0), [(DELETED, -30)]),
    ("nothing moves a deleted one", lambda api: untouchable(api), (5, 90, 30, 0, 0), []),
    ("restore it from deleted", moved("invoices/1", "restore"), (5, 90, 30, 30, 60), [(RESTORED, 30)]),
    ("mark paid", moved("invoices/1", "markPaid"), (6, 90, 0, 0, 90), [(PAID, -30), (EDITED, 0)]),
]  # fmt: skip


def untouchable(api: Api) -> None:
    before = api.get("/payments?per_page=100").body
    edit(70)(api)
    refused = api.post("/payments", {"invoice_id": 1, "amount": 5})
    assert (refused.status, refused.json["error"]["message"]) == (404, "Route does not exist")
    for action in ("mark_sent", "markPaid", "archive", "delete"):
        assert api.put(f"/invoices/1?action={action}").status == 200
    for action in ("delete", "archive", "restore"):
        assert api.put(f"/payments/2?action={action}").status == 200
    assert api.put("/payments/1?action=delete").status == 200
    assert api.get("/payments?per_page=100").body == before


def test_worked_ledger(api: Api) -> None:
    steps.client(api, "a@b.test")
    seen = len(activities(api))
    running = 0.0
    for name, perform, after, told in WALK:
        perform(api)
        assert standing(api) == Standing(*after), name
        written = activities(api)[seen:]
        seen += len(written)
        assert [(row["activity_type_id"], row["adjustment"]) for row in written] == told, name
        for row in written:
            running += row["adjustment"]
            assert row["balance"] == running, name
        prove(api)
    assert running == 0


@pytest.mark.parametrize("action", ["archive", "delete", "restore"])
def test_doing_it_twice_writes_nothing(api: Api, action: str) -> None:
    steps.client(api, "a@b.test")
    steps.invoice(api, is_public=True)
    pay(api, 1, 40)
    if action == "restore":
        act(api, "payments/1", "delete")
    first = act(api, "payments/1", action)
    told = activities(api)
    assert act(api, "payments/1", action) == first
    assert activities(api) == told
    prove(api)
