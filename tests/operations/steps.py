"""Steps that many scenarios begin with."""

from __future__ import annotations

from typing import Any

from chalicelib.api import auth
from chalicelib.operations import tokens
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from tests.api_client import Api

Data = dict[str, Any]


def line(cost: Any = 100, qty: Any = 1, notes: str = "work", **more: Any) -> Data:
    return {"notes": notes, "cost": cost, "qty": qty, **more}


def settings(api: Api, **fields: Any) -> Data:
    found: Data = api.put("/accounts", {"name": "Us", **fields}).data
    return found


def hidden_settings(api: Api, **fields: Any) -> None:
    """Settings that no request can set, such as which surcharges bear taxes."""
    bearer = tokens.bearer(api.token)
    assert bearer is not None

    def decide(work: Work) -> None:
        account = work.get(ACCOUNT, SETTINGS_ID)
        account.data |= fields
        work.save(ACCOUNT, account)

    transact(auth.origin(bearer.account, bearer.account_key, bearer.user), decide)


def client(api: Api, *addresses: str, **fields: Any) -> Data:
    """A new client with a contact for each address."""
    found: Data = api.post(
        "/clients", {"contacts": [{"email": address} for address in addresses], **fields}
    ).data
    return found


def invoice(api: Api, *lines: Data, **fields: Any) -> Data:
    """A new invoice for client 1, by default of one line over 100."""
    body = {"client_id": 1, "invoice_items": list(lines or (line(),)), **fields}
    found: Data = api.post("/invoices", body).data
    return found


def change(api: Api, number: int, **fields: Any) -> Data:
    found: Data = api.put(f"/invoices/{number}", fields).data
    return found


def act(api: Api, number: int, action: str) -> Data:
    found: Data = api.put(f"/invoices/{number}?action={action}").data
    return found


def balance(api: Api, number: int = 1) -> Any:
    """The open balance of a client."""
    return api.get(f"/clients/{number}").data["balance"]


def invitations(api: Api, number: int = 1) -> list[Data]:
    found: list[Data] = api.get(f"/invoices/{number}?include=invitations").data["invitations"]
    return found


def product(api: Api, key: str, **fields: Any) -> Data:
    found: Data = api.post("/products", {"product_key": key, **fields}).data
    return found


def products(api: Api) -> dict[str, Data]:
    """The catalogue by key."""
    return {row["product_key"]: row for row in api.get("/products?per_page=100").data}


def number_of(record: Data) -> str:
    return str(record["invoice_number"])
