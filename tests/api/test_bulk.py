"""`POST /{resource}/bulk`: an action on many records, each on its own."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api import bulk
from chalicelib.resources.registry import RESOURCES
from tests.api_client import Api

LINE = {"notes": "work", "cost": 10, "qty": 2}
GONE = "record does not exist"


@pytest.fixture
def books(api: Api) -> Api:
    """Two clients; invoices 1 to 3 (the third a quote) of the first."""
    for name in ("One", "Two"):
        api.post("/clients", {"name": name, "contact": {"email": f"{name}@bulk.test"}})
    for extra in ({}, {}, {"is_quote": True}):
        assert api.post("/invoices", {"client_id": 1, "invoice_items": [LINE], **extra}).status == 200
    return api


def sent(api: Api, path: str, action: str, ids: Any, **more: Any) -> dict[str, Any]:
    answer = api.post(path, {"action": action, "ids": ids, **more})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def test_every_record_and_every_error_is_told(books: Api) -> None:
    answer = sent(books, "/clients/bulk", "archive", [2, "1", 99, 2, -1])
    assert [row["id"] for row in answer["data"]] == [2, 1]
    assert all(row["archived_at"] and row["contacts"] for row in answer["data"])
    assert answer["errors"] == [
        {"id": 99, "status": 404, "message": GONE},
        {"id": -1, "status": 404, "message": GONE},
    ]
    assert books.get("/clients?status=active").data == []
    again = sent(books, "/clients/bulk", "archive", [2, 1])
    assert (again["data"], again["errors"]) == (answer["data"], [])
    assert [row["archived_at"] for row in sent(books, "/clients/bulk", "restore", [1])["data"]] == [None]
    assert sent(books, "/clients/bulk", "delete", [1, 2])["data"][1]["is_deleted"]


def test_every_resource_has_it(api: Api) -> None:
    for name, resource in RESOURCES.items():
        if resource.act is None:
            continue
        for action in resource.actions:
            answer = sent(api, f"/{name}/bulk", action, [77])
            assert (answer["data"], [row["id"] for row in answer["errors"]]) == ([], [77])


def test_actions_of_invoices(books: Api) -> None:
    assert [row["invoice_status_id"] for row in sent(books, "/invoices/bulk", "mark_sent", [1])["data"]] == [
        2
    ]
    answer = sent(books, "/invoices/bulk", "convert", [3, 1])
    assert [row["id"] for row in answer["data"]] == [4]
    assert answer["errors"][0]["id"] == 1
    assert answer["errors"][0]["status"] == 422
    assert "action" in answer["errors"][0]["errors"]
    paid = sent(books, "/invoices/bulk", "markPaid", [1, 2])["data"]
    assert [(row["balance"], row["invoice_status_id"]) for row in paid] == [(0, 6), (0, 6)]
    assert books.get("/clients/1").data["paid_to_date"] == 40
    assert len(sent(books, "/invoices/bulk", "emailInvoice", [4])["data"]) == 1
    refund = sent(books, "/payments/bulk", "refund", [1, 2], amount=5)
    assert [row["refunded"] for row in refund["data"]] == [5, 5]
    assert books.get("/ledger/proof").data["balanced"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ids": [1]}, "action"),
        ({"action": "archive"}, "ids"),
        ({"action": "archive", "ids": []}, "ids"),
        ({"action": "archive", "ids": "1,x"}, "ids.1"),
        ({"action": "archive", "ids": [1, 1.5]}, "ids.1"),
        ({"action": "archive", "ids": [True]}, "ids.0"),
        ({"action": "archive", "ids": [[1]]}, "ids.0"),
        ({"action": "archive", "ids": {"a": 1}}, "ids.0"),
        ({"action": "archive", "ids": list(range(1, 102))}, "ids"),
    ],
)
def test_what_makes_no_sense_changes_nothing(books: Api, body: dict[str, Any], field: str) -> None:
    assert books.post("/clients/bulk", body).errors.keys() == {field}
    assert len(books.get("/clients?status=active").data) == 2


def test_unknown_actions(books: Api) -> None:
    wishes: list[tuple[str, Any]] = [
        ("/clients/bulk", "markPaid"),
        ("/invoices/bulk", "refund"),
        ("/tasks/bulk", ["archive"]),
    ]
    for path, action in wishes:
        answer = books.post(path, {"action": action, "ids": [1]})
        assert answer.status == 400
        assert "is not supported" in answer.json["error"]


def test_forms_and_queries(books: Api) -> None:
    for fields in ({"action": "archive", "ids[]": 1}, {"action": "archive", "ids": "1, 2"}):
        assert books.post_form("/clients/bulk", fields).data[0]["id"] == 1
    assert [row["id"] for row in books.post("/clients/bulk?action=restore&ids=2,1").data] == [2, 1]
    assert len(books.get("/clients?status=active").data) == 2


def test_other_forms_of_the_answer(books: Api) -> None:
    body = {"action": "archive", "ids": [1, 9]}
    answer = books.post("/clients/bulk?serializer=json", body).json
    assert answer["data"]["data"][0]["type"] == "client"
    assert len(answer["errors"]) == 1
    assert books.post("/clients/bulk?index=rows", body).json.keys() == {"rows", "errors"}
    assert [row["id"] for row in books.post("/clients/bulk?index=none", body).json] == [1]
    answer = books.post("/invoices/bulk?include=client", {"action": "archive", "ids": [1, 2]}).json
    assert [row["client"]["id"] for row in answer["data"]] == [1, 1]


def test_what_cannot_be_shown_is_still_told(books: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.resources.view.MOST_INCLUDED", 0)
    answer = sent(books, "/invoices/bulk?include=client", "archive", [1, 2])
    assert answer == {"data": [{"id": 1}, {"id": 2}], "errors": []}


def test_methods(books: Api) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = books.send(method, "/clients/bulk", {})
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert books.send("OPTIONS", "/payment_terms/bulk").headers["allow"] == "POST"
    assert books.post("/quotes/bulk", {"action": "delete", "ids": [1]}).status == 404


def test_a_long_run_stops_and_says_what_is_left(books: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_SECONDS", -1)
    body = {"action": "archive", "ids": [1, 2]}
    answer = books.post("/invoices/bulk", body).json
    assert [row["id"] for row in answer["data"]] == [1]
    assert [(row["id"], row["status"]) for row in answer["errors"]] == [(2, 409)]
    body["action"] = "restore"
    held = books.post("/invoices/bulk", body, idempotency_key="long")
    assert (held.status, held.headers["retry-after"]) == (409, "1")
    monkeypatch.undo()
    assert [
        row["archived_at"] for row in books.post("/invoices/bulk", body, idempotency_key="long").data
    ] == [
        None,
        None,
    ]


# ---- dry runs
def test_a_dry_run_answers_what_the_real_one_does(books: Api) -> None:
    books.post("/invoices", {"client_id": 2, "invoice_items": [LINE], "is_quote": True})
    before = [books.get(path).data for path in ("/invoices", "/clients", "/payments")]
    for path, action, ids in (
        ("/invoices/bulk?include=client", "convert", [3, 4, 1, 9]),
        ("/invoices/bulk?include=client,payments", "markPaid", [1, 2]),
        ("/clients/bulk", "delete", [2, 1]),
    ):
        body = {"action": action, "ids": ids}
        glue = "&" if "?" in path else "?"
        dry = books.post(f"{path}{glue}dry_run=true", body)
        assert dry.status == 200
        assert [books.get(path).data for path in ("/invoices", "/clients", "/payments")] == before
        real = books.post(path, body)
        assert masked(dry.json) == masked(real.json)
        before = [books.get(path).data for path in ("/invoices", "/clients", "/payments")]


def masked(value: Any) -> Any:
    """Without times and random keys."""
    if isinstance(value, dict):
        return {k: masked(v) for k, v in value.items() if not k.endswith("_at") and "key" not in k}
    return [masked(one) for one in value] if isinstance(value, list) else value
