"""Bodies in every form that v4 takes, and how refused ones are answered (http.md 2.9, 4.2)."""

from __future__ import annotations

import json

import pytest

from tests.api_client import Api

INVALID = "The given data was invalid."


def test_json_and_forms_mean_the_same(api: Api) -> None:
    plain = {"name": "Acme", "city": "Bonn", "contacts": [{"email": "a@acme.test", "first_name": "Ann"}]}
    nested = {
        "name": "Acme",
        "city": "Bonn",
        "contacts[0][email]": "a@acme.test",
        "contacts[0][first_name]": "Ann",
    }
    parts = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in nested.items()
    )
    made = [
        api.post("/clients", plain),
        api.post_form("/clients", nested),
        api.post(
            "/clients", f"{parts}--edge--\r\n".encode(), content_type="multipart/form-data; boundary=edge"
        ),
        api.post("/clients", json.dumps(plain).encode(), content_type="application/vnd.api+json"),
        api.post("/clients?city=Bonn&name=Query", {"name": "Acme", "contacts": plain["contacts"]}),
    ]
    for number, answer in enumerate(made, 1):
        client = answer.data
        assert (client["id"], client["name"], client["city"]) == (number, "Acme", "Bonn")
        (contact,) = client["contacts"]
        assert (contact["email"], contact["first_name"]) == ("a@acme.test", "Ann")


@pytest.mark.parametrize("content_type", [None, "application/x-www-form-urlencoded", "text/plain"])
def test_json_without_its_content_type(api: Api, content_type: str | None) -> None:
    """What `curl -d '{…}'` sends; v4 saw no fields there."""
    answer = api.post("/clients", b'{"name": "Acme", "city": "K\xc3\xb6ln"}', content_type=content_type)
    assert (answer.data["name"], answer.data["city"]) == ("Acme", "Köln")


@pytest.mark.parametrize(
    "body", [b"{", b"[1]", b'"text"', b"\xff{}", b'{"name": NaN}', b'{"name": "\\ud800"}', b'{"a": 1e999}']
)
def test_what_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = api.post("/clients", body, content_type="application/json")
    assert answer.status == 422
    assert answer.json["message"] == INVALID
    assert api.get("/clients").data == []


def test_an_empty_body_is_an_empty_object(api: Api) -> None:
    for content_type in ("application/json", "application/x-www-form-urlencoded", None):
        assert api.post("/clients", b"", content_type=content_type).data["name"] == ""
    # A GET's body is not read.
    assert api.get("/clients", {"per_page": 1}).json["meta"]["pagination"]["per_page"] == 15


def test_validation_errors_are_json_whatever_the_client_accepts(api: Api) -> None:
    for accept in (None, "*/*", "text/html", "application/json"):
        answer = api.post("/products", {}, accept=accept)
        assert answer.status == 422
        assert answer.headers["content-type"] == "application/json"
        assert answer.json == {
            "message": INVALID,
            "errors": {"product_key": ["The product key field is required."]},
        }
    errors = api.post("/tax_rates", {"rate": []}).errors
    assert errors["name"] == ["The name field is required."]
    assert set(errors) == {"name", "rate"}
    nested = api.post("/clients", {"contacts": [{}, {"email": {}}]}).errors
    assert set(nested) == {"contacts.1.email"}
    lines = api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": []}]}).errors
    assert set(lines) == {"invoice_items.0.cost"}


def test_requests_with_a_secret_get_the_short_form(api: Api) -> None:
    short = {"error": {"message": "The product key field is required."}}
    for answer in (
        api.post("/products", {"api_secret": "anything"}),
        api.post_form("/products", {"api_secret": "1"}),
        api.post("/products?api_secret=x", {}),
    ):
        assert (answer.status, answer.json) == (400, short)
    assert api.post("/products", {"api_secret": ""}).status == 422


def test_loose_types_are_read_as_v4_reads_them(api: Api) -> None:
    api.post("/clients", {"name": 7, "country_id": "276", "send_reminders": "false", "payment_terms": "14"})
    client = api.get("/clients/1").data
    assert (client["name"], client["country_id"], client["payment_terms"]) == ("7", 276, 14)
    assert client["send_reminders"] is False
    product = api.post("/products", {"product_key": " A ", "cost": "1,234.50", "qty": "12,5"}).data
    assert (product["product_key"], product["cost"], product["qty"]) == ("A", 1234.5, 12.5)
    assert api.post("/products", {"product_key": "B", "cost": "$5"}).data["cost"] == 5
    item = {"notes": "x", "cost": "10", "qty": "2"}
    invoice = api.post("/invoices", {"client_id": "1", "invoice_items": [item], "is_quote": "yes"}).data
    assert (invoice["amount"], invoice["is_quote"]) == (20, True)
    assert api.post("/clients", {"unknown": {"deep": [1]}, "balance": 99, "id": None}).data["balance"] == 0


def test_a_number_keeps_all_its_digits(api: Api) -> None:
    item = b'{"client_id": 1, "invoice_items": [{"notes": "x", "cost": 12345678.9012, "qty": 0.1}]}'
    api.post("/clients", {})
    invoice = api.post("/invoices", item, content_type="application/json").data
    assert invoice["invoice_items"][0]["cost"] == 12345678.9012
    assert invoice["amount"] == 1234567.89


def test_post_with_an_id_updates(api: Api) -> None:
    api.post("/clients", {"name": "Acme", "city": "Bonn"})
    for key in ("id", "public_id"):
        changed = api.post("/clients", {key: 1, "name": key}).data
        assert (changed["id"], changed["name"], changed["city"]) == (1, key, "Bonn")
    for new in (0, -1, None, "", "abc"):
        assert api.post("/clients", {"id": new}).data["id"] > 1
    assert api.post("/clients", {"id": 99}).status == 404
    assert api.post("/clients?id=1", {"name": "The query does not name it"}).data["id"] == 7
    api.post("/products", {"product_key": "A", "cost": 3})
    assert api.post("/products", {"id": 1, "product_key": "A", "cost": 4}).data["cost"] == 4
    api.post("/tax_rates", {"name": "VAT", "rate": 19})
    assert api.post("/tax_rates", {"id": 1, "name": "VAT", "rate": 7}).data["id"] == 1
    assert api.get("/tax_rates").json["meta"]["pagination"]["total"] == 1
