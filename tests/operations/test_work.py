"""Projects, tasks, vendors, expenses and users through the handler, and what links them to invoices."""

from __future__ import annotations

from typing import Any

from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Api, Clock


def with_client(api: Api) -> Api:
    assert api.post("/clients", {"name": "Acme"}).data["id"] == 1
    return api


def test_a_project_belongs_to_a_client(api: Api) -> None:
    with_client(api)
    assert set(api.post("/projects", {}).errors) == {"name", "client_id"}
    assert set(api.post("/projects", {"name": "P", "client_id": 9}).errors) == {"client_id"}
    made = api.post("/projects", {"name": "P", "client_id": 1, "due_date": "2030-01-02", "task_rate": 15})
    assert (made.data["client_id"], made.data["task_rate"], made.data["due_date"]) == (1, 15, "2030-01-02")
    assert api.put("/projects/1", {"name": "Q"}).data["task_rate"] == 15
    assert [row["id"] for row in api.get("/projects?client_id=1").data] == [1]
    assert api.delete("/projects/1").data["is_deleted"]


def test_a_task_keeps_time(api: Api, clock: Clock) -> None:
    with_client(api)
    api.post("/projects", {"name": "P", "client_id": 1})
    made = api.post(
        "/tasks", {"project_id": 1, "time_log": "[[1500003600,1500007200],[1500000000,1500000060]]"}
    )
    assert (made.data["client_id"], made.data["duration"], made.data["archived_at"]) == (1, 3660, 0)
    assert made.data["time_log"] == "[[1500000000,1500000060],[1500003600,1500007200]]"
    for wrong in ("[[2,1]]", "[[1,5],[3,9]]", "garbage", "[[1,0],[5,6]]", {"a": 1}, "[1]"):
        assert set(api.put("/tasks/1", {"time_log": wrong}).errors) == {"time_log"}
    assert api.get("/tasks/1").data["duration"] == 3660
    running = api.post("/tasks", {"id": 1, "action": "start"}).data
    assert (running["is_running"], running["time_log"].endswith(f"[{clock.now},false]]")) == (True, True)
    clock.tick(90)
    assert api.get("/tasks/1").data["duration"] == 3750
    stopped = api.post("/tasks", {"id": 1, "action": "stop"}).data
    clock.tick(90)
    assert (stopped["is_running"], api.get("/tasks/1").data["duration"]) == (False, 3750)
    assert api.put("/tasks/1?action=start").status == 400
    details = [{"start_datetime": "2020-01-01 10:00:00", "duration_hours": 2, "duration_minutes": 30}]
    assert api.post("/tasks", {"time_details": details}).data["duration"] == 9000


def test_vendor_contacts_are_matched_by_id(api: Api) -> None:
    contacts = [{"first_name": "A", "email": "a@v.test"}, {"first_name": "B"}]
    made = api.post("/vendors", {"name": "Mill", "vendor_contacts": contacts}).data["vendor_contacts"]
    assert [(row["id"], row["is_primary"]) for row in made] == [(1, True), (2, False)]
    assert len(api.put("/vendors/1", {"name": "Mill 2"}).data["vendor_contacts"]) == 2
    kept = api.put("/vendors/1", {"name": "Mill", "vendor_contacts": [{"id": 2, "phone": "1"}]}).data
    assert [(row["id"], row["first_name"], row["phone"]) for row in kept["vendor_contacts"]] == [
        (2, "B", "1")
    ]
    assert api.put("/vendors/1", {"name": "M", "vendor_contacts": [{"id": 9}]}).status == 404


def test_an_expense_names_category_and_vendor_into_being(api: Api) -> None:
    body = {
        "amount": "1,234.50", "expense_category_id": -1, "expense_category_name": "Travel",
        "vendor_id": -1, "vendor_name": "Rail",
    }  # fmt: skip
    made = api.post("/expenses", body).data
    assert (made["amount"], made["expense_category_id"], made["vendor_id"]) == (1234.5, 1, 1)
    assert api.post("/expenses", body).data["expense_category_id"] == 1
    assert [row["name"] for row in api.get("/expense_categories").data] == ["Travel"]
    assert set(api.post("/expense_categories", {"name": "travel"}).errors) == {"name"}
    assert api.put("/expenses/1", {"public_notes": "x"}).data["amount"] == 1234.5
    assert set(api.post("/expenses", {"vendor_id": 99}).errors) == {"vendor_id"}


def line(**more: Any) -> dict[str, Any]:
    return {"notes": "work", "cost": 40, "qty": 1, **more}


def test_work_is_invoiced_once_and_released_with_its_invoice(api: Api) -> None:
    with_client(api)
    api.post("/tasks", {"description": "t"})
    api.post("/expenses", {"amount": 5})
    rows = [line(task_public_id=1), line(expense_public_id=1)]
    assert api.post("/invoices", {"client_id": 1, "invoice_items": rows}).data["id"] == 1
    assert (api.get("/tasks/1").data["invoice_id"], api.get("/expenses/1").data["invoice_id"]) == (1, 1)
    assert api.get("/tasks/1").data["client_id"] == 1
    again = api.post("/invoices", {"client_id": 1, "invoice_items": rows})
    assert set(again.errors) == {"invoice_items.0.task_public_id"}
    assert api.get("/invoices").json["meta"]["pagination"]["total"] == 1
    assert api.put("/invoices/1", {"invoice_items": rows}).data["amount"] == 80
    api.delete("/invoices/1")
    assert (api.get("/tasks/1").data["invoice_id"], api.get("/expenses/1").data["invoice_id"]) == (0, 0)


def test_users_are_invited_and_limited(gateway: Gateway, api: Api) -> None:
    with_client(api)
    person = {"first_name": "Ed", "last_name": "Itor", "email": f"ed.{api.email}", "password": PASSWORD}
    made = api.post("/users", {**person, "is_admin": False, "permissions": {"create_client": True}})
    assert (made.data["id"], made.data["is_admin"]) == (2, False)
    assert made.data["permissions"] == {"create_client": True}
    assert set(api.post("/users", person).errors) == {"email"}
    assert set(api.post("/users", {**person, "email": "x@y.test", "permissions": ["fly"]}).errors) == {
        "permissions"
    }
    login = Api(gateway).post("/login", {**person, "token_name": "pc"}).data[0]
    ed = Api(gateway, login["token"])
    assert ed.get("/clients").data == []
    assert ed.get("/clients/1").status == 404
    assert ed.post("/clients", {"name": "Own"}).data["is_owner"]
    assert [row["name"] for row in ed.get("/clients").data] == ["Own"]
    assert ed.post("/invoices", {"client_id": 2}).status == 403
    assert ed.post("/users", person).status == 403
    assert ed.put("/accounts", {"name": "Mine"}).status == 403
    assert ed.put("/users/1", {**person, "email": "e@f.test"}).status == 404
    moved = ed.put("/users/2", {**person, "first_name": "Edda", "is_admin": True})
    assert (moved.data["first_name"], moved.data["is_admin"]) == ("Edda", False)
    assert "action" in api.put("/users/1?action=archive").errors
    assert api.delete("/users/2").data["deleted_at"]
    assert Api(gateway).post("/login", person).status == 401


def test_a_moved_address_moves_the_login(gateway: Gateway, api: Api) -> None:
    new = f"moved.{api.email}"
    api.put("/users/1", {"first_name": "J", "last_name": "O", "email": new})
    assert Api(gateway).post("/login", {"email": api.email, "password": PASSWORD}).status == 401
    assert Api(gateway).post("/login", {"email": new, "password": PASSWORD}).status == 200
    assert Api(gateway).register(email=api.email).token
