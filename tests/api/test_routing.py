"""Paths and methods: what exists, what does not, and how the two are told apart (http.md 2.9, 4)."""

from __future__ import annotations

import pytest

from tests.api_client import Api

NO_ROUTE = {"error": {"message": "Route does not exist"}}
NO_RECORD = {"message": "record does not exist"}


@pytest.mark.parametrize("path", ["/clients", "/clients/1", "/accounts", "/ping", "/static"])
def test_head_is_get_without_the_body(api: Api, path: str) -> None:
    api.post("/clients", {"name": "Acme"})
    head = api.send("HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == "application/json"
    assert api.send("HEAD", "/clients/99").status == 404


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/clients", "GET, HEAD, POST"),
        ("/clients/1", "GET, HEAD, PUT, PATCH, DELETE"),
        ("/quotes", "GET, HEAD"),
        ("/accounts", "GET, HEAD, PUT"),
        ("/login", "POST"),
        ("/download/1", "GET, HEAD"),
        ("/documents", "GET, HEAD, POST"),
        ("/documents/1", "GET, HEAD, DELETE"),
    ],
)
def test_options_names_the_methods_without_a_token(anonymous: Api, path: str, allow: str) -> None:
    answer = anonymous.send("OPTIONS", path)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["allow"] == allow
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert "X-Ninja-Token" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/clients", "GET, HEAD, POST"),
        ("PUT", "/invoices", "GET, HEAD, POST"),
        ("POST", "/clients/1", "GET, HEAD, PUT, PATCH, DELETE"),
        ("POST", "/quotes", "GET, HEAD"),
        ("POST", "/accounts", "GET, HEAD, PUT"),
        ("DELETE", "/accounts", "GET, HEAD, PUT"),
        ("GET", "/login", "POST"),
        ("GET", "/email_invoice", "POST"),
        ("POST", "/ping", "GET, HEAD"),
    ],
)
def test_a_wrong_method_names_the_right_ones(api: Api, method: str, path: str, allow: str) -> None:
    answer = api.send(method, path, {})
    assert answer.status == 405
    assert answer.headers["allow"] == allow
    text = f"The {method} method is not supported for this route. Supported methods: {allow}."
    assert answer.json == {"message": text}


def test_unknown_routes(api: Api, anonymous: Api) -> None:
    for method, path in (
        ("GET", "/nowhere"),
        ("POST", "/nowhere/1"),
        ("GET", "/quotes/1"),
        ("GET", "/static/1"),
    ):
        answer = api.send(method, path)
        assert (answer.status, answer.json) == (404, NO_ROUTE), path
        assert anonymous.send(method, path).json == {"message": ""}
    assert anonymous.get("/nowhere", x_ninja_token="wrong").json == NO_ROUTE


def test_unknown_records(api: Api) -> None:
    for path in ("/clients/1", "/clients/0", "/clients/-1", "/clients/abc", "/clients/create",
                 "/clients/1e3", "/invoices/99999999999", "/payments/1", "/users/7"):  # fmt: skip
        answer = api.get(path)
        assert (answer.status, answer.json) == (404, NO_RECORD), path
    assert api.put("/invoices/5", {"po_number": "1"}).json == NO_RECORD
    assert api.delete("/products/5").json == NO_RECORD
    assert api.put("/clients/5?action=archive").json == NO_RECORD
    assert api.get("/clients/1/edit").status == 404


def test_a_slash_at_the_end_does_not_count(api: Api) -> None:
    assert api.post("/clients/", {"name": "Acme"}).data["id"] == 1
    assert api.get("/clients/1/").data["name"] == "Acme"
    assert api.get("/clients/").json["meta"]["pagination"]["total"] == 1


def test_patch_is_put(api: Api) -> None:
    api.post("/clients", {"name": "Acme", "city": "Berlin"})
    assert api.send("PATCH", "/clients/1", {"city": "Bonn"}).data["city"] == "Bonn"
    assert api.get("/clients/1").data["name"] == "Acme"
    assert api.send("PATCH", "/clients/1?action=archive").data["archived_at"]


def test_post_may_name_another_method(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    assert api.post("/clients/1", {"name": "Put"}, x_http_method_override="PUT").data["name"] == "Put"
    assert api.post("/clients/1", {"name": "Patch"}, x_http_method_override="patch").data["name"] == "Patch"
    assert api.post_form("/clients/1", {"_method": "PUT", "name": "Form"}).data["name"] == "Form"
    assert api.post("/clients/1", {"_method": "delete"}).data["is_deleted"] is True
    assert api.post("/clients/1", {}, x_http_method_override="GET").status == 405
    assert api.get("/clients/1", None, x_http_method_override="DELETE").status == 200


def test_actions(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    answer = api.put("/clients/1?action=explode")
    assert (answer.status, answer.json) == (400, {"error": "Action [explode] is not supported"})
    for invoices_only in ("markPaid", "markSent", "mark_sent", "emailInvoice", "convert"):
        assert api.put(f"/clients/1?action={invoices_only}").status == 400
    archived = api.put("/clients/1", {"action": "archive", "name": "ignored"}).data
    assert archived["archived_at"]
    assert archived["name"] == "Acme"
    assert api.put("/clients/1?action=", {"name": "Changed"}).data["name"] == "Changed"


def test_the_id_of_the_path_is_the_one_that_counts(api: Api) -> None:
    for name in ("One", "Two"):
        api.post("/clients", {"name": name})
    for key in ("client_id", "id", "public_id", "clients"):
        assert api.put("/clients/1", {key: 2, "city": key}).data["id"] == 1
        assert api.get(f"/clients/1?{key}=2").data["id"] == 1
    assert api.get("/clients/2").data["city"] == ""
