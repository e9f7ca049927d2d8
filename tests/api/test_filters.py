"""List filters of clients, invoices and quotes (http.md 2.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api, Clock

LINE = [{"notes": "work", "cost": 10}]


def ids(api: Api, path: str) -> list[int]:
    """The ids of a list, which its total agrees with."""
    answer = api.get(path)
    found = [row["id"] for row in answer.data]
    assert answer.json["meta"]["pagination"]["total"] == len(found)
    return found


@pytest.fixture
def books(api: Api, clock: Clock) -> Api:
    """Two clients; invoices 1 (draft), 2 (sent), 3 (quote), 4 (template), 5 (deleted), each a minute apart.

    Client 1 has the odd ones.
    """
    api.post("/clients", {"name": "One", "id_number": "K-1", "contact": {"email": "One@acme.test"}})
    api.post("/clients", {"name": "Two", "contacts": [{"email": "two@acme.test"}, {"email": "x@acme.test"}]})
    extras: list[dict[str, Any]] = [
        {}, {"is_public": True}, {"is_quote": True}, {"is_recurring": True}, {"invoice_number": "Last-5"},
    ]  # fmt: skip
    for number, extra in enumerate(extras, 1):
        clock.tick(60)
        made = api.post("/invoices", {"client_id": 2 - number % 2, "invoice_items": LINE, **extra})
        assert made.data["id"] == number
    api.delete("/invoices/5")
    return api


def test_without_filters_every_kind_and_state_is_listed(books: Api) -> None:
    assert ids(books, "/invoices") == [5, 4, 3, 2, 1]
    assert ids(books, "/quotes") == [3]


def test_updated_at_is_inclusive(books: Api) -> None:
    third = books.get("/invoices/3").data["updated_at"]
    assert ids(books, f"/invoices?updated_at={third}") == [5, 4, 3]
    assert ids(books, f"/invoices?updated_at={third + 1}") == [5, 4]
    assert ids(books, f"/quotes?updated_at={third}") == [3]
    assert ids(books, f"/quotes?updated_at={third + 1}") == []
    for ignored in ("0", "-5", "", "soon"):
        assert len(ids(books, f"/invoices?updated_at={ignored}")) == 5
    first = books.get("/clients/1").data["updated_at"]
    assert ids(books, f"/clients?updated_at={first + 1}") == [2], "its balance changed when 2 was published"


def test_client_id(books: Api) -> None:
    assert ids(books, "/invoices?client_id=1") == [5, 3, 1]
    assert ids(books, "/invoices?client_id=2") == [4, 2]
    assert ids(books, "/quotes?client_id=1") == [3]
    assert ids(books, "/quotes?client_id=2") == []
    assert ids(books, "/invoices?client_id=99") == []
    assert len(ids(books, "/invoices?client_id=0")) == 5
    assert ids(books, "/contacts?client_id=2") == [3, 2]
    # Where it means nothing it is ignored.
    for path in ("clients", "products", "tax_rates", "users"):
        assert books.get(f"/{path}?client_id=1").status == 200
    assert ids(books, "/clients?client_id=1") == [2, 1]


def test_filter_active(books: Api) -> None:
    books.put("/invoices/1?action=archive")
    assert sorted(ids(books, "/invoices?filter_active=1")) == [2, 3, 4]
    assert len(ids(books, "/invoices?filter_active=0")) == 5
    assert sorted(ids(books, "/invoices?filter_active=false")) == [2, 3, 4], "any text but 0 is true"
    books.put("/clients/2?action=archive")
    assert ids(books, "/clients?filter_active=true") == [1]


def test_clients_by_address_or_number(books: Api) -> None:
    assert ids(books, "/clients?email=one@ACME.test") == [1]
    assert ids(books, "/clients?email=x@acme.test") == [2]
    assert ids(books, "/clients?email=acme.test") == []
    assert ids(books, "/clients?id_number=K-1") == [1]
    assert ids(books, "/clients?id_number=K-2") == []
    assert ids(books, "/clients?email=two@acme.test&id_number=K-1") == [2], "the address wins"
    books.put("/clients/2", {"contacts": [{"id": 2, "email": "new@acme.test"}]})
    assert ids(books, "/clients?email=two@acme.test") == ids(books, "/clients?email=x@acme.test") == []
    assert ids(books, "/clients?email=new@acme.test") == [2]
    books.put("/contacts/2?action=archive")
    assert ids(books, "/clients?email=new@acme.test") == []


def test_invoices_by_number(books: Api) -> None:
    assert ids(books, "/invoices?invoice_number=0002") == [2]
    assert ids(books, "/invoices?invoice_number=last-5") == [5], "deleted ones too, in any case"
    assert ids(books, "/invoices?invoice_number=0099") == []
    assert ids(books, "/invoices?invoice_number=0002&client_id=1") == []
    assert ids(books, "/quotes?invoice_number=0001") == [3], "not a filter of quotes"


def test_status_is_a_lower_bound(books: Api) -> None:
    assert ids(books, "/invoices?status_id=2") == [2]
    assert ids(books, "/invoices?status_id=3") == []
    assert len(ids(books, "/invoices?status_id=1")) == 5
    assert len(ids(books, "/invoices?status_id=-1")) == 5


def test_kinds(books: Api) -> None:
    assert ids(books, "/invoices?is_recurring=1") == [4]
    assert ids(books, "/invoices?is_recurring=0") == [5, 3, 2, 1]
    assert ids(books, "/invoices?is_recurring=true") == [5, 3, 2, 1], "a word counts as 0"
    assert ids(books, "/invoices?invoice_type_id=1") == [5, 4, 2, 1]
    assert ids(books, "/invoices?invoice_type_id=2") == [3]
    assert ids(books, "/invoices?invoice_type_id=9") == []


def test_filters_combine_and_page(books: Api) -> None:
    assert ids(books, "/invoices?invoice_type_id=1&is_recurring=0") == [5, 2, 1]
    assert ids(books, "/invoices?invoice_type_id=2&is_recurring=1") == []
    assert ids(books, "/invoices?invoice_type_id=1&is_recurring=0&filter_active=1&client_id=1") == [1]
    second = books.get("/invoices/2").data["updated_at"]
    assert ids(books, f"/invoices?updated_at={second}&client_id=2&status_id=2") == [2]
    answer = books.get("/invoices?invoice_type_id=1&is_recurring=0&per_page=2&page=2")
    assert [row["id"] for row in answer.data] == [1]
    assert answer.json["meta"]["pagination"]["total"] == 3
    answer = books.get("/invoices?client_id=1&per_page=1&page=2")
    assert [row["id"] for row in answer.data] == [3]


def test_order_is_latest_change_first_and_creation_for_contacts(books: Api, clock: Clock) -> None:
    clock.tick()
    books.put("/invoices/2", {"po_number": "7"})
    assert ids(books, "/invoices") == [2, 5, 4, 3, 1]
    books.put("/contacts/1", {"first_name": "A", "last_name": "B", "email": "one@acme.test"})
    assert ids(books, "/contacts") == [3, 2, 1]
