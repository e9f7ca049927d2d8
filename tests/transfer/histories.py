"""Random lives of accounts through the API, and all that the API then shows of them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from tests import uploads
from tests.api_client import Answer, Api

Step = Callable[[Api, int], Answer]
_numbers = count(1)


def _invoice(api: Api, seed: int) -> Answer:
    line = {
        "product_key": f"key {seed % 5}",
        "notes": "Größe “XL”",
        "cost": f"{seed % 97}.37",
        "qty": seed % 4,
    }
    body = {
        "client_id": _id(seed),
        "is_public": seed % 3 > 0,
        "is_quote": seed % 7 == 0,
        "invoice_items": [line],
    }
    return api.post("/invoices", body, idempotency_key=f"key {seed}" if seed % 2 else None)


def _client(api: Api, seed: int) -> Answer:
    contacts = [{"email": f"payer{seed}@client.test", "first_name": "Zoë"}]
    return api.post(
        "/clients", {"name": f"Client {seed}", "contacts": contacts, "private_notes": "🧾\u2028" * 3}
    )


def _act(kind: str) -> Step:
    actions = ("archive", "delete", "restore", "mark_sent", "mark_paid", "convert", "clone_invoice")
    return lambda api, seed: api.put(f"/{kind}/{_id(seed)}?action={actions[seed % len(actions)]}", {})


def _user(api: Api, seed: int) -> Answer:
    body = {
        "email": f"user{next(_numbers)}@team.test",
        "first_name": "U",
        "last_name": "Ser",
        "password": "long enough 1",
    }
    return api.post("/users", body)


STEPS: tuple[Step, ...] = (
    _invoice,
    _invoice,
    _client,
    _user,
    _act("invoices"),
    _act("clients"),
    _act("payments"),
    _act("products"),
    lambda api, seed: api.post("/payments", {"invoice_id": _id(seed), "amount": f"{seed % 61}.5"}),
    lambda api, seed: api.put(f"/payments/{_id(seed)}?action=refund", {"amount": f"{seed % 13}.01"}),
    lambda api, seed: api.post(
        "/credits", {"client_id": _id(seed), "amount": seed % 31, "balance": seed % 31}
    ),
    lambda api, seed: api.post("/products", {"product_key": f"key {seed % 7}", "cost": "1.0500"}),
    lambda api, seed: api.post("/expenses", {"amount": f"{seed % 50}.25", "client_id": _id(seed)}),
    lambda api, seed: api.post("/vendors", {"name": f"Vendor {seed}"}),
    lambda api, seed: api.post("/tasks", {"client_id": _id(seed), "description": "dig"}),
    lambda api, seed: api.post("/projects", {"client_id": _id(seed), "name": f"Project {seed}"}),
    lambda api, seed: api.post("/tokens", {"name": f"Token {seed}"}),
    lambda api, seed: api.post("/hooks", {"event": "*", "target_url": f"http://127.0.0.1:9/{seed}"}),
    lambda api, seed: api.put("/accounts", {"name": f"Us {seed}", "invoice_number_prefix": "N" * (seed % 3)}),
    lambda api, seed: api.post("/email_invoice", {"id": _id(seed)}),
    lambda api, seed: uploads.send(api, "a.txt", b"x" * (seed % 5), {"invoice_id": _id(seed)}),
    lambda api, seed: uploads.send(api, "b.png", uploads.picture("PNG", seed % 9 + 1, 4), {}),
    lambda api, seed: api.put(f"/documents/{_id(seed)}?action=delete", {}),
    lambda api, seed: api.post("/two_factor", {"password": "correct horse battery staple"}),
)


def _id(seed: int) -> int:
    return seed % 3 + 1


def live(api: Api, choices: list[tuple[int, int]]) -> None:
    """AssertionError: a step broke the server."""
    for number, seed in choices:
        answer = STEPS[number % len(STEPS)](api, seed)
        assert answer.status < 500, answer.text


PATHS = (
    *(f"/{kind}?per_page=50" for kind in (
        "clients", "contacts", "credits", "documents", "expense_categories", "expenses", "gateways",
        "payment_terms", "payments", "products", "projects", "tasks", "tax_rates", "tokens", "users",
        "vendors",
    )),
    "/invoices?per_page=50&include=invitations,payments,documents,client",
    "/invoices?per_page=2&page=2",
    "/invoices?client_id=1&status=active",
    "/clients/1",
    "/invoices/1",
    "/accounts",
    "/hooks",
    "/hooks/1/deliveries",
    "/activities?client_id=1",
    "/dashboard",
    "/ledger/proof",
    "/two_factor",
    "/download/1",
    "/documents/1",
)  # fmt: skip


def shown(api: Api) -> dict[str, tuple[int, bytes]]:
    """Status and bytes of everything that can be looked at."""
    found: dict[str, tuple[int, bytes]] = {}
    for path in PATHS:
        answer: Any = api.get(path)
        found[path] = answer.status, answer.body
    return found
