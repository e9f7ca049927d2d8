"""An account that has something of everything, and what its people hold in their hands."""

from __future__ import annotations

import base64
import os
import time
from dataclasses import dataclass
from typing import Any

from chalicelib.api.auth import origin
from chalicelib.local.gateway import Gateway
from chalicelib.operations import accounts, oauth, tokens, totp
from chalicelib.operations.context import Context
from tests import uploads
from tests.api_client import PASSWORD, Api
from tests.inbound.stripe_calls import Caller, Charge, configure
from tests.operations import steps
from tests.portal.guest import key_of

BIG = os.urandom(4_000_000)


@dataclass
class Full:
    """`second` is the secret of the user's authenticator app, `paper` the recovery codes."""

    api: Api
    account: str
    stripe: Caller
    hook: str
    invitation: str
    second: bytes
    paper: list[str]
    device: str

    def code(self, ahead: int = 1) -> str:
        """Of a step to come, so that none was used yet."""
        return totp.code(self.second, int(time.time()) // 30 + ahead)


CHARGE = Charge()
REFUND = CHARGE.refunded(1_000)


def context_of(api: Api) -> Context:
    bearer = tokens.bearer(api.token)
    assert bearer is not None
    return origin(bearer.account, bearer.account_key, bearer.user)


def fill(gateway: Gateway, target: str) -> Full:
    """Webhooks go to `target`. Mails, webhooks and printing are left to be done."""
    api = Api(gateway).register()
    context = context_of(api)
    made: Any = api.post("/login", {"email": api.email, "password": PASSWORD, "token_name": "phone"}).data
    accounts.update(context, {"name": "Us"}, logo=uploads.picture("PNG", 30, 20))
    oauth.link(context, f"google {context.account}")
    steps.client(api, "payer@client.test", name="Payer")
    steps.invoice(api, is_public=True)
    steps.invoice(api, is_public=True)
    stripe = configure(gateway, api)
    stripe.ok(CHARGE.succeeded(), REFUND)
    assert api.post("/hooks", {"event": "*", "target_url": target}).status == 201
    steps.invoice(api, is_public=True)
    body = {"client_id": 1, "invoice_items": [steps.line()]}
    assert api.post("/invoices", body, idempotency_key="once").status == 200
    steps.act(api, 4, "mark_sent")
    assert api.post("/email_invoice", {"id": 1}).status == 200
    uploads.upload(api, "big.pdf", BIG, invoice_id=1)
    uploads.upload(api, "same.pdf", BIG)
    uploads.upload(api, "empty.txt", b"")
    uploads.upload(api, "photo.png", uploads.picture("PNG", 900, 600), is_default=1)
    begun = api.post("/two_factor", {"password": PASSWORD}).data["secret"]
    second = base64.b32decode(begun)
    code = totp.code(second, context.now // 30)
    paper = api.put("/two_factor", {"one_time_password": code}).data["recovery_codes"]
    key = key_of(api, 1)
    hook = api.get("/hooks/1/secret").data["secret"]
    return Full(api, context.account, stripe, hook, key, second, paper, made[0]["token"])
