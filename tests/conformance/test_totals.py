"""Every recorded vector of billing 11.1 as requests: what is stored and read back is exact to the cent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.api_client import Api
from tests.operations.steps import Data, act, balance, client, hidden_settings, settings

FILE = Path(__file__).parents[1] / "billing" / "totals.json"
VECTORS: list[Data] = json.loads(FILE.read_text("utf-8"))


def tax_fields(taxes: list[list[str]]) -> Data:
    fields: Data = {}
    for number, (name, rate) in enumerate(taxes, 1):
        fields |= {f"tax_name{number}": name, f"tax_rate{number}": rate}
    return fields


def request_of(vector: Data) -> Data:
    """The invoice as clients send it."""
    charges = vector["charges"]
    lines = [
        {
            "notes": "line",
            **{k: v for k, v in row.items() if k != "taxes"},
            **tax_fields(row.get("taxes", [])),
        }
        for row in vector["lines"]
    ]
    fields = {name: charges[name] for name in ("discount", "is_amount_discount") if name in charges}
    surcharges = {f"custom_value{number}": charges.get(f"surcharge{number}", 0) for number in (1, 2)}
    return {
        "client_id": 1,
        "invoice_items": lines,
        **fields,
        **surcharges,
        **tax_fields(charges.get("taxes", [])),
    }


def prepare(api: Api, charges: Data) -> None:
    client(api)
    if charges.get("inclusive"):
        settings(api, inclusive_taxes=True)
    taxed: dict[str, Any] = {
        f"custom_invoice_taxes{number}": 1 for number in (1, 2) if charges.get(f"surcharge{number}_taxed")
    }
    if taxed:
        hidden_settings(api, **taxed)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['id']} {vector['case']}")
def test_recorded_total(api: Api, vector: Data) -> None:
    prepare(api, vector["charges"])
    amount = float(vector["amount"])
    made = api.post("/invoices", request_of(vector)).data
    assert (made["amount"], made["balance"]) == (amount, amount)
    shown = api.get("/invoices/1").data
    assert shown == made
    assert act(api, 1, "mark_sent")["amount"] == amount
    assert balance(api) == amount
