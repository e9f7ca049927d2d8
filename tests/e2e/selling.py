"""Steps: an account, a client, an invoice to the cent, its PDF, the payment that cannot be made twice."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from pypdf import PdfReader

from tests.api_client import Answer
from tests.e2e.journey import Journey, Step

ADDRESS = "zoe@client.test"
CLIENT = {"name": "Zoë & Söhne", "contact": {"first_name": "Zoë", "email": ADDRESS}}
LINES = [
    {"product_key": "Design", "notes": "A logo", "cost": 250, "qty": 2},
    {"product_key": "Hosting", "notes": "Twelve months", "cost": "9.99", "qty": 12},
]
INVOICE = {"client_id": 1, "discount": 10, "tax_name1": "VAT", "tax_rate1": 23, "invoice_items": LINES}
TOTAL = 686.2
"""500.00 + 119.88 = 619.88; less 10 % = 557.89; and 23 % of that = 128.31."""


def day(past: int) -> str:
    """The date so many days ago."""
    return (datetime.now(UTC) - timedelta(days=past)).date().isoformat()


def account(journey: Journey) -> None:
    """A fresh one, unless a token was given, whose account must be empty."""
    if not journey.api.token:
        email = f"owner-{datetime.now(UTC).timestamp():.0f}@e2e.test"
        secret = {"api_secret": journey.api_secret} if journey.api_secret else {}
        journey.api.register(email=email, **secret)
    assert journey.api.get("/ping").text == "success"
    company = {"name": "Kunai Studio", "address1": "1 Harbour St", "country_id": 372}
    named = journey.api.put("/accounts", company)
    assert named.data["name"] == "Kunai Studio"


def client(journey: Journey) -> None:
    made = journey.api.post("/clients", CLIENT).data
    assert (made["id"], made["name"]) == (1, "Zoë & Söhne"), "the account was not empty"
    assert journey.api.get("/clients/1").data.items() <= made.items()


def invoice(journey: Journey) -> None:
    made = journey.api.post("/invoices", {**INVOICE, "due_date": day(-14)}).data
    found = journey.api.get(f"/invoices/{made['id']}?include=invitations").data
    assert (found["amount"], found["balance"], found["invoice_status_id"]) == (TOTAL, TOTAL, 1), found
    assert [line["qty"] * line["cost"] for line in found["invoice_items"]] == [500, 119.88]
    journey.invoice, journey.link = found, found["invitations"][0]["link"]


def pdf(journey: Journey) -> None:
    found = journey.api.get(f"/download/{journey.invoice['id']}", accept="application/pdf")
    assert found.headers["content-type"] == "application/pdf"
    assert "attachment" in found.headers["content-disposition"]
    check_pdf(found.body)


def pdf_for_any(journey: Journey) -> None:
    """As curl asks for it, and as a browser does."""
    for accept in ("*/*", "text/html,application/xhtml+xml,*/*;q=0.8"):
        check_pdf(journey.api.get(f"/download/{journey.invoice['id']}", accept=accept).body)


def check_pdf(content: bytes) -> None:
    assert content[:5] == b"%PDF-", content[:80]
    shown = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for text in ("Kunai Studio", "Zoë & Söhne", "Design", "686.20"):
        assert text in shown, shown


def payment(journey: Journey) -> None:
    """Sent twice under one key: taken once, answered twice the same."""
    number = journey.invoice["id"]
    body = {"invoice_id": number, "amount": TOTAL, "transaction_reference": "TR-7"}
    first, second = (pay(journey, body) for _ in range(2))
    assert (first.data["amount"], second.body) == (TOTAL, first.body)
    assert second.headers["idempotent-replayed"] == "true"
    assert pay(journey, {**body, "amount": 1}).status == 422
    assert [paid["amount"] for paid in journey.api.get("/payments").data] == [TOTAL]
    settled = journey.api.get(f"/invoices/{number}").data
    assert (settled["balance"], settled["invoice_status_id"]) == (0, 6), settled


def pay(journey: Journey, body: dict[str, Any]) -> Answer:
    return journey.api.post("/payments", body, idempotency_key="transfer-7")


def books(journey: Journey) -> None:
    assert journey.api.get("/ledger/proof").data["balanced"] is True


ACCOUNT = (Step("registers an account and names it", account),)
CLIENT_AND_INVOICE = (
    Step("creates a client", client),
    Step("creates an invoice, right to the cent", invoice),
)
PDF = (
    Step("downloads it as PDF", pdf),
    Step("downloads it as PDF for any Accept", pdf_for_any),
)
PAYMENT = (Step("takes a payment once for two requests", payment), Step("balances its ledger", books))
