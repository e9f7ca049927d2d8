"""Odd paths, queries and events: a known answer to each, never a server error."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.api.gateway import serve
from tests.api_client import Api
from tests.depth import every
from tests.security.hostile import NESTED, SCALARS, TEXTS, check

IDS = (
    "0", "-1", "1.5", "1e3", "%00", "..%2F", "..", "%2e%2e%2f%2e%2e", "%D9%A1", "%C2%B2", "99999999999", "9999999999",
    "9" * 30, "9" * 5_000, "+1", "%201", "1%20", "0x1", "01", "1;2", "1,2", "null", "true", "%ED%A0%80", "%FF", "%0d%0a",
    "x" * 9_000, "{id}", "$id", "1%2F2", "'", "%25",
)  # fmt: skip
COLLECTIONS = (
    "clients",
    "contacts",
    "invoices",
    "products",
    "tax_rates",
    "payment_terms",
    "users",
    "payments",
    "credits",
)
LIST_PARAMETERS = (
    "page", "per_page", "updated_at", "include", "index", "serializer", "cursor", "client_id", "filter_active",
    "status_id", "invoice_number", "email", "id_number", "invoice_type_id", "is_recurring", "user_id", "dry_run",
    "explain", "action", "status", "date_from", "date_to", "due_before", "balance_gt", "filter", "sort",
)  # fmt: skip
NUMBERS = (
    "-1",
    "0",
    "1.5",
    "1e9",
    "999999999",
    "999999999999999999",
    "9" * 40,
    "١",
    "²",
    "",
    " ",
    "1,2",
    "NaN",
    "x",
)
QUERY_TEXTS = (
    *NUMBERS[::2],
    "x" * 10_000,
    "a" * 255,
    "😀" * 300,
    "\x00",
    "a\r\nb",
    "<script>",
    "'--",
    "none",
    "json",
    "data.x",
)


@pytest.fixture(scope="module")
def owner(gateway: Any) -> Api:
    api = Api(gateway).register()
    for number in range(3):
        api.post("/clients", {"name": f"Client {number}", "contact": {"email": f"c{number}@x.test"}})
        api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 1}], "is_quote": number == 2})
        api.post("/products", {"product_key": f"p{number}"})
    return api


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_ids_that_are_none(owner: Api, collection: str) -> None:
    for ident in every(2, IDS):
        for method in ("GET", "PUT", "DELETE"):
            body = {"name": "x"} if method == "PUT" else None
            answer = owner.send(method, f"/{collection}/{ident}", body)
            check(answer, f"{method} {collection}/{ident[:40]}")
            assert answer.status in (400, 403, 404, 405, 422) or ident in ("01", "%201", "1%20"), (
                method,
                ident,
                answer,
            )


@pytest.mark.parametrize(
    "path", ["/download/", "/clients/1/", "//clients", "/clients//1", "/v1/clients", "/%2e%2e/api", "/"]
)
def test_paths_that_are_none(owner: Api, path: str) -> None:
    check(owner.get(path), path)


@pytest.mark.parametrize("name", LIST_PARAMETERS)
def test_odd_list_parameters(owner: Api, name: str) -> None:
    for text in every(3, QUERY_TEXTS):
        for collection in ("invoices", "quotes", "payment_terms", "accounts"):
            check(owner.get(f"/{collection}?{name}={quote(text)}"), f"{collection}?{name}={text[:50]!r}")
        check(owner.get(f"/clients/1?{name}={quote(text)}"), f"clients/1?{name}={text[:50]!r}")
        check(
            owner.get(f"/clients?updated_at=1&{name}={quote(text)}"),
            f"clients?updated_at=1&{name}={text[:50]!r}",
        )


@pytest.mark.parametrize("name", LIST_PARAMETERS)
def test_nested_and_repeated_parameters(owner: Api, name: str) -> None:
    for query in (
        f"{name}[]=1",
        f"{name}[a][b]=1",
        f"{name}=1&{name}=x",
        f"{name}",
        f"{name}[",
        f"{name}[]]",
        f"[{name}]=1",
    ):
        for collection in ("invoices", "clients/1"):
            check(owner.get(f"/{collection}?{query}"), query)
        check(owner.put(f"/clients/1?{query}", {"name": "x"}), query)
        check(owner.post(f"/products?{query}", {"product_key": "x"}), query)


def forge(cursor: str) -> list[str]:
    """What one gets by changing a part of a genuine cursor."""
    parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    odd: tuple[Any, ...] = (
        None,
        -1,
        0,
        10**10,
        2**63,
        1e300,
        "NaN",
        "Infinity",
        "-9e99999",
        "",
        "²",
        "0" * 10,
        "9" * 10 + "#" + "9" * 10,
        [],
        {},
        True,
    )
    changed = [[*parts[:at], value, *parts[at + 1 :]] for at in range(1, len(parts)) for value in odd]
    changed += [parts[:-1], [*parts, 1], {"a": parts}, [parts]]  # type: ignore[list-item]
    return [base64.urlsafe_b64encode(json.dumps(row).encode()).decode().rstrip("=") for row in changed]


FORGED = (
    "0000000001.0000000001", "0000000001.0000000000-0000000001", "9999999999.9999999999-9999999999", "1.1", ".", "²²²².1",
    "0000000001." + "9" * 2_000, "9" * 2_000 + ".1", "0000000001.2-0000000001-0000000001", "0000000001.-", "a.b", "..", "\x00.1",
)  # fmt: skip


def key_of(row: dict[str, Any]) -> int:
    found: int = row["id"] if "id" in row else row["num_days"]
    return found


@pytest.mark.parametrize(
    "order",
    [
        "clients",
        "contacts",
        "invoices",
        "quotes",
        "invoices?is_recurring=1",
        "products?updated_at=2000000000",
        "invoices?filter=0&status=draft",
        "clients?sort=name",
        "invoices?client_id=1",
        "payment_terms",
    ],
)
def test_forged_cursors_stay_in_the_list(owner: Api, order: str) -> None:
    mark = "&" if "?" in order else "?"
    allowed = {key_of(row) for row in owner.get(f"/{order}").data}
    for cursor in FORGED:
        assert owner.get(f"/{order}{mark}cursor={quote(cursor)}").errors.keys() == {"cursor"}
    first = owner.get(f"/{order}{mark}per_page=1").json["meta"]["pagination"]
    for cursor in forge(first["next_cursor"]) if "next_cursor" in first else ():
        answer = owner.get(f"/{order}{mark}cursor={quote(cursor)}")
        check(answer, cursor)
        assert answer.status in (200, 422)
        assert {key_of(row) for row in answer.json.get("data", ())} <= allowed


def test_the_last_page_that_a_number_can_name(owner: Api) -> None:
    for query in (
        "page=999999999999999999",
        "page=999999999999999999&per_page=5000",
        "page=999999999999&updated_at=1",
    ):
        for collection in COLLECTIONS:
            assert owner.get(f"/{collection}?{query}").json["data"] == []


def test_nested_includes_end(owner: Api) -> None:
    for _ in range(12):
        assert owner.post("/invoices", {"client_id": 2, "invoice_items": [{"cost": 1}]}).status == 200
    loop = ".".join(["client", "invoices"] * 5)
    before = owner.get("/invoices/4").data
    assert owner.get(f"/invoices?include={loop}").errors.keys() == {"include"}
    assert owner.put(f"/invoices/4?include={loop}", {"po_number": "changed"}).errors.keys() == {"include"}
    assert owner.get("/invoices/4").data == before
    assert owner.get("/invoices/4?include=client.invoices.client").status == 200


@pytest.mark.parametrize("method", ["FOO", "TRACE", "get", "", "GET\r\nX: y", "CONNECT"])
def test_unknown_methods(method: str) -> None:
    answer = serve({"httpMethod": method, "path": "/v1/clients", "headers": {}})
    assert answer["statusCode"] in (403, 404, 405)


EVENTS: tuple[dict[str, Any], ...] = (
    {},
    {"headers": None},
    {"headers": {}},
    {"headers": {"x-ninja-token": None, "accept-encoding": None, "content-type": None}},
    {"headers": {"x-ninja-token": "\ud800"}},
    {"headers": {"host": "\ud800", "x-forwarded-proto": "\r\nSet-Cookie: a=b"}},
    {"path": None},
    {"path": "/v1/\ud800"},
    {"path": "/v1/clients/\ud800"},
    {"requestContext": None},
    {"requestContext": {"identity": None, "path": None}},
    {"multiValueQueryStringParameters": {"index": ["\ud800"], "\ud800": ["1"]}},
    {"multiValueQueryStringParameters": {}},
    {"body": "%%%", "isBase64Encoded": True},
    {"body": "é", "isBase64Encoded": True},
    {"body": "{\ud800}", "isBase64Encoded": False},
    {"body": "", "isBase64Encoded": True},
    {"body": None, "isBase64Encoded": True},
    {"body": base64.b64encode(b"\xff\xfe{").decode(), "isBase64Encoded": True},
)


@pytest.mark.parametrize("odd", EVENTS, ids=range(len(EVENTS)))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", ["/v1/clients", "/v1/clients/1", "/v1/login", "/v1/register", "/v1/nothing"])
def test_events_with_gaps(owner: Api, odd: dict[str, Any], method: str, path: str) -> None:
    headers = {"X-NINJA-token": owner.token, "CONTENT-type": "application/json"}
    for event in (
        {"httpMethod": method, "path": path, **odd},
        {"httpMethod": method, "path": path, "headers": headers, **odd},
    ):
        answer = serve(event)
        assert answer["statusCode"] < 500, (event, answer)
        json.dumps(answer)
        for name, value in answer["headers"].items():
            assert not {"\r", "\n"} & set(name + value)


@pytest.mark.parametrize("value", [*SCALARS, *TEXTS, *NESTED], ids=lambda value: repr(value)[:20])
def test_method_tricks(owner: Api, value: Any) -> None:
    before = owner.get("/clients/1").data
    check(owner.post("/clients", {"_method": value, "name": "x"}), repr(value))
    answer = owner.post("/clients/1", {"_method": value, "name": "x"})
    assert answer.status == 405 and owner.get("/clients/1").data == before


@pytest.mark.parametrize(
    "action",
    [
        ["archive"],
        {"a": "archive"},
        ["archive", "delete"],
        1,
        True,
        "ARCHIVE",
        "archive ",
        "__class__",
        "x" * 9_000,
    ],
)
def test_actions_that_are_none(owner: Api, action: Any) -> None:
    for path in (
        "/clients/1",
        "/contacts/1",
        "/invoices/1",
        "/products/1",
        "/payment_terms/1",
        "/tax_rates/1",
        "/users/1",
    ):
        before = owner.get(path).json
        check(owner.put(path, {"action": action}), f"{path} {action!r:.40}")
        assert owner.get(path).json == before


def test_both_contact_and_contacts(owner: Api) -> None:
    made = owner.post(
        "/clients",
        {"contact": {"first_name": "One"}, "contacts": [{"first_name": "Two"}, {"first_name": "Three"}]},
    ).data
    assert [row["first_name"] for row in made["contacts"]] == ["One"]


def test_a_contact_named_twice(owner: Api) -> None:
    client = owner.get("/clients/2").data
    number = client["contacts"][0]["id"]
    rows = [{"id": number, "first_name": "A"}, {"id": number, "first_name": "B"}]
    assert owner.put("/clients/2", {"contacts": rows}).errors.keys() == {"contacts"}
    assert owner.get("/clients/2").data == client
