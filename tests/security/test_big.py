"""Large requests: taken, or refused by name before anything is stored."""

from __future__ import annotations

import random
import string
from typing import Any

import pytest

from chalicelib.delivery.relay import run_pending
from chalicelib.operations.clients import MOST_CONTACTS
from tests.api_client import Api
from tests.depth import times
from tests.engines import Mailbox

LETTERS = string.ascii_letters + string.digits


def noise(length: int, seed: int = 1) -> str:
    """Text that does not compress well."""
    return "".join(random.Random(seed).choices(LETTERS, k=length))


def total(api: Api, collection: str) -> int:
    found: int = api.get(f"/{collection}?per_page=1").json["meta"]["pagination"]["total"]
    return found


def contacts(count: int) -> list[dict[str, str]]:
    return [{"first_name": f"C{number}", "email": f"c{number}@x.test"} for number in range(count)]


@pytest.fixture
def customer(api: Api) -> Api:
    assert api.post("/clients", {"name": "Acme", "contact": {"email": "acme@x.test"}}).status == 200
    return api


@pytest.mark.parametrize("size", [5_900_000, 6_500_000, 9_900_000, 10_500_000])
def test_a_body_of_megabytes(customer: Api, size: int) -> None:
    for name in ("public_notes", "name", "unknown", "contacts"):
        answer = customer.post("/clients", {name: "x" * size})
        assert answer.status in (200, 413, 422)
        if answer.status == 422:
            assert set(answer.errors) == {name}
    for content_type in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
    ):
        assert customer.post("/clients", b"a=" + b"x" * size, content_type=content_type).status in (
            200,
            413,
            422,
        )
    assert total(customer, "clients") <= 3


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ([{"cost": 1, "notes": f"line {number}"} for number in range(2_001)], "invoice_items"),
        ([{"cost": 1}] * 30_000, "invoice_items"),
        ([{"notes": noise(60_000, number)} for number in range(12)], "invoice_items"),
        ([{"notes": "x" * 60_000}] * 60, "invoice_items"),
        ([{"notes": "x" * 65_536}], "invoice_items.0.notes"),
        ([{"product_key": ",".join(map(str, range(5_000)))}], "invoice_items"),
        ([{"cost": 99999999999, "qty": 99999999999}], "invoice_items"),
        ([{}] * 120_000, "invoice_items"),
    ],
    ids=range(8),
)  # fmt: skip
def test_too_many_or_too_long_lines(customer: Api, lines: list[Any], named: str) -> None:
    assert set(customer.post("/invoices", {"client_id": 1, "invoice_items": lines}).errors) <= {named, "body"}
    made = customer.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1}]}).data
    assert set(customer.put(f"/invoices/{made['id']}", {"invoice_items": lines}).errors) <= {named, "body"}
    assert customer.get(f"/invoices/{made['id']}").data == made
    assert (total(customer, "invoices"), made["invoice_number"]) == (1, "0001")


def test_comma_lists_do_not_multiply(customer: Api) -> None:
    assert customer.post("/products", {"product_key": "a", "notes": "x" * 60_000}).status == 200
    for lines in (
        [{"product_key": ",".join("a" * 3_000)}],
        [{"product_key": ",".join("a" * 100)}] * 100,
        [{"product_key": "a"}] * 2_000,
    ):
        assert customer.post("/invoices", {"client_id": 1, "invoice_items": lines}).errors.keys() == {
            "invoice_items"
        }
    assert total(customer, "invoices") == 0


def test_two_thousand_lines_are_taken_and_shown(customer: Api) -> None:
    lines = [{"cost": 1, "notes": f"line {number}"} for number in range(2_000)]
    made = customer.post("/invoices", {"client_id": 1, "invoice_items": lines}).data
    assert made["amount"] == 2_000
    assert customer.get(f"/invoices/{made['id']}").data == made


@pytest.mark.parametrize("field", ["private_notes", "public_notes", "custom_value1"])
def test_long_notes_fit_together(customer: Api, field: str) -> None:
    assert customer.put("/clients/1", {field: noise(65_000)}).status == 200
    assert customer.put("/clients/1", {field: noise(70_000)}).errors.keys() == {field}


def test_a_client_that_outgrows_its_row(api: Api) -> None:
    fields = dict.fromkeys(("private_notes", "public_notes", "custom_value1", "custom_value2"))
    body = {"name": "Big", **{name: noise(65_000, seed) for seed, name in enumerate(fields)}}
    answer = api.post("/clients", body)
    assert answer.status == 200 or set(answer.errors) <= {*fields, "contacts"}
    rows = [{"first_name": "x", "custom_value1": noise(60_000, seed)} for seed in range(30)]
    assert api.post("/clients", {"name": "Big", "contacts": rows}).errors.keys() == {"contacts"}


@pytest.mark.parametrize("count", [MOST_CONTACTS + 1, 100, 4_999, 5_001])
def test_too_many_contacts(api: Api, count: int) -> None:
    assert api.post("/clients", {"name": "x", "contacts": contacts(count)}).errors.keys() == {"contacts"}
    assert (total(api, "clients"), total(api, "contacts")) == (0, 0)


def test_the_most_contacts_all_get_their_invoice(api: Api, mailbox: Mailbox) -> None:
    made = api.post("/clients", {"name": "x", "contacts": contacts(MOST_CONTACTS)}).data
    assert len(made["contacts"]) == MOST_CONTACTS
    one_more = {"client_id": 1, "first_name": "a", "last_name": "b", "email": "more@x.test"}
    assert api.post("/contacts", one_more).errors.keys() == {"client_id"}
    lines = [{"product_key": f"p{number}", "cost": 1} for number in range(60)]
    body = {"client_id": 1, "invoice_items": lines, "email_invoice": True}
    invoice = api.post("/invoices?include=invitations", body).data
    assert len(invoice["invitations"]) == MOST_CONTACTS
    while run_pending():
        pass
    assert (
        len({str(mail["To"]) for mail in mailbox.sent() if str(mail["To"]).startswith("c")}) == MOST_CONTACTS
    )
    assert total(api, "products") == 60


def test_replacing_all_contacts_at_once_names_the_list(api: Api) -> None:
    assert api.post("/clients", {"name": "x", "contacts": contacts(MOST_CONTACTS)}).status == 200
    before = api.get("/clients/1").data
    others = [{"first_name": "N", "email": f"n{number}@x.test"} for number in range(MOST_CONTACTS)]
    assert api.put("/clients/1", {"contacts": others}).errors.keys() == {"contacts"}
    assert api.get("/clients/1").data == before


def test_a_new_client_with_many_contacts_within_an_invoice(api: Api) -> None:
    body = {"client": {"name": "x", "contacts": contacts(MOST_CONTACTS)}, "invoice_items": [{"cost": 1}]}
    assert api.post("/invoices", body).errors.keys() <= {"body", "client.contacts"}
    assert (total(api, "clients"), total(api, "invoices")) == (0, 0)


@pytest.mark.parametrize("count", [1, 24, 25, 40, 41, times(500, 120)])
def test_new_products_of_an_invoice_reach_the_catalogue(customer: Api, count: int) -> None:
    lines = [
        {"product_key": f"new{number}", "cost": number, "notes": f"n{number}"} for number in range(count)
    ]
    assert customer.post("/invoices", {"client_id": 1, "invoice_items": lines}).status == 200
    while run_pending():
        pass
    found = customer.get("/products?per_page=1000").data
    assert {row["product_key"]: (row["cost"], row["notes"]) for row in found} == {
        f"new{number}": (number, f"n{number}") for number in range(count)
    }
    changed = [{**line, "cost": 7} for line in lines]
    assert customer.put("/invoices/1", {"invoice_items": changed}).status == 200
    while run_pending():
        pass
    found = customer.get("/products?per_page=1000").data
    assert (len(found), {row["cost"] for row in found}) == (count, {7})


def test_an_answer_that_does_not_fit_refuses_the_write(customer: Api) -> None:
    lines = [{"cost": 1, "notes": "x" * 1_000}] * 1_500
    for _ in range(3):
        assert customer.post("/invoices", {"client_id": 1, "invoice_items": lines}).status == 200
    before = customer.get("/clients/1").data
    answer = customer.put("/clients/1?include=invoices", {"name": "changed"})
    assert answer.errors.keys() <= {"per_page", "include"}
    assert customer.get("/clients/1").data == before
    assert customer.get("/invoices?per_page=3", accept_encoding="gzip").status == 200


def test_numbers_from_long_client_values(customer: Api) -> None:
    pattern = "{$custom1}" * 20 + "{$counter}"
    assert customer.put("/accounts", {"name": "x", "invoice_number_pattern": pattern}).status == 200
    assert customer.put("/clients/1", {"custom_value1": noise(65_000)}).status == 200
    answer = customer.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1}]})
    assert answer.errors.keys() == {"invoice_number"}


def test_a_counter_set_back_finds_a_free_number(customer: Api) -> None:
    for _ in range(60):
        assert customer.post("/invoices", {"client_id": 1}).status == 200
    assert customer.put("/accounts", {"name": "x", "invoice_number_counter": 1}).status == 200
    assert customer.post("/invoices", {"client_id": 1}).data["invoice_number"] == "0061"
