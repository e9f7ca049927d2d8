"""Two accounts with the same ids, numbers, addresses and keys: neither sees or moves anything of the other."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.store.connection import connection
from chalicelib.store.models import EventRow, LookupRow, RecordRow
from tests.api_client import Api
from tests.security.hostile import check

SECRET = "secret of B"


def rows(account: str) -> list[Any]:
    """Every row of an account in the three tables."""
    found: list[Any] = []
    for table in (RecordRow, LookupRow, EventRow):
        key = "k" if table is LookupRow else "pk"
        request: dict[str, Any] = {"TableName": table.Meta.table_name, "ConsistentRead": True}
        request |= {"FilterExpression": f"contains({key}, :account)"}
        request["ExpressionAttributeValues"] = {":account": {"S": account}}
        while True:
            page = connection().dispatch("Scan", request)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return sorted(found, key=str)


def account_of(api: Api) -> str:
    from chalicelib.operations import tokens

    bearer = tokens.bearer(api.token)
    assert bearer is not None
    return bearer.account


def fill(api: Api, mark: str, count: int) -> None:
    for number in range(1, count + 1):
        contact = {"email": f"shared{number}@x.test", "first_name": mark}
        assert (
            api.post("/clients", {"name": mark, "id_number": f"N{number}", "contact": contact}).status == 200
        )
        assert api.post("/products", {"product_key": f"key{number}", "notes": mark, "cost": 7}).status == 200
        lines = [{"product_key": f"key{number}", "notes": mark, "cost": 5}]
        assert (
            api.post("/invoices", {"client_id": number, "invoice_items": lines, "is_public": True}).status
            == 200
        )
        assert api.post("/tax_rates", {"name": mark, "rate": number}).status == 200
    assert api.post("/payment_terms", {"num_days": 99}).status == 200


@pytest.fixture(scope="module")
def pair(gateway: Any) -> tuple[Api, Api]:
    """A has one record of a kind, B has three."""
    first, second = Api(gateway).register(), Api(gateway).register()
    fill(first, "content of A", 1)
    fill(second, SECRET, 3)
    return first, second


COLLECTIONS = ("clients", "contacts", "invoices", "products", "tax_rates")
FOREIGN = (2, 3)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_foreign_ids_do_not_exist(pair: tuple[Api, Api], collection: str) -> None:
    first, second = pair
    before = rows(account_of(second))
    for number in FOREIGN:
        assert second.get(f"/{collection}/{number}").status == 200
        body = {
            "name": "x",
            "rate": 1,
            "product_key": "x",
            "first_name": "x",
            "last_name": "x",
            "email": "x@x.test",
        }
        for method, path, sent in (
            ("GET", f"/{collection}/{number}", None),
            ("GET", f"/{collection}/{number}?include=client,invoices,contacts,user", None),
            ("PUT", f"/{collection}/{number}", body),
            ("PATCH", f"/{collection}/{number}", body),
            ("DELETE", f"/{collection}/{number}", None),
            ("PUT", f"/{collection}/{number}?action=archive", body),
            ("PUT", f"/{collection}/{number}?action=mark_sent", body),
            ("POST", f"/{collection}", {**body, "id": number, "client_id": 1}),
        ):
            answer = first.send(method, path, sent)
            check(answer, path)
            assert answer.status in (400, 404), (method, path, answer)
            assert SECRET not in answer.text
    assert rows(account_of(second)) == before


def test_lists_filters_and_includes_show_own_records_only(pair: tuple[Api, Api]) -> None:
    first, second = pair
    cursors = [
        second.get(f"/{name}?per_page=1").json["meta"]["pagination"].get("next_cursor", "")
        for name in COLLECTIONS
    ]
    assert all(cursors)
    queries = [f"cursor={cursor}" for cursor in cursors]
    queries += [
        "client_id=1",
        "client_id=2",
        "email=shared2@x.test",
        "id_number=N3",
        "invoice_number=0002",
        "page=2",
    ]
    queries += ["include=client.invoices.client,contacts,users,invoices", "updated_at=1", "per_page=5000"]
    for name in (*COLLECTIONS, "quotes", "users", "accounts", "user_accounts", "payment_terms", "dashboard"):
        for query in queries:
            answer = first.get(f"/{name}?{query}")
            check(answer, query)
            assert SECRET not in answer.text and second.email not in answer.text


def test_foreign_records_in_bodies(pair: tuple[Api, Api]) -> None:
    first, second = pair
    before = rows(account_of(second))
    own = first.get("/clients/1").data
    line = {"invoice_items": [{"product_key": "key2"}]}
    for path, method, body in (
        ("/invoices", "POST", {"client_id": 2, **line}),
        ("/invoices", "POST", {"client": {"id": 2, "name": "taken"}, **line}),
        ("/invoices", "POST", {"client": {"id": 1, "contacts": [{"id": 3, "first_name": "taken"}]}, **line}),
        ("/invoices/1", "PUT", {"client": {"id": 2, "name": "taken"}, "client_id": 2}),
        ("/clients/1", "PUT", {"contacts": [{"id": 2, "first_name": "taken"}]}),
        ("/contacts", "POST", {"client_id": 2, "first_name": "a", "last_name": "b", "email": "c@d.test"}),
        ("/email_invoice", "POST", {"id": 2}),
        ("/email_invoice", "POST", {"invoice_number": "0003"}),
        ("/payments", "POST", {"invoice_id": 2, "amount": 5}),
        ("/payments", "POST", {"invoice_id": 3, "client_id": 1, "amount": 5}),
        ("/credits", "POST", {"client_id": 2, "amount": 5}),
        ("/payment_terms/2", "PUT", {"num_days": 98}),
    ):  # fmt: skip
        answer = first.send(method, path, body)
        check(answer, f"{path} {body}")
        assert answer.status in (200, 404, 422) and SECRET not in answer.text, (path, body, answer)
        if answer.status == 200:
            assert (path, method) == ("/invoices/1", "PUT")
    assert first.get("/download/2").status == 404
    assert first.get("/clients/1").data == own | {"updated_at": first.get("/clients/1").data["updated_at"]}
    assert rows(account_of(second)) == before


def test_a_shared_address_key_and_number_mean_the_own_records(pair: tuple[Api, Api]) -> None:
    first, second = pair
    before = rows(account_of(second))
    made = first.post(
        "/invoices", {"email": "shared1@x.test", "invoice_items": [{"product_key": "key1"}]}
    ).data
    assert (made["client_id"], made["invoice_items"][0]["notes"]) == (1, "content of A")
    new = first.post(
        "/invoices", {"email": "shared3@x.test", "invoice_items": [{"product_key": "key3", "qty": 2}]}
    ).data
    assert new["client_id"] == 2 and new["invoice_items"][0]["notes"] == ""
    assert first.post("/invoices", {"client_id": 1, "invoice_number": "TAKEN"}).status == 200
    assert second.post("/invoices", {"client_id": 1, "invoice_number": "taken"}).status == 200
    assert first.post("/invoices", {"client_id": 1, "invoice_number": "taken"}).errors.keys() == {
        "invoice_number"
    }
    after = rows(account_of(second))
    assert len(after) > len(before)
    assert first.delete("/payment_terms/99").status == 200
    assert rows(account_of(second)) == after


def test_idempotency_keys_are_the_accounts_own(pair: tuple[Api, Api]) -> None:
    first, second = pair
    theirs = second.post("/products", {"product_key": "same"}, idempotency_key="one").data
    mine = first.post("/products", {"product_key": "same"}, idempotency_key="one").data
    assert theirs["account_key"] != mine["account_key"]
