"""Documents of invoices and expenses: includes, and `document_ids` on saves (http.md 7.3, 7.4)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from chalicelib.delivery.relay import run_pending
from chalicelib.operations.documents.attach import MOST_CHANGED
from tests.api_client import Api
from tests.operations.steps import act, change, client, invoice, line
from tests.uploads import objects, send, upload


@pytest.fixture
def shop(api: Api) -> Api:
    """A client with invoices 1 and 2, and expenses 1 and 2."""
    client(api)
    invoice(api)
    invoice(api)
    for amount in (5, 6):
        api.post("/expenses", {"amount": amount})
    return api


def shown(api: Api, path: str) -> list[int]:
    return [row["id"] for row in api.get(f"{path}?include=documents").data["documents"]]


def expense(api: Api, number: int, **fields: Any) -> Any:
    return api.put(f"/expenses/{number}", fields).data


def test_includes_show_the_own_documents_by_id(shop: Api) -> None:
    given: list[dict[str, Any]] = [
        {"invoice_id": 1},
        {"expense_id": 2},
        {"invoice_id": 1},
        {},
        {"is_default": 1},
    ]
    for fields in given:
        upload(shop, **fields)
    assert shown(shop, "/invoices/1") == [1, 3]
    assert shown(shop, "/invoices/2") == []
    rows = shop.get("/expenses?include=documents").data
    assert {row["id"]: [document["id"] for document in row["documents"]] for row in rows} == {1: [], 2: [2]}
    assert shop.get("/clients?include=invoices.documents").status == 200
    shop.delete("/documents/1")
    assert shown(shop, "/invoices/1") == [3]


def test_a_new_record_takes_the_listed_documents(shop: Api) -> None:
    for _ in range(3):
        upload(shop)
    body = {"client_id": 1, "invoice_items": [line()], "document_ids": ["2", 1, 1, 0, 99]}
    made = shop.post("/invoices?include=documents", body).data
    assert [row["id"] for row in made["documents"]] == [1, 2]
    spent = shop.post("/expenses?include=documents", {"amount": 1, "document_ids": [3]}).data
    assert [(row["id"], row["expense_id"]) for row in spent["documents"]] == [(3, 3)]
    assert shown(shop, "/invoices/3") == [1, 2]
    assert shown(shop, "/expenses/3") == [3]


def test_an_update_of_an_invoice_drops_what_a_filled_list_leaves_out(shop: Api) -> None:
    for name in "abc":
        upload(shop, f"{name}.txt", name.encode(), invoice_id=1)
    change(shop, 1, po_number="x")
    change(shop, 1, document_ids=[])
    change(shop, 1, document_ids=None)
    assert shown(shop, "/invoices/1") == [1, 2, 3]
    upload(shop, "d.txt", b"d")
    answer = shop.put("/invoices/1?include=documents", {"document_ids": [2, 4]}, idempotency_key="k").data
    assert [row["id"] for row in answer["documents"]] == [2, 4]
    assert shown(shop, "/invoices/1") == [2, 4]
    assert shop.get("/documents").json["meta"]["pagination"]["total"] == 2
    while run_pending(lambda: time.time() + 2):
        pass
    assert len(objects(shop)) == 2


def test_an_expense_drops_only_when_the_key_is_sent(shop: Api) -> None:
    for name in "abc":
        upload(shop, f"{name}.txt", name.encode(), expense_id=1)
    expense(shop, 1, amount=9)
    expense(shop, 1, document_ids=None)
    assert shown(shop, "/expenses/1") == [1, 2, 3]
    expense(shop, 1, document_ids=[3])
    assert shown(shop, "/expenses/1") == [3]
    form = {"content_type": "application/x-www-form-urlencoded"}
    assert shop.put("/expenses/1", b"document_ids=", **form).status == 200
    assert shown(shop, "/expenses/1") == []


def test_a_document_moves_but_that_of_another_invoice_is_copied(shop: Api) -> None:
    upload(shop, "a.txt", b"a", invoice_id=1)
    upload(shop, "b.txt", b"b", expense_id=1)
    change(shop, 2, document_ids=[1, 2])
    assert shown(shop, "/invoices/1") == [1]
    assert shown(shop, "/expenses/1") == []
    assert shown(shop, "/invoices/2") == [2, 3]
    assert shop.get("/documents/3").body == b"a"
    assert len(objects(shop)) == 2
    expense(shop, 2, document_ids=[1])
    assert shown(shop, "/invoices/1") == []
    assert shown(shop, "/expenses/2") == [1]
    moved = shop.get("/documents/1?metadata=1").data
    assert (moved["invoice_id"], moved["expense_id"]) == (0, 2)


def test_a_conversion_copies_the_documents(shop: Api) -> None:
    quote = invoice(shop, is_quote=True)["id"]
    upload(shop, "a.txt", b"a", invoice_id=quote)
    made = act(shop, quote, "convert")["id"]
    assert shown(shop, f"/invoices/{quote}") == [1]
    assert shown(shop, f"/invoices/{made}") == [2]
    assert shop.get("/documents/2").body == b"a"
    assert len(objects(shop)) == 1


@pytest.mark.parametrize(
    "ids", ["x", 7, ["x"], [[1]], {"a": 1}, [True, {}], [1.5, "1e99"], [-1], [1] * 1_001]
)
def test_odd_lists_are_refused_by_name(shop: Api, ids: Any) -> None:
    upload(shop, invoice_id=1)
    before = shop.get("/invoices/1").data
    for answer in (
        shop.put("/invoices/1", {"document_ids": ids, "po_number": "new"}),
        shop.put("/expenses/1", {"document_ids": ids}),
        shop.post("/expenses", {"document_ids": ids}),
    ):
        assert set(answer.errors) == {"document_ids"}
    assert shop.get("/invoices/1").data == before


def test_one_save_changes_so_many_documents(shop: Api) -> None:
    ids = [upload(shop, invoice_id=1)["id"] for _ in range(MOST_CHANGED + 1)]
    assert set(shop.put("/expenses/1", {"document_ids": ids}).errors) == {"document_ids"}
    assert len(shown(shop, "/invoices/1")) == MOST_CHANGED + 1
    expense(shop, 1, document_ids=ids[1:])
    assert shown(shop, "/expenses/1") == ids[1:]
    assert shop.put("/expenses/1", {"document_ids": []}).status == 200
    assert shown(shop, "/expenses/1") == []


def test_a_refused_save_leaves_the_documents_alone(shop: Api) -> None:
    upload(shop)
    assert shop.put("/invoices/1", {"document_ids": [1], "invoice_date": "soon"}).status == 422
    assert shop.post("/invoices", {"client_id": 9, "document_ids": [1]}).status == 404
    assert shop.put("/invoices/1?dry_run=true", {"document_ids": [1]}).status == 200
    assert shop.get("/documents/1?metadata=1").data["invoice_id"] == 0


def test_a_deleted_expense_is_answered_unchanged(shop: Api) -> None:
    send(shop, fields={"expense_id": 1})
    shop.delete("/expenses/1")
    assert shop.put("/expenses/1", {"document_ids": []}).status == 200
    assert shown(shop, "/expenses/1") == [1]
