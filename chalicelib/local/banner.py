"""What `make run` prints once it serves: the address and the first commands to try."""

from __future__ import annotations

import json
from typing import Any

ACCOUNT = {"name": "Kunai Studio", "address1": "1 Harbour St", "city": "Cork", "country_id": 372}
CLIENT = {"name": "Acme Ltd", "contact": {"first_name": "Jane", "email": "jane@acme.test"}}
INVOICE = {
    "client_id": 1,
    "invoice_items": [{"product_key": "Design", "notes": "A logo", "cost": 250, "qty": 2}],
}


def text(*, api: str, token: str, mails: str) -> str:
    """`api` is the base address of v1, `mails` the page that shows what was sent."""
    commands = [
        ("is it alive?", _curl(api, token, "/ping")),
        ("put your name on your invoices", _curl(api, token, "/accounts", ACCOUNT, "-X PUT ")),
        ("create a client", _curl(api, token, "/clients", CLIENT)),
        ("create an invoice", _curl(api, token, "/invoices", INVOICE)),
        ("download its PDF", _curl(api, token, "/download/1", options="-o invoice.pdf ")),
        ("e-mail it", _curl(api, token, "/email_invoice", {"id": 1})),
    ]
    lines = [f"Kunai is ready at {api} (token {token})", ""]
    for title, command in commands:
        lines += [f"  # {title}", f"  {command}"]
    return "\n".join([*lines, "", f"Sent mails: {mails}", "Stop with Ctrl-C.", ""])


def _curl(api: str, token: str, path: str, body: dict[str, Any] | None = None, options: str = "") -> str:
    command = f"curl {options}-H 'X-Ninja-Token: {token}' {api}{path}"
    if body is None:
        return command
    return f"{command} -H 'Content-Type: application/json' -d '{json.dumps(body, separators=(',', ':'))}'"
