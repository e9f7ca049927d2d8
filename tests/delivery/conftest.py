"""An account whose mails can be posted, with nothing else waiting."""

from __future__ import annotations

import time

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Api, anonymous
from tests.delivery import post
from tests.engines import Mailbox


@pytest.fixture
def clock(gateway: Gateway) -> post.Clock:
    post.clear()
    return post.Clock(time.time() + 2)


@pytest.fixture
def api(gateway: Gateway, mailbox: Mailbox) -> Api:
    """Acme with a client of two contacts and, as invoice 1, a draft over 119."""
    api = Api(gateway).register()
    contacts = [
        {"first_name": "Ann", "email": "Ann@Client.test", "send_invoice": True},
        {"first_name": "Bob", "email": "bob@client.test", "send_invoice": True},
    ]
    line = {"product_key": "Hosting", "notes": "Zürich, a month", "cost": "119", "qty": 1}
    made = [
        api.put("/accounts", {"name": "Acme"}),
        api.post("/clients", {"name": "Client & Co", "contacts": contacts}),
        api.post("/invoices", {"client_id": 1, "invoice_items": [line]}),
    ]
    assert [answer.status for answer in made] == [200, 200, 200]
    return api


__all__ = ("anonymous",)
