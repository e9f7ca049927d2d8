"""The demo account of a data folder, made on its first start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chalicelib.local.gateway import Answer, Gateway, Request
from chalicelib.local.state import write_private
from chalicelib.settings import settings

ACCOUNT = {
    "first_name": "Demo",
    "last_name": "User",
    "email": "demo@example.com",
    "password": "demo-password",
    "token_name": "demo",
}


class DemoError(Exception):
    """The demo account could not be made; the message quotes the API's answer."""


def ensure(gateway: Gateway) -> str:
    """The token of the demo account, which is made through the API itself if there is none yet."""
    remembered = settings().data_dir / "demo-token"
    token = _remembered(remembered) or _ask(gateway)
    write_private(remembered, token)
    return token


def _remembered(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _ask(gateway: Gateway) -> str:
    """Log in where an earlier start was cut off between making the account and keeping its token."""
    registered = _post(gateway, "register")
    answer = registered if registered.status == 200 else _post(gateway, "login")
    if answer.status != 200:
        raise DemoError(f"Registering the demo account failed: {registered.body.decode(errors='replace')}")
    accounts: list[dict[str, Any]] = json.loads(answer.body)["data"]
    return str(accounts[0]["token"])


def _post(gateway: Gateway, verb: str) -> Answer:
    body = json.dumps({**ACCOUNT, "api_secret": settings().api_secret}).encode()
    headers = [("Content-Type", "application/json"), ("Accept", "application/json"), ("Host", "localhost")]
    return gateway.handle(Request("POST", f"/api/v1/{verb}", headers=headers, body=body))
