"""Modules that an account has switched off (resources.md 4.2), and what permissions allow besides (4.3)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Answer, Api

ALL = 63
REFUSED = (403, {"message": "This action is unauthorized."})
MODULES = {"credits": 2, "tasks": 8, "projects": 8, "expenses": 16, "vendors": 16}
BODIES: dict[str, dict[str, Any]] = {
    "credits": {"client_id": 1, "amount": 5},
    "tasks": {"description": "Dig"},
    "projects": {"name": "Garden", "client_id": 1},
    "expenses": {"amount": 5},
    "vendors": {"name": "Shop"},
}


def set_modules(api: Api, mask: int) -> None:
    assert api.put("/accounts", {"name": "Us", "enabled_modules": mask}).data["enabled_modules"] == mask


def refused(answer: Answer) -> None:
    assert (answer.status, answer.json) == REFUSED


@pytest.mark.parametrize("name", MODULES)
def test_a_module_that_is_off_keeps_its_records_from_everybody(api: Api, name: str) -> None:
    api.post("/clients", {"name": "Acme"})
    assert api.post(f"/{name}", BODIES[name]).data["id"] == 1
    set_modules(api, ALL - MODULES[name])
    refused(api.get(f"/{name}/1"))
    refused(api.put(f"/{name}/1", BODIES[name]))
    refused(api.put(f"/{name}/1?action=archive"))
    refused(api.delete(f"/{name}/1"))
    refused(api.post(f"/{name}", BODIES[name]))
    refused(api.post(f"/{name}", {"id": 1, **BODIES[name]}))
    assert api.get(f"/{name}/9").status == 404
    assert [row["id"] for row in api.get(f"/{name}").data] == [1], "lists still work"
    for other in MODULES:
        if MODULES[other] != MODULES[name]:
            assert api.post(f"/{other}", BODIES[other]).status == 200
    set_modules(api, ALL)
    assert api.get(f"/{name}/1").status == 200, "at once on this container"


@pytest.mark.parametrize(("kind", "bit"), [("is_quote", 4), ("is_recurring", 1)])
def test_quotes_and_templates_are_invoices_but_for_changes(api: Api, kind: str, bit: int) -> None:
    """v4 asks for the invoice's permission alone to make and to see them."""
    lines = {"invoice_items": [{"product_key": "a", "cost": 5}]}
    body = {"client_id": 1, kind: True, "frequency_id": 4, **lines}
    api.post("/clients", {"name": "Acme", "contact": {"email": "a@acme.test"}})
    assert api.post("/invoices", body).data["id"] == 1
    assert api.post("/invoices", {"client_id": 1, **lines}).data["id"] == 2
    set_modules(api, ALL - bit)
    refused(api.put("/invoices/1", {"po_number": "5"}))
    refused(api.delete("/invoices/1"))
    refused(api.put("/invoices/1?action=archive"))
    assert api.get("/invoices/1").status == 200
    assert api.post("/invoices", body).status == 200
    assert api.put("/invoices/2", {"po_number": "5"}).status == 200
    assert len(api.get("/invoices").data) == 3


def test_everything_off_leaves_clients_and_invoices(api: Api) -> None:
    set_modules(api, 0)
    assert api.post("/clients", {"name": "Acme"}).status == 200
    assert api.post("/invoices", {"client_id": 1}).status == 200
    assert api.post("/products", {"product_key": "a"}).status == 200
    assert api.get("/clients/1").status == api.get("/invoices/1").status == 200


def test_links_to_records_that_the_user_cannot_see_are_refused(api: Api, gateway: Gateway) -> None:
    """Nor may an unseen project lend its client; what a record names already can be sent back."""
    api.post("/clients", {"name": "Acme"})
    api.post("/projects", BODIES["projects"])
    api.post("/vendors", BODIES["vendors"])
    person = {"first_name": "A", "last_name": "B", "email": f"clerk.{api.email}", "password": PASSWORD}
    rights = ["create_task", "create_expense", "edit_task", "view_task", "edit_expense", "view_expense"]
    api.post("/users", {**person, "is_admin": False, "permissions": rights})
    clerk = Api(gateway)
    clerk.token = clerk.post("/login", person).data[0]["token"]
    assert set(clerk.post("/tasks", {"project_id": 1}).errors) == {"project_id"}
    assert set(clerk.post("/expenses", {"amount": 1, "vendor_id": 1}).errors) == {"vendor_id"}
    api.post("/tasks", {"project_id": 1})
    api.post("/expenses", {"amount": 1, "vendor_id": 1})
    assert clerk.put("/tasks/1", {"project_id": 1, "description": "x"}).data["project_id"] == 1
    assert clerk.put("/expenses/1", {"vendor_id": 1, "amount": 2}).data["vendor_id"] == 1
