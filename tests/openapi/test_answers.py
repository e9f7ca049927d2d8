"""Real answers are what the document says they are, with every include and serializer."""

from __future__ import annotations

from itertools import product

import pytest

from chalicelib.resources.registry import RESOURCES
from tests.api_client import Api
from tests.openapi.described import check

SERIALIZERS = ("serializer=array", "serializer=json")
WISHES = ["", *map("&".join, product(SERIALIZERS, ("index=data", "index=none")))]


@pytest.mark.parametrize("plural", RESOURCES)
def test_reads_are_as_described(looked_at: Api, plural: str) -> None:
    includes = ",".join(("user", *RESOURCES[plural].includes))
    for wish in WISHES:
        query = f"?include={includes}&explain=1&{wish}"
        check("GET", f"/{plural}", looked_at.get(f"/{plural}{query}"))
        check("GET", f"/{plural}/{{id}}", looked_at.get(f"/{plural}/1{query}&metadata=1"))


@pytest.mark.parametrize("plural", RESOURCES)
def test_changes_are_as_described(stocked: Api, plural: str) -> None:
    example = {**RESOURCES[plural].example}
    if RESOURCES[plural].update:
        check("PUT", f"/{plural}/{{id}}", stocked.put(f"/{plural}/1", example))
        for action in RESOURCES[plural].actions:
            check("PUT", f"/{plural}/{{id}}", stocked.put(f"/{plural}/1?action={action}", example))
    for action in RESOURCES[plural].actions:
        order = {"action": action, "ids": [2, 1, 999]}
        check("POST", f"/{plural}/bulk", stocked.post(f"/{plural}/bulk", order))
    check("DELETE", f"/{plural}/{{id}}", stocked.delete(f"/{plural}/1"))


@pytest.mark.parametrize("plural", RESOURCES)
def test_refusals_are_as_described(looked_at: Api, anonymous: Api, plural: str) -> None:
    check("GET", f"/{plural}/{{id}}", looked_at.get(f"/{plural}/999"))
    if RESOURCES[plural].update:
        check("PUT", f"/{plural}/{{id}}", looked_at.put(f"/{plural}/1?action=sparkle"))
    check("DELETE", f"/{plural}/{{id}}", looked_at.delete(f"/{plural}/999"))
    check("GET", f"/{plural}", anonymous.get(f"/{plural}"))
    if RESOURCES[plural].create:
        check("POST", f"/{plural}", looked_at.post(f"/{plural}", {"client_id": "x", "name": {"a": 1}}))
        check("POST", f"/{plural}", looked_at.post(f"/{plural}", b"{"))


def test_sessions_and_the_account_are_as_described(api: Api) -> None:
    from tests.api_client import PASSWORD

    credentials = {"email": api.email, "password": PASSWORD}
    check("POST", "/login", api.post("/login", {**credentials, "token_name": "laptop"}))
    check("POST", "/login", api.post("/login", {**credentials, "include_static": True}))
    check("POST", "/login", api.post("/login", {**credentials, "password": "wrong"}))
    check("POST", "/refresh", api.post("/refresh?include=users,tax_rates"))
    check("GET", "/user_accounts", api.get("/user_accounts"))
    check("GET", "/static", api.get("/static?index=none"))
    check("GET", "/accounts", api.get("/accounts?include=clients,invoices,payments"))
    check("PUT", "/accounts", api.put("/accounts", {"name": "A", "custom_fields": {"client1": "Region"}}))
    check("PUT", "/accounts", api.put("/accounts", {"name": ""}))


def test_hooks_are_as_described(stocked: Api) -> None:
    stocked.post("/hooks", {"event": "*", "target_url": "https://example.com/all"})
    stocked.post("/clients", {"name": "Heard"})
    check("GET", "/hooks/events", stocked.get("/hooks/events"))
    check("GET", "/hooks/{id}/secret", stocked.get("/hooks/2/secret"))
    check("POST", "/hooks/{id}/secret", stocked.post("/hooks/2/secret"))
    check("GET", "/hooks/{id}/secret", stocked.get("/hooks/2/secret?index=none"))
    check("POST", "/hooks/{id}/replay", stocked.post("/hooks/2/replay?dry_run=1"))
    check("POST", "/hooks/{id}/replay", stocked.post("/hooks/2/replay", {"from": 1}))
    check("GET", "/hooks/{id}/deliveries", stocked.get("/hooks/2/deliveries"))
    check("GET", "/events", stocked.get("/events?after=1&per_page=100"))
    check("POST", "/hooks", stocked.post("/hooks", {"event": "sparkle", "target_url": "ftp://x"}))


def test_single_endpoints_are_as_described(stocked: Api) -> None:
    check("GET", "/dashboard", stocked.get("/dashboard"))
    check("GET", "/dashboard", stocked.get("/dashboard?only_activity=1&index=none"))
    check("GET", "/ledger/proof", stocked.get("/ledger/proof"))
    check("GET", "/quotes", stocked.get("/quotes?include=invitations"))
    check("POST", "/email_invoice", stocked.post("/email_invoice", {"id": 1}))
    check("POST", "/email_invoice", stocked.post("/email_invoice", {"reminder": "x", "id": 1}))
    check("DELETE", "/payment_terms/{id}", stocked.delete("/payment_terms/21"))
    check("DELETE", "/payment_terms/{id}", stocked.delete("/payment_terms/22"))
    check("POST", "/documents", stocked.post("/documents", {"name": "plan.pdf", "size": 8_000_000}))
    assert stocked.get("/download/1").headers["content-type"] == "application/pdf"
