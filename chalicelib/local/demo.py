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


ALREADY_MADE = (
    "The demo account of this data folder has another token than KUNAI_DEMO_TOKEN: "
    "unset it, or name a fresh folder with KUNAI_DATA_DIR."
)
HEADERS = [("Content-Type", "application/json"), ("Accept", "application/json"), ("Host", "localhost")]


class DemoError(Exception):
    """The demo account could not be made; the message quotes the API's answer."""


def ensure(gateway: Gateway) -> str:
    """The token of the demo account, which is made through the API itself if there is none yet.

    With KUNAI_DEMO_TOKEN set, registration is asked to issue that one; the account of a folder keeps the
    token that it was made with.
    """
    remembered = settings().data_dir / "demo-token"
    fixed = settings().demo_token
    token = _remembered(remembered) or _ask(gateway)
    if fixed and token != fixed:
        if not _accepted(gateway, fixed):
            raise DemoError(ALREADY_MADE)
        token = fixed
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
    given = {"api_secret": settings().api_secret, "token": settings().demo_token}
    body = json.dumps({**ACCOUNT, **{name: value for name, value in given.items() if value}}).encode()
    return gateway.handle(Request("POST", f"/api/v1/{verb}", headers=HEADERS, body=body))


def _accepted(gateway: Gateway, token: str) -> bool:
    headers = [*HEADERS, ("X-Ninja-Token", token)]
    return gateway.handle(Request("GET", "/api/v1/ping", headers=headers)).status == 200
