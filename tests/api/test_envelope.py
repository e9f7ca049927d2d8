"""What surrounds the records: envelope, pages, JSON:API, includes, and the text of the JSON itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.api_client import Api, Clock

URL = "https://kunai.test/api/v1"


def make_clients(api: Api, count: int) -> None:
    for number in range(1, count + 1):
        assert api.post("/clients", {"name": f"Client {number}"}).status == 200


def pagination(api: Api, path: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(path).json["meta"]["pagination"]
    return found


def ids(rows: list[dict[str, Any]]) -> list[int]:
    return [row["id"] for row in rows]


# ---- envelope and index
def test_one_record_stands_under_data_without_meta(api: Api) -> None:
    made = api.post("/clients", {"name": "Acme"}).json
    assert list(made) == ["data"]
    assert list(made["data"])[:5] == ["account_key", "is_owner", "user_id", "id", "name"]
    shown = api.get("/clients/1").json
    assert list(shown) == ["data"]
    assert list(shown["data"])[:4] == ["account_key", "is_owner", "id", "name"]


def test_index_renames_the_envelope_and_none_drops_it(api: Api) -> None:
    make_clients(api, 1)
    assert list(api.get("/clients?index=clients").json) == ["clients", "meta"]
    assert list(api.get("/clients/1?index=client").json) == ["client"]
    assert list(api.get("/clients?index=").json) == ["data", "meta"]
    assert ids(api.get("/clients?index=none").json) == [1]
    assert api.get("/clients/1?index=none").json["name"] == "Client 1"
    assert api.post("/clients", {"name": "In the body", "index": "none"}).json["id"] == 2
    assert list(api.get("/static?index=tables").json) == ["tables"]


def test_lists_that_are_no_pages_have_no_meta(api: Api) -> None:
    assert list(api.get("/user_accounts").json) == ["data"]
    assert list(api.post("/refresh").json) == ["data"]
    assert list(api.get("/static").json) == ["data"]


# ---- pages
def test_links_carry_the_page_only(api: Api) -> None:
    make_clients(api, 5)
    assert pagination(api, "/clients?per_page=2") | {"next_cursor": ""} == {
        "total": 5, "count": 2, "per_page": 2, "current_page": 1, "total_pages": 3,
        "links": {"next": f"{URL}/clients?page=2"}, "next_cursor": "",
    }  # fmt: skip
    middle = pagination(api, "/clients?per_page=2&page=2&include=invoices")
    assert middle["links"] == {"previous": f"{URL}/clients?page=1", "next": f"{URL}/clients?page=3"}
    last = pagination(api, "/clients?per_page=2&page=3")
    assert (last["count"], last["links"]) == (1, {"previous": f"{URL}/clients?page=2"})
    beyond = api.get("/clients?per_page=2&page=7").json
    assert beyond["data"] == []
    assert beyond["meta"]["pagination"] == {
        "total": 5, "count": 0, "per_page": 2, "current_page": 7, "total_pages": 3,
        "links": {"previous": f"{URL}/clients?page=6"},
    }  # fmt: skip


def test_a_list_of_nothing_has_one_page_and_links_as_an_array(api: Api) -> None:
    for path in ("clients", "invoices", "quotes", "products", "payments", "credits", "tasks", "vendors"):
        assert api.get(f"/{path}").json == {
            "data": [],
            "meta": {
                "pagination": {
                    "total": 0, "count": 0, "per_page": 15, "current_page": 1, "total_pages": 1, "links": [],
                }
            },
        }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "page", "size"),
    [
        ("", 1, 15),
        ("page=0&per_page=0", 1, 15),
        ("page=-3&per_page=", 1, 15),
        ("page=abc&per_page=abc", 1, 15),
        ("page=2&per_page=3", 2, 3),
        ("per_page=99999", 1, 5000),
    ],
)
def test_odd_pages_fall_back(api: Api, query: str, page: int, size: int) -> None:
    found = pagination(api, f"/clients?{query}")
    assert (found["current_page"], found["per_page"]) == (page, size)


def test_walks_by_page_and_by_cursor_meet_every_row_once(api: Api, clock: Clock) -> None:
    for number in range(7):
        clock.tick()
        api.post("/products", {"product_key": f"P{number}"})
    newest_first = [7, 6, 5, 4, 3, 2, 1]
    pages = [ids(api.get(f"/products?per_page=3&page={page}").data) for page in (1, 2, 3)]
    assert pages == [newest_first[:3], newest_first[3:6], newest_first[6:]]
    # A page reached without the one before it is the same.
    assert ids(api.get("/products?per_page=2&page=3").data) == newest_first[4:6]
    met: list[int] = []
    cursor = ""
    while True:
        answer = api.get(f"/products?per_page=3&cursor={cursor}")
        met += ids(answer.data)
        cursor = answer.json["meta"]["pagination"].get("next_cursor", "")
        if not cursor:
            break
        # What changes meanwhile moves to the front and does not shift the walk.
        clock.tick()
        api.put(f"/products/{met[0]}", {"product_key": "moved"})
    assert met == newest_first


# ---- JSON:API
@pytest.mark.parametrize("name", ["json", "JSON", "Json"])
def test_json_api_stands_inside_the_envelope(api: Api, name: str) -> None:
    api.post("/clients", {"name": "Acme", "contacts": [{"email": "a@acme.test"}, {"email": "b@acme.test"}]})
    body = api.get(f"/clients/1?serializer={name}").json
    assert list(body) == ["data"]
    document = body["data"]
    assert list(document) == ["data", "included"]
    resource = document["data"]
    assert list(resource) == ["type", "id", "attributes", "relationships"]
    assert (resource["type"], resource["id"]) == ("client", "1")
    assert "id" not in resource["attributes"]
    assert resource["attributes"]["name"] == "Acme"
    links = [{"type": "contact", "id": "1"}, {"type": "contact", "id": "2"}]
    assert resource["relationships"] == {"contacts": {"data": links}}
    assert [(row["type"], row["id"]) for row in document["included"]] == [("contact", "1"), ("contact", "2")]
    assert document["included"][1]["attributes"]["email"] == "b@acme.test"


def test_json_api_lists(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1, "notes": "x"}]})
    body = api.get("/clients?serializer=json&include=invoices.invitations").json
    assert body["meta"]["pagination"]["total"] == 1
    (row,) = body["data"]["data"]
    assert row["relationships"]["invoices"] == {"data": [{"type": "invoice", "id": "1"}]}
    kinds = [(row["type"], row["id"]) for row in body["data"]["included"]]
    assert sorted(kinds) == [("contact", "1"), ("invitation", "1"), ("invoice", "1"), ("invoice_item", "1")]
    assert kinds.index(("invitation", "1")) < kinds.index(("invoice", "1")), "children stand first"
    plain = api.get("/products?serializer=json&index=none").json
    assert plain == {"data": []}
    empty = api.get("/clients/1?serializer=json&include=credits").json["data"]["data"]
    assert empty["relationships"]["credits"] == {"data": []}
    rate = api.post("/tax_rates?serializer=json", {"name": "VAT", "rate": 19}).json["data"]
    assert list(rate) == ["data"]
    assert list(rate["data"]) == ["type", "id", "attributes"]


def test_another_serializer_is_the_array_one(api: Api) -> None:
    assert api.get("/clients?serializer=xml").json["data"] == []
    assert api.get("/clients?serializer=array").json["data"] == []


# ---- includes
def test_includes_nest_in_declared_order(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1, "notes": "x"}]})
    client = api.get("/clients/1?include=invoices.invitations").data
    assert list(client)[-2:] == ["contacts", "invoices"]
    (invoice,) = client["invoices"]
    assert list(invoice)[-2:] == ["invoice_items", "invitations"]
    assert re.fullmatch(r"[a-z0-9]{32}", invoice["invitations"][0]["key"])
    shown = api.get("/invoices/1?include=client,invitations").data
    assert list(shown)[-3:] == ["invoice_items", "invitations", "client"]
    assert shown["client"]["contacts"][0]["id"] == 1
    assert "invoices" in api.post("/clients?include=invoices", {"name": "New"}).data
    assert "invoices" in api.put("/clients/1", {"name": "Old", "include": "invoices"}).data
    assert "invoices" in api.delete("/clients/2?include=invoices").data


def test_unknown_and_deep_includes_do_no_harm(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1, "notes": "x"}]})
    plain = api.get("/clients/1").data
    for names in ("nothing", "nothing.at.all", ",,", ".", " ", "contacts.invoices", "%20", "include"):
        assert api.get(f"/clients/1?include={names}").data == plain
        assert api.get(f"/clients?include={names}").data == [plain]
    deep = ".".join(["invoices", "client"] * 20)
    node, depth = api.get(f"/clients/1?include={deep}").data, 0
    while node:
        depth += 1
        node = node.get("client") or next(iter(node.get("invoices", [])), None)
    assert 3 <= depth <= 11
    assert api.get("/clients?include=user").data == [{**plain, "user_id": 1}]


def test_included_lists_leave_out_what_is_archived(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    for _ in range(3):
        api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1, "notes": "x"}]})
    api.put("/invoices/1?action=archive")
    api.delete("/invoices/3")
    assert ids(api.get("/clients/1?include=invoices").data["invoices"]) == [2]
    api.put("/clients/1?action=archive")
    assert api.get("/invoices/2?include=client").data["client"]["archived_at"]


# ---- text
def test_bodies_are_printed_a_key_a_line(api: Api) -> None:
    api.post("/clients", {"name": "Größe"})
    items = [{"notes": "x", "cost": "10.50", "qty": 2}, {"notes": "y", "cost": "0.10"}]
    answer = api.post("/invoices", {"client_id": 1, "invoice_items": items, "discount": "50.0"})
    lines = [line.strip() for line in answer.text.splitlines()]
    assert '"id": 1,' in lines
    assert {'"amount": 10.55,', '"balance": 10.55,', '"discount": 50,', '"cost": 10.5,', '"qty": 2,'} <= set(
        lines
    )
    assert not re.search(r": -?\d+\.\d*0\b", answer.text), "no needless zeros"
    assert '"name": "Größe",' in [line.strip() for line in api.get("/clients/1").text.splitlines()]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/clients"), ("GET", "/ping"), ("GET", "/nowhere"), ("POST", "/products"), ("PUT", "/clients")],
)
def test_headers_of_every_answer(api: Api, method: str, path: str) -> None:
    headers = api.send(method, path).headers
    assert headers["content-type"] == "application/json"
    assert headers["x-ninja-version"] == "4.5.50"
    assert headers["x-total-count"] == "0"
    assert headers["cache-control"] == "no-cache, private"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["access-control-allow-origin"] == "*"
