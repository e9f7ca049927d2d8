"""What a test of money does and looks at: payments and credits made, standings and activities read."""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.api import auth
from chalicelib.billing.status import InvoiceStatus
from chalicelib.operations import tokens
from chalicelib.operations.shapes import INVOICE
from chalicelib.operations.work import Work, transact
from tests.api_client import Answer, Api

Data = dict[str, Any]

APPLY_CREDIT = 1


class Standing(NamedTuple):
    """Where an invoice and its client stand."""

    status: int
    amount: float
    balance: float
    client_balance: float
    paid_to_date: float


def pay(api: Api, invoice: int, amount: Any, **fields: Any) -> Data:
    found: Data = api.post("/payments", {"invoice_id": invoice, "amount": amount, **fields}).data
    return found


def pay_by_credit(api: Api, invoice: int, amount: Any) -> Answer:
    return api.post("/payments", {"invoice_id": invoice, "amount": amount, "payment_type_id": APPLY_CREDIT})


def credit(api: Api, amount: Any, **fields: Any) -> Data:
    found: Data = api.post("/credits", {"client_id": 1, "amount": amount, **fields}).data
    return found


def act(api: Api, path: str, action: str, **fields: Any) -> Data:
    """`path` without its slash, such as `payments/1`."""
    found: Data = api.put(f"/{path}?action={action}", fields).data
    return found


def standing(api: Api, invoice: int = 1, client: int = 1) -> Standing:
    document, owner = api.get(f"/invoices/{invoice}").data, api.get(f"/clients/{client}").data
    return Standing(
        document["invoice_status_id"],
        document["amount"],
        document["balance"],
        owner["balance"],
        owner["paid_to_date"],
    )


def totals(api: Api, client: int = 1) -> tuple[float, float]:
    """The client's balance and paid to date."""
    found = api.get(f"/clients/{client}").data
    return found["balance"], found["paid_to_date"]


def credits(api: Api) -> list[tuple[float, float]]:
    """Amount and balance of every credit, oldest first."""
    rows = api.get("/credits?per_page=100").data
    return [(row["amount"], row["balance"]) for row in sorted(rows, key=lambda row: row["id"])]


def activities(api: Api, client: int = 1) -> list[Data]:
    """Everything that happened to a client, oldest first."""
    found: list[Data] = api.get(f"/clients/{client}?include=activities").data["activities"]
    return found[::-1]


def proof(api: Api) -> Data:
    found: Data = api.get("/ledger/proof").data
    return found


def prove(api: Api) -> None:
    """The books are balanced, and the statement ends at the clients' balances."""
    found = proof(api)
    assert found["balanced"], found["differences"]
    assert found["differences"] == []
    for client in api.get("/clients?per_page=100").data:
        adjustments = [row["adjustment"] for row in activities(api, client["id"])]
        assert round(sum(adjustments), 2) == client["balance"]


def view(api: Api, invoice: int) -> None:
    """A contact opens the document, as the portal records it."""
    bearer = tokens.bearer(api.token)
    assert bearer is not None

    def decide(work: Work) -> None:
        document = work.get(INVOICE, invoice)
        document.status = InvoiceStatus.VIEWED
        document.data["invitations"][0]["viewed_date"] = "2026-11-22 12:00:00"
        work.save(INVOICE, document)

    transact(auth.origin(bearer.account, bearer.account_key, bearer.user), decide)
