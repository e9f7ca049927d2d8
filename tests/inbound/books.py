"""What an account's payments and events have become."""

from __future__ import annotations

from typing import Any

from tests.api_client import Api
from tests.money.observed import events


def payments(api: Api) -> list[tuple[Any, ...]]:
    """Amount, refunded and status, oldest first."""
    rows = sorted(api.get("/payments").data, key=lambda row: row["id"])
    return [(row["amount"], row["refunded"], row["payment_status_id"]) for row in rows]


def told(api: Api, name: str) -> list[Any]:
    return [event.body for event in events(api) if event.name == name]
