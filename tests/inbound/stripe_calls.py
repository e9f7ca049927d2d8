"""Stripe as it calls: its events, signed by its own package."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from itertools import count
from typing import Any

import stripe

from chalicelib.local.gateway import Gateway, Request
from tests.api_client import Answer, Api

Data = dict[str, Any]

SECRET = "whsec_the tests' signing secret"
_numbers = count(1)


def header(raw: bytes, secret: str = SECRET, at: int | None = None) -> str:
    """The Stripe-Signature of a body, checked by the package's own verification while it is fresh."""
    moment = int(time.time()) if at is None else at
    signed = stripe.WebhookSignature._compute_signature(f"{moment}.{raw.decode()}", secret)
    found = f"t={moment},v1={signed},v0=00"
    assert stripe.WebhookSignature.verify_header(raw.decode(), found, secret)
    return found


@dataclass
class Caller:
    """Sends to one account's gateway, by default as Stripe would."""

    gateway: Gateway
    path: str

    def raw(self, body: bytes, signature: str | None, path: str = "", method: str = "POST") -> Answer:
        lines = [("Content-Type", "application/json; charset=utf-8")]
        lines += [("Stripe-Signature", signature)] if signature is not None else []
        answer = self.gateway.handle(Request(method, path or self.path, "", lines, body))
        return Answer(answer.status, {name.lower(): text for name, text in answer.headers}, answer.body)

    def send(self, told: Data) -> Answer:
        body = json.dumps(told, indent=2).encode()
        return self.raw(body, header(body))

    def ok(self, *events: Data) -> list[str]:
        """The messages of the answers. AssertionError: one is no success."""
        answers = [self.send(told) for told in events]
        assert [answer.status for answer in answers] == [200] * len(answers), answers
        return [answer.json["message"] for answer in answers]


def configure(gateway: Gateway, api: Api, **more: Any) -> Caller:
    made = api.post("/gateways", {"name": "Stripe", "webhook_secret": SECRET, **more}).data
    return Caller(gateway, "/api" + made["webhook_url"].partition("/api")[2])


def event(kind: str, told: Data, number: str = "") -> Data:
    return {
        "id": number or f"evt_{next(_numbers)}",
        "object": "event",
        "type": kind,
        "created": int(time.time()),
        "data": {"object": told},
    }


@dataclass
class Charge:
    """One payment intent with its charge, in cents unless the currency says otherwise."""

    name: str = "1"
    amount: int = 10_000
    invoice: int | None = 1
    currency: str = "usd"

    @property
    def metadata(self) -> Data:
        return {} if self.invoice is None else {"invoice_id": str(self.invoice)}

    def intent(self, **more: Any) -> Data:
        told = {
            "id": f"pi_{self.name}", "object": "payment_intent", "amount": self.amount,
            "currency": self.currency, "amount_received": self.amount, "latest_charge": f"ch_{self.name}",
            "metadata": self.metadata, "payment_method_types": ["card"],
        }  # fmt: skip
        return told | more

    def charge(self, **more: Any) -> Data:
        told = {
            "id": f"ch_{self.name}", "object": "charge", "amount": self.amount, "currency": self.currency,
            "amount_captured": self.amount, "captured": True, "amount_refunded": 0, "metadata": self.metadata,
            "payment_intent": f"pi_{self.name}",
            "payment_method_details": {"type": "card", "card": {"brand": "visa"}},
        }  # fmt: skip
        return told | more

    def part(self, name: str, amount: int, status: str, **more: Any) -> Data:
        told = {
            "id": name, "amount": amount, "currency": self.currency, "status": status,
            "charge": f"ch_{self.name}", "payment_intent": f"pi_{self.name}", "metadata": {},
            "reason": "fraudulent",
        }  # fmt: skip
        return told | more

    # ---- events
    def succeeded(self) -> Data:
        return event("payment_intent.succeeded", self.intent())

    def charged(self) -> Data:
        return event("charge.succeeded", self.charge())

    def failed(self, attempt: str = "") -> Data:
        error = {"message": "Your card was declined."}
        latest = f"ch_{attempt or self.name}"
        return event(
            "payment_intent.payment_failed",
            self.intent(amount_received=0, last_payment_error=error, latest_charge=latest),
        )

    def refunded(self, total: int) -> Data:
        return event("charge.refunded", self.charge(amount_refunded=total))

    def refund(self, name: str, amount: int, status: str = "succeeded", kind: str = "refund.updated") -> Data:
        return event(kind, self.part(name, amount, status))

    def dispute(self, amount: int, status: str = "needs_response") -> Data:
        kind = "created" if status == "needs_response" else "closed"
        return event(f"charge.dispute.{kind}", self.part("dp_1", amount, status))
