"""Filters, orders and walks of every list, and what they refuse."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from chalicelib.resources.registry import RESOURCES
from tests.api.walks import Params, Row, ids
from tests.api_client import Api, Clock


# ---- refusals
@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/clients", "status", "overdue"),
        ("/clients", "status", "active,nonsense"),
        ("/invoices", "status", "Paid"),
        ("/invoices", "date_from", "yesterday"),
        ("/invoices", "date_to", "2026-02-30"),
        ("/invoices", "due_before", "1"),
        ("/invoices", "balance_gt", "much"),
        ("/invoices", "balance_gt", "NaN"),
        ("/clients", "balance_gt", "1e400"),
        ("/clients", "filter", "x" * 256),
        ("/clients", "sort", "private_notes"),
        ("/clients", "sort", "name|up"),
        ("/clients", "sort", "--name"),
        ("/products", "balance_gt", "1"),
        ("/clients", "due_before", "2026-01-01"),
        ("/users", "sort", "password"),
        ("/payment_terms", "status", "late"),
        ("/clients", "cursor", "nonsense"),
        ("/clients", "cursor", "0000000001.0000000001"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(api: Api, path: str, name: str, value: str) -> None:
    assert api.get(f"{path}?{urlencode({name: value})}").errors.keys() == {name}
    assert api.get(f"{path}?{name}=").status == 200


def test_a_cursor_belongs_to_its_list(api: Api) -> None:
    for number in range(3):
        api.post("/clients", {"name": f"C{number}"})
        api.post("/products", {"product_key": f"C{number}"})
    cursor = api.get("/clients?per_page=1&sort=name").json["meta"]["pagination"]["next_cursor"]
    assert api.get(f"/clients?per_page=2&sort=name&cursor={cursor}").status == 200
    for other in (
        "/clients?per_page=1",
        "/clients?sort=-name",
        "/clients?sort=name&filter=C",
        "/products?sort=id",
    ):
        glue = "&" if "?" in other else "?"
        assert api.get(f"{other}{glue}cursor={cursor}").errors.keys() == {"cursor"}, other


# ---- walks
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"sort": "updated_at"},
        {"sort": "id"},
        {"sort": "-product_key"},
        {"filter": "P"},
        {"filter": "P", "sort": "cost|desc"},
        {"status": "active"},
    ],
)
def test_a_walk_meets_what_does_not_change_once(api: Api, clock: Clock, query: Params) -> None:
    for number in range(1, 12):
        clock.tick()
        api.post("/products", {"product_key": f"P{number % 4}", "cost": number % 3})
    met: list[int] = []
    changed: set[int] = set()
    cursor = ""
    for turn in range(1, 12):
        answer = api.get(f"/products?{urlencode({**query, 'per_page': 2, 'cursor': cursor})}")
        met += [row["id"] for row in answer.data]
        cursor = answer.json["meta"]["pagination"].get("next_cursor", "")
        if not cursor:
            break
        clock.tick()
        if turn < 4:
            for number in (turn * 3, 12 - turn):
                changed.add(number)
                api.put(f"/products/{number}", {"product_key": f"P{number}", "cost": 9})
            api.post("/products", {"product_key": f"P{turn}", "cost": 1})
    unchanged = set(range(1, 12)) - changed
    assert sorted(number for number in met if number in unchanged) == sorted(unchanged)


def test_every_list_can_be_walked(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    for name, body in (
        ("contacts", {"client_id": 1, "first_name": "a", "last_name": "b", "email": "c@d.test"}),
        ("invoices", {"client_id": 1}),
        ("quotes", None),
        ("payments", {"invoice_id": 1, "amount": 1}),
        ("credits", {"client_id": 1, "amount": 1}),
        ("products", {"product_key": "A"}),
        ("tax_rates", {"name": "A", "rate": 1}),
        ("projects", {"name": "A", "client_id": 1}),
        ("tasks", {"description": "A"}),
        ("vendors", {"name": "A"}),
        ("expenses", {"amount": 1}),
    ):
        for _ in range(2 if body else 0):
            assert api.post(f"/{name}", body).status == 200, name
    for name in (*RESOURCES, "quotes"):
        rows = api.get(f"/{name}?cursor=").data
        met: list[Row] = []
        cursor = ""
        for _ in range(20):
            answer = api.get(f"/{name}?per_page=1&cursor={cursor}")
            met += answer.data
            cursor = answer.json["meta"]["pagination"].get("next_cursor", "")
            if not cursor:
                break
        assert met == rows, name


# ---- other lists
def test_words_of_payments_tasks_and_expenses(api: Api) -> None:
    api.post("/clients", {"name": "A"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 30, "qty": 1}]})
    for amount in (5, 6):
        api.post("/payments", {"invoice_id": 1, "amount": amount, "payment_date": f"2026-0{amount}-01"})
    api.put("/payments/1?action=refund", {"amount": 2})
    api.put("/payments/2?action=refund")
    assert ids(api, "/payments", status="partially_refunded") == [1]
    assert ids(api, "/payments", status="refunded,partially_refunded", sort="id") == [1, 2]
    assert ids(api, "/payments", status="completed") == []
    assert ids(api, "/payments", date_from="2026-06-01", filter="0001") == [2]
    tasks: list[Params] = [{"time_log": "[[1,2]]"}, {"action": "start"}, {"description": "Roof"}]
    for body in tasks:
        api.post("/tasks", body)
    assert ids(api, "/tasks", status="running") == [2]
    assert ids(api, "/tasks", status="stopped", sort="id") == [1, 3]
    assert ids(api, "/tasks", status="invoiced") == []
    assert ids(api, "/tasks", filter="roof") == [3]
    spent: list[Params] = [
        {"amount": 5, "expense_date": "2026-01-02"},
        {"amount": 1, "should_be_invoiced": False},
    ]
    for body in spent:
        assert api.post("/expenses", body).status == 200
    assert ids(api, "/expenses", status="pending") == [1]
    assert ids(api, "/expenses", status="logged") == [2]
    assert ids(api, "/expenses", status="invoiced") == []
    assert ids(api, "/expenses", sort="amount") == [2, 1]
    assert ids(api, "/expenses", date_to="2026-12-31") == [1]


def test_clients_by_balance_text_and_place(api: Api) -> None:
    contacts = [{"first_name": "Ann", "last_name": "Lee", "email": "ann@lee.test"}]
    for number, name in enumerate(("beta", "Alpha", "ÄTNA"), 1):
        api.post(
            "/clients", {"name": name, "custom_value1": f"zone {number}", "contacts": contacts[: number % 2]}
        )
    api.post("/invoices", {"client_id": 2, "is_public": True, "invoice_items": [{"cost": 12.5, "qty": 1}]})
    api.post("/credits", {"client_id": 1, "amount": 7, "credit_date": "2026-01-01"})
    assert ids(api, "/clients", sort="name") == [2, 1, 3]
    assert ids(api, "/clients", sort="balance|desc") == [2, 3, 1]
    assert ids(api, "/clients", balance_gt=0) == [2]
    assert ids(api, "/clients", balance_gt="12.49", status="active") == [2]
    assert ids(api, "/clients", balance_gt="12.5") == []
    assert ids(api, "/clients", balance_gt=-1, sort="id") == [1, 2, 3]
    assert ids(api, "/clients", filter="ätna") == [3]
    assert ids(api, "/clients", filter="ann lee", sort="id") == [1, 3]
    assert ids(api, "/clients", filter="ZONE 2") == [2]
    assert ids(api, "/clients", filter="zone", email="ann@lee.test", sort="name") == [1, 3]
    assert ids(api, "/credits", balance_gt=6, date_to="2026-01-01") == [1]
    assert ids(api, "/credits", balance_gt=7) == []


def test_payment_terms_are_searched_and_sorted_with_the_built_in_ones(api: Api) -> None:
    api.post("/payment_terms", {"num_days": 45})
    days = [row["num_days"] for row in api.get("/payment_terms").data]
    assert days == [-1, 7, 10, 14, 15, 30, 45, 60, 90]
    assert [row["num_days"] for row in api.get("/payment_terms?filter=net+4").data] == [45]
    assert [row["num_days"] for row in api.get("/payment_terms?sort=-num_days&per_page=2").data] == [90, 60]
    assert [row["num_days"] for row in api.get("/payment_terms?date_from=2020-01-01").data] == [45]
    assert api.get("/payment_terms?status=deleted").data == []
