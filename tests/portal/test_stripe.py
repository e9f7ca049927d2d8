"""Paying at Stripe from the page of an invoice, over a stand-in for Stripe's API on loopback."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import orjson
import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations.portal import gateways
from chalicelib.operations.portal.gateways import StripeGateways
from chalicelib.operations.stripe.remote import Remote
from tests.api_client import Answer, Api, Clock
from tests.inbound.stripe_calls import Charge, configure, event
from tests.operations import steps
from tests.portal.guest import Guest, client, document, text_of, token
from tests.portal.stripe_stub import SESSION, Stub, serving

KEY = "sk_test_the tests' secret key"
LATER = "The payment service cannot be reached right now."
REFUSED = "The payment could not be started."


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Stub]:
    with serving() as stub:
        monkeypatch.setattr(gateways, "gateways", StripeGateways(stub.remote))
        yield stub


@pytest.fixture
def shop(gateway: Gateway, api: Api) -> Api:
    configure(gateway, api, api_key=KEY)
    return api


def pay(guest: Guest, key: str) -> Answer:
    page = guest.get(f"/view/{key}")
    return guest.post(f"/payment/{key}/credit_card", {"token": token(page) or "none"})


def test_a_session_asks_for_what_is_due(shop: Api, guest: Guest, stripe: Stub) -> None:
    number, key = document(shop, client(shop), partial=30.5)
    page = guest.get(f"/view/{key}")
    assert "Pay Now" in text_of(page)
    assert "form-action 'self' https://checkout.stripe.com;" in page.headers["content-security-policy"]
    answer = pay(guest, key)
    assert (answer.status, answer.headers["location"]) == (303, SESSION)
    (asked,) = stripe.asked
    assert (asked.path, asked.headers["authorization"]) == ("/v1/checkout/sessions", f"Bearer {KEY}")
    link = shop.get(f"/invoices/{number}?include=invitations").data["invitations"][0]["link"]
    assert asked.fields == {
        "mode": "payment",
        "success_url": f"{link}?confirming=100",
        "cancel_url": link,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "3050",
        "line_items[0][price_data][product_data][name]": shop.get(f"/invoices/{number}").data[
            "invoice_number"
        ],
        "metadata[invitation_key]": key,
        "payment_intent_data[metadata][invitation_key]": key,
        "customer_email": "pia@berg.test",
    }


def test_a_double_click_makes_one_session(shop: Api, guest: Guest, stripe: Stub) -> None:
    """By one idempotency key, also while Stripe still serves the first; another amount gets another key."""
    number, key = document(shop, client(shop))
    stripe.answers = [(409, b"{}")]
    assert [pay(guest, key).status for _ in range(2)] == [303, 303]
    assert (len(stripe.asked), len({one.headers["idempotency-key"] for one in stripe.asked})) == (3, 1)
    shop.put(f"/invoices/{number}", {"partial": 10})
    pay(guest, key)
    assert len({one.headers["idempotency-key"] for one in stripe.asked}) == 2


@pytest.mark.parametrize(
    ("status", "body", "expected", "text"),
    [
        (503, b"{}", 409, LATER),
        (429, b"{}", 409, LATER),
        (200, b"no JSON", 409, LATER),
        (200, b"[]", 409, LATER),
        (302, b"{}", 422, REFUSED),
        (401, b'{"error": {"type": "invalid_request_error", "message": "sk_test"}}', 422, REFUSED),
        *(
            (200, orjson.dumps({"url": url}), 422, REFUSED)
            for url in (
                *("http://checkout.stripe.com/c", "https://checkout.stripe.com.evil.test/", None),
                *("https://checkout.stripe.com@evil.test/", "https://checkout.stripe.com/\r\nSet-Cookie: a"),
            )
        ),
    ],
)
def test_a_refusal_is_a_page(
    shop: Api, guest: Guest, stripe: Stub, caplog: pytest.LogCaptureFixture,
    status: int, body: bytes, expected: int, text: str,
) -> None:  # fmt: skip
    _, key = document(shop, client(shop))
    stripe.answers = [(status, body)]
    answer = pay(guest, key)
    assert (answer.status, text in text_of(answer)) == (expected, True)
    assert answer.headers.get("retry-after") == ("60" if expected == 409 else None)
    assert len(stripe.asked) == 1
    assert "sk_test" not in caplog.text + answer.text


def test_stripe_out_of_reach_and_a_key_that_fits_no_header(
    gateway: Gateway, api: Api, guest: Guest, stripe: Stub, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    configure(gateway, api, api_key="sk_test_ключ")
    _, key = document(api, client(api))
    assert pay(guest, key).status == 409
    assert (stripe.asked, "sk_test" in caplog.text) == ([], False)
    nobody = Remote(lambda: http.client.HTTPConnection("127.0.0.1", 1, timeout=5))
    monkeypatch.setattr(gateways, "gateways", StripeGateways(nobody))
    api.put("/gateways/1", {"api_key": KEY})
    assert pay(guest, key).status == 409


def test_what_cannot_be_paid_is_not_offered(gateway: Gateway, api: Api, guest: Guest, stripe: Stub) -> None:
    """Nor can it be begun by a form made up for it, and Stripe hears nothing."""
    number, key = document(api, client(api))
    configure(gateway, api)
    assert "/payment/" not in guest.get(f"/view/{key}").text
    api.put("/gateways/1", {"api_key": KEY})
    page = guest.get(f"/view/{key}")
    assert "/payment/" in page.text
    refused = [
        document(api, client(api), is_quote=True)[1],
        document(api, client(api), sent=False, is_public=False)[1],
        document(api, client(api, currency_code="JPY"), partial=10.5)[1],
    ]
    for one in refused:
        assert "/payment/" not in guest.get(f"/view/{one}").text
        assert guest.post(f"/payment/{one}/credit_card", {"token": "x"}).status == 404
    path, sent = f"/payment/{key}/credit_card", {"token": token(page)}
    assert guest.post(path, {"token": "x"}).status == 422
    for change in ({"show_accept_invoice_terms": True}, {"require_invoice_signature": True}):
        steps.settings(api, **change)
        assert guest.post(path, sent).status == 404
        steps.settings(api, **dict.fromkeys(change, False))
    api.put("/gateways/1", {"is_enabled": False})
    assert guest.post(path, sent).status == 404
    api.put("/gateways/1", {"is_enabled": True})
    api.post("/payments", {"invoice_id": number, "amount": 100})
    assert guest.post(path, sent).status == 404
    assert stripe.asked == []


def test_the_webhook_of_the_session_pays_the_invoice(
    gateway: Gateway, api: Api, guest: Guest, stripe: Stub
) -> None:
    caller = configure(gateway, api, api_key=KEY)
    number, key = document(api, client(api))
    assert pay(guest, key).status == 303
    fields = stripe.asked[0].fields
    back = f"/view/{key}?{urlsplit(fields['success_url']).query}"
    waiting = guest.get(back)
    assert "Your payment is being confirmed" in text_of(waiting)
    assert ("/payment/" in waiting.text, "/payment/" in guest.get(f"/view/{key}").text) == (False, True)
    metadata = {"invitation_key": fields["payment_intent_data[metadata][invitation_key]"]}
    charge = Charge(
        amount=int(fields["line_items[0][price_data][unit_amount]"]),
        currency=fields["line_items[0][price_data][currency]"],
    )
    caller.ok(event("charge.succeeded", charge.charge(metadata=metadata)))
    paid = api.get(f"/invoices/{number}").data
    assert (paid["balance"], paid["invoice_status_id"]) == (0, 6)
    assert "/payment/" not in guest.get(f"/view/{key}").text
    assert "confirmed" not in text_of(guest.get(back))
