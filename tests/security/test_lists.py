"""Filters, orders, cursors and bulk actions reach no further than plain lists and single requests do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.resources.registry import RESOURCES
from tests.api_client import Answer, Api
from tests.security import test_permissions
from tests.security.hostile import VALUES, Raw, check
from tests.security.test_permissions import SECRET, Hire

owner = test_permissions.owner
hire = test_permissions.hire

SAMPLES = {
    "filter": "secret",
    "date_from": "2000-01-01",
    "date_to": "2099-01-01",
    "due_before": "2099-01-01",
    "balance_gt": "-1",
}


def queries(name: str) -> list[dict[str, Any]]:
    """Every filter and order that a list declares."""
    filters = RESOURCES[name].filters
    found = [{parameter: SAMPLES[parameter]} for parameter in filters.parameters if parameter in SAMPLES]
    found += [{"status": word} for word in filters.statuses]
    for order in filters.orders:
        found += [{"sort": order}, {"sort": f"-{order}", "status": "active"}]
    return [*found, {"sort": "id", "client_id": 1}, {"cursor": ""}]


ODD = ("payment_terms", "documents", "hooks", "gateways")
"""Without a creator of their own, without includes, for administrators alone."""


@pytest.mark.parametrize("name", [name for name in RESOURCES if name not in ODD])
def test_every_filter_and_order_shows_own_records_only(hire: Hire, owner: Api, name: str) -> None:
    clerk = hire("create_client", "create_invoice")
    me = clerk.get("/users").data[0]["id"]
    assert clerk.post("/clients", {"name": "own secret"}).status == 200
    for query in queries(name):
        answer = clerk.get(f"/{name}?{urlencode(query)}")
        check(answer, str(query))
        assert answer.status == 200, answer.text
        assert SECRET not in answer.text
        assert owner.email not in answer.text
        for row in answer.data:
            assert row.get("is_owner", True)
            assert name != "users" or row["id"] == me
        assert answer.json["meta"]["pagination"]["total"] == len(answer.data)


def test_bulk_reaches_only_what_single_requests_do(hire: Hire, owner: Api) -> None:
    clerk = hire("create_client")
    own = clerk.post("/clients", {"name": "own"}).data["id"]
    before = owner.get("/clients/1").data
    for suffix in ("", "?dry_run=1"):
        answer = clerk.post(f"/clients/bulk{suffix}", {"action": "archive", "ids": [1, 99, own]})
        assert SECRET not in answer.text
        assert [row["id"] for row in answer.data] == [own]
        hidden, missing = answer.json["errors"]
        assert (hidden["id"], missing["id"]) == (1, 99)
        assert {**hidden, "id": 0} == {**missing, "id": 0}
    seeing = hire("view_client", "view_invoice")
    answer = seeing.post("/clients/bulk", {"action": "delete", "ids": [1]})
    assert answer.json["errors"] == [{"id": 1, "status": 403, "message": "This action is unauthorized."}]
    assert seeing.post("/invoices/bulk", {"action": "convert", "ids": [2]}).json["errors"][0]["status"] == 403
    for name in ("tax_rates", "payment_terms", "users"):
        assert clerk.post(f"/{name}/bulk", {"action": "archive", "ids": [1]}).data == []
    assert owner.get("/clients/1").data == before
    assert owner.get("/invoices").json["meta"]["pagination"]["total"] == 2
    assert Api(owner._gateway, "wrong").post("/clients/bulk", {"action": "archive", "ids": [1]}).status == 403


def test_other_tenants_are_out_of_reach(gateway: Gateway, owner: Api) -> None:
    other = Api(gateway).register()
    assert other.post("/clients", {"name": "theirs"}).status == 200
    for name in RESOURCES:
        if name not in ("users", "payment_terms"):
            for query in queries(name) if name != "documents" else ():
                assert SECRET not in other.get(f"/{name}?{urlencode(query)}").text
    before = owner.get("/invoices").data
    key = {"idempotency_key": "shared"}
    assert owner.post("/clients/bulk", {"action": "restore", "ids": [1]}, **key).data[0]["name"] == SECRET
    assert other.post("/clients/bulk", {"action": "restore", "ids": [1]}, **key).data[0]["name"] == "theirs"
    answer = other.post("/invoices/bulk", {"action": "delete", "ids": [1, 2]})
    assert (answer.data, len(answer.json["errors"])) == ([], 2)
    assert owner.get("/invoices").data == before


@pytest.mark.parametrize("field", ["action", "ids", "amount"])
def test_hostile_values_in_bulk(owner: Api, field: str) -> None:
    for value in VALUES:
        if isinstance(value, Raw):
            continue
        body = {"action": "restore", "ids": [1], field: value}
        answer: Answer = owner.post("/credits/bulk", body)
        check(answer, repr(value)[:80])
        assert answer.status in (200, 400, 422)
