"""Users who are no administrators see and change what their permissions name (resources.md 4), nothing else."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Answer, Api

SECRET = "secret of the owner"
_numbers = count(1)

Hire = Callable[..., Api]


@pytest.fixture
def owner(gateway: Gateway) -> Api:
    api = Api(gateway).register()
    assert (
        api.post("/clients", {"name": SECRET, "contact": {"email": "a@x.test", "first_name": SECRET}}).status
        == 200
    )
    assert api.post("/products", {"product_key": "key", "notes": "from the catalogue"}).status == 200
    lines = {"invoice_items": [{"notes": SECRET, "cost": 5}]}
    assert api.post("/invoices", {"client_id": 1, **lines}).status == 200
    assert api.post("/invoices", {"client_id": 1, "is_quote": True, **lines}).status == 200
    assert api.post("/tax_rates", {"name": "VAT", "rate": 5}).status == 200
    assert api.post("/payment_terms", {"num_days": 99}).status == 200
    assert api.post("/credits", {"client_id": 1, "amount": 5, "private_notes": SECRET}).status == 200
    return api


@pytest.fixture
def hire(owner: Api, gateway: Gateway) -> Hire:
    """Makes a user with these permissions and logs in as it."""

    def make(*permissions: str) -> Api:
        email = f"clerk{next(_numbers)}@permissions.test"
        fields = {"email": email, "password": PASSWORD, "first_name": "Carl", "last_name": "Clerk"}
        assert (
            owner.post("/users", {**fields, "is_admin": False, "permissions": list(permissions)}).status
            == 200
        )
        clerk = Api(gateway)
        answer = clerk.post("/login", {"email": email, "password": PASSWORD})
        clerk.token = answer.data[0]["token"]
        return clerk

    return make


def refused(answer: Answer, status: int) -> None:
    assert answer.status == status, answer
    assert SECRET not in answer.text


def test_without_permissions_nothing_foreign_is_seen(hire: Hire) -> None:
    clerk = hire()
    for name in ("clients", "contacts", "invoices", "quotes", "products", "credits", "payments", "tax_rates"):
        answer = clerk.get(f"/{name}")
        assert answer.data == [] and SECRET not in answer.text, name
        assert answer.json["meta"]["pagination"]["total"] == 0
    for path in (
        "/clients/1",
        "/contacts/1",
        "/invoices/1",
        "/invoices/2",
        "/products/1",
        "/credits/1",
        "/download/1",
    ):
        refused(clerk.get(path), 404)
    for query in ("email=a@x.test", "client_id=1", "invoice_number=0001", "updated_at=1", "page=2"):
        for name in ("clients", "invoices", "contacts"):
            assert SECRET not in clerk.get(f"/{name}?{query}").text


def test_without_permissions_nothing_is_changed(hire: Hire, owner: Api) -> None:
    clerk = hire()
    before = [owner.get(path).data for path in ("/clients/1", "/invoices/1", "/products/1", "/accounts")]
    line = {"invoice_items": [{"cost": 1}]}
    for path, body in (
        ("/clients", {"name": "x"}),
        ("/invoices", {"client_id": 1, **line}),
        ("/invoices", {"email": "a@x.test", **line}),
        ("/products", {"product_key": "x"}),
        ("/tax_rates", {"name": "x", "rate": 1}),
        ("/payment_terms", {"num_days": 12}),
        ("/contacts", {"client_id": 1, "first_name": "a", "last_name": "b", "email": "c@d.test"}),
        (
            "/users",
            {
                "email": "n@x.test",
                "password": PASSWORD,
                "first_name": "a",
                "last_name": "b",
                "is_admin": True,
            },
        ),
        ("/payments", {"invoice_id": 1, "amount": 1}),
        ("/credits", {"client_id": 1, "amount": 1}),
    ):
        refused(clerk.post(path, body), 403)
    for path in ("/clients/1", "/invoices/1", "/products/1", "/contacts/1", "/credits/1"):
        refused(clerk.put(path, {"name": "x", "product_key": "x", "private_notes": "x"}), 404)
        refused(clerk.delete(path), 404)
        refused(clerk.put(f"{path}?action=archive"), 404)
    assert clerk.put("/tax_rates/1", {"name": "x", "rate": 1}).status == 403
    assert clerk.put("/accounts", {"name": "x"}).status == 403
    assert clerk.delete("/payment_terms/99").status in (400, 403, 404)
    refused(clerk.post("/email_invoice", {"id": 1}), 404)
    refused(clerk.post("/email_invoice", {"invoice_number": "0001"}), 404)
    assert [
        owner.get(path).data for path in ("/clients/1", "/invoices/1", "/products/1", "/accounts")
    ] == before


def test_a_foreign_tax_rate_is_no_secret_but_not_shown_alone(owner: Api, hire: Hire) -> None:
    clerk = hire("view_client", "create_invoice")
    refused(clerk.get("/tax_rates/1"), 403)
    refused(clerk.get("/tax_rates/2"), 404)
    rates = clerk.get("/accounts?include=tax_rates").data["tax_rates"]
    assert [rate["name"] for rate in rates] == ["VAT"]
    assert owner.get("/tax_rates/1").data["name"] == "VAT"


def test_who_may_view_may_not_edit(hire: Hire) -> None:
    clerk = hire("view_client", "view_invoice", "view_product", "view_contact")
    for path in ("/clients/1", "/invoices/1", "/invoices/2", "/products/1", "/contacts/1"):
        assert clerk.get(path).status == 200
        body = {"name": "x", "product_key": "x", "first_name": "a", "last_name": "b", "email": "c@d.test"}
        assert clerk.put(path, body).status == 403
        assert clerk.delete(path).status == 403
        assert clerk.put(f"{path}?action=archive").status == 403
    assert clerk.post("/clients", {"id": 1, "name": "x"}).status == 403
    assert clerk.post("/invoices", {"id": 1, "po_number": "x"}).status == 403
    assert len(clerk.get("/clients").data) == 1 and len(clerk.get("/invoices").data) == 2


def test_who_creates_works_with_the_own_records(hire: Hire, owner: Api) -> None:
    clerk = hire("create_client", "create_invoice", "create_product")
    client = clerk.post("/clients", {"name": "own"}).data
    line = {"invoice_items": [{"product_key": "key", "cost": 3}]}
    invoice = clerk.post("/invoices", {"client_id": client["id"], **line}).data
    assert clerk.put(f"/invoices/{invoice['id']}", {"po_number": "7"}).data["po_number"] == "7"
    assert clerk.put(f"/clients/{client['id']}", {"name": "mine"}).data["name"] == "mine"
    refused(clerk.post("/invoices", {"client_id": 1, **line}), 404)
    refused(clerk.post("/invoices", {"client": {"id": 1, "name": "x"}, **line}), 404)
    stolen = clerk.post("/invoices", {"email": "a@x.test", "include": "client", **line})
    assert SECRET not in stolen.text
    assert owner.get("/products/1").data["cost"] == 0
    assert [row["id"] for row in clerk.get("/clients").data].count(1) == 0
    assert clerk.get(f"/download/{invoice['id']}").status == 200


def test_rights_are_not_for_the_taking(hire: Hire) -> None:
    clerk = hire("create_client")
    me = clerk.get("/users").data
    assert len(me) == 1 and not me[0]["is_admin"]
    fields = {"first_name": "a", "last_name": "b", "email": f"self{next(_numbers)}@permissions.test"}
    clerk.put(f"/users/{me[0]['id']}", {**fields, "is_admin": True, "permissions": ["view_client"]})
    assert clerk.get("/clients/1").status == 404
    assert clerk.put("/users/1", {**fields, "password": PASSWORD}).status in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts?include=clients,invoices,users,payments",
        "/user_accounts?include=users",
        "/users?include=clients",
    ],
)
def test_account_includes_follow_the_permissions(hire: Hire, owner: Api, path: str) -> None:
    clerk = hire()
    answer = clerk.get(path)
    assert (
        SECRET not in answer.text
        and owner.email not in answer.text
        and "from the catalogue" not in answer.text
    )


def test_what_a_login_shows_follows_the_permissions(hire: Hire, owner: Api) -> None:
    clerk = hire()
    (me,) = clerk.get("/users").data
    body = {"email": me["email"], "password": PASSWORD, "include": "users", "token_name": "phone"}
    for answer in (clerk.post("/login", body), clerk.post("/refresh", body)):
        assert [user["id"] for user in answer.data[0]["users"]] == [me["id"]]
        assert owner.email not in answer.text


def test_the_dashboard_is_the_own(hire: Hire) -> None:
    answer = hire().get("/dashboard")
    assert SECRET not in answer.text


def test_a_revoked_user_is_out(hire: Hire, owner: Api) -> None:
    from chalicelib.api.auth import cache

    clerk = hire()
    number = clerk.get("/users").data[0]["id"]
    assert owner.delete(f"/users/{number}").status == 200
    cache.clear()
    assert clerk.get("/ping").status == 403
