"""Stripe's events become payments, refunds and notices; nothing else does."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Api
from tests.inbound.books import payments, told
from tests.inbound.stripe_calls import SECRET, Caller, Charge, configure, event, header
from tests.money.books import credits, pay, prove, standing
from tests.money.observed import events
from tests.operations import steps

PROCESSED = "Processed successfully"
IGNORED = "Ignoring event"


def test_a_success_is_a_payment_with_a_receipt(api: Api, stripe: Caller) -> None:
    assert stripe.ok(Charge().succeeded(), Charge().charged()) == [PROCESSED] * 2
    (payment,) = api.get("/payments").data
    assert (payment["transaction_reference"], payment["payment_type_id"]) == ("ch_1", 13)
    assert (payment["amount"], payment["invoice_id"]) == (100, 1)
    assert standing(api) == (6, 100, 0, 0, 100)
    assert len(told(api, "payment.receipt_requested")) == 1
    prove(api)


def test_a_brand_becomes_the_payment_type(api: Api, stripe: Caller) -> None:
    stripe.ok(Charge().charged())
    assert api.get("/payments").data[0]["payment_type_id"] == 6


@pytest.mark.parametrize("change", ["unsigned", "other secret", "other body", "stale", "ahead", "no time"])
def test_what_is_not_proved_changes_nothing(api: Api, stripe: Caller, change: str) -> None:
    body = json.dumps(Charge().succeeded()).encode()
    now = int(time.time())
    signature: str | None = {
        "unsigned": None,
        "other secret": header(body, "whsec_other"),
        "other body": header(body + b" "),
        "stale": header(body, at=now - 301),
        "ahead": header(body, at=now + 400),
        "no time": header(body).partition(",")[2],
    }[change]
    answer = stripe.raw(body, signature)
    assert (answer.status, answer.json) == (400, {"message": "Invalid signature"})
    assert payments(api) == []
    assert events(api)[-1].name == "gateway.created"


def test_any_of_several_signatures_will_do(api: Api, stripe: Caller) -> None:
    body = json.dumps(Charge().succeeded()).encode()
    moment, good, _ = header(body).split(",")
    assert stripe.raw(body, f"{moment},v1={'0' * 64},{good}").json == {"message": PROCESSED}
    assert len(payments(api)) == 1


def test_addresses_that_lead_nowhere(api: Api, stripe: Caller) -> None:
    body = b"{}"
    unknown = [
        stripe.raw(body, header(body), path)
        for path in (
            "/api/payment_hook/nobody/1",
            stripe.path + "9",
            f"{stripe.path.rpartition('/')[0]}/paypal",
        )
    ]
    assert [(answer.status, answer.json["message"]) for answer in unknown] == [
        (404, "Unknown account"), (404, "Unknown gateway"), (404, "Unknown gateway"),
    ]  # fmt: skip
    by_name = f"{stripe.path.rpartition('/')[0]}/stripe"
    assert stripe.raw(body, header(body), by_name).json == {"message": "Malformed event"}
    assert stripe.raw(body, None, method="GET").status == 405
    assert api.put("/gateways/1", {"is_enabled": False}).status == 200
    assert stripe.raw(body, header(body)).json == {"message": "Unknown gateway"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b'{"id": "evt_1", "data": {"object": 1}}', b"\xff"]
)
def test_nonsense_is_refused(stripe: Caller, body: bytes) -> None:
    signature = header(body) if body != b"\xff" else None
    assert stripe.raw(body, signature).status == 400


def test_only_posts_of_a_sensible_size(stripe: Caller) -> None:
    assert stripe.raw(b" " * (1024 * 1024 + 1), "t=1,v1=0").status == 413
    assert stripe.raw(b"", None, method="OPTIONS").headers["allow"] == "POST"
    assert stripe.raw(b"", None, path="/api/hook/a/b").status == 404


@pytest.mark.parametrize(
    "told",
    [
        event("customer.created", {"id": "cus_1"}),
        event("charge.succeeded", Charge().charge(captured=False, amount_captured=0)),
        Charge(invoice=None).succeeded(),
        Charge(invoice=None).refunded(100),
        Charge(invoice=None).failed(),
    ],
)
def test_what_does_not_concern_us_is_ignored(api: Api, stripe: Caller, told: dict[str, Any]) -> None:
    assert stripe.ok(told) == [IGNORED]
    assert events(api)[-1].name == "gateway.created"


@pytest.mark.parametrize(
    ("charge", "reason"),
    [
        (Charge(currency="eur"), "the currency is not the invoice's"),
        (Charge(invoice=99), "the invoice does not exist"),
        (Charge(invoice=2), "the invoice cannot be paid"),
    ],
)
def test_money_that_fits_no_invoice_is_told_of_once(
    api: Api, stripe: Caller, charge: Charge, reason: str
) -> None:
    steps.invoice(api, is_quote=True)
    assert stripe.ok(charge.succeeded(), charge.charged()) == [f"{IGNORED}: {reason}"] * 2
    (unmatched,) = told(api, "payment.unmatched")
    assert unmatched["reason"] == reason
    assert payments(api) == []


def test_money_that_came_too_early_can_be_sent_again(api: Api, stripe: Caller) -> None:
    api.delete("/invoices/1")
    event = Charge().succeeded()
    assert stripe.ok(event) == [f"{IGNORED}: the invoice cannot be paid"]
    steps.act(api, 1, "restore")
    assert stripe.ok(event) == [PROCESSED]
    assert standing(api) == (6, 100, 0, 0, 100)
    prove(api)


def test_an_invoice_is_named_by_an_invitation_too(gateway: Gateway, api: Api, stripe: Caller) -> None:
    key = steps.invitations(api)[0]["key"]
    stripe.ok(event("charge.succeeded", Charge().charge(metadata={"invitation_key": key})))
    assert len(payments(api)) == 1
    other = Api(gateway).register()
    steps.client(other, "a@b.test")
    foreign = event("charge.succeeded", Charge("2").charge(metadata={"invitation_key": key}))
    assert configure(gateway, other).ok(foreign) == [f"{IGNORED}: the invoice does not exist"]
    assert payments(other) == []
    assert len(payments(api)) == 1


def test_accounts_are_apart(gateway: Gateway, api: Api, stripe: Caller) -> None:
    other = Api(gateway).register()
    steps.client(other, "a@b.test")
    steps.invoice(other, is_public=True)
    theirs = configure(gateway, other, webhook_secret="whsec_theirs")
    body = json.dumps(Charge().succeeded()).encode()
    assert theirs.raw(body, header(body)).status == 400
    assert theirs.raw(body, header(body, "whsec_theirs")).status == 200
    assert (len(payments(api)), len(payments(other))) == (0, 1)
    stripe.ok(Charge().succeeded())
    assert (len(payments(api)), len(payments(other))) == (1, 1)


def test_a_surplus_becomes_a_credit_and_goes_back_first(api: Api, stripe: Caller) -> None:
    charge = Charge(amount=15_000)
    stripe.ok(charge.succeeded())
    assert (payments(api), credits(api)) == ([(100, 0, 4)], [(50, 50)])
    stripe.ok(charge.refunded(7_000))
    assert (payments(api), credits(api)) == ([(100, 20, 5)], [(50, 0)])
    stripe.ok(charge.refunded(15_000), charge.refunded(7_000))
    assert payments(api) == [(100, 100, 6)]
    assert standing(api) == (2, 100, 100, 100, 0)
    prove(api)


@pytest.mark.parametrize(("currency", "minor", "amount"), [("JPY", 100, 100), ("BHD", 12_340, 12.34)])
def test_minor_units_are_the_currencys(
    api: Api, stripe: Caller, currency: str, minor: int, amount: float
) -> None:
    assert api.put("/clients/1", {"currency_code": currency}).status == 200
    stripe.ok(Charge(amount=minor, currency=currency.lower()).succeeded())
    assert payments(api) == [(amount, 0, 4)]


def test_a_payment_entered_by_hand_is_not_doubled(api: Api, stripe: Caller) -> None:
    pay(api, 1, 100, transaction_reference="pi_1")
    stripe.ok(Charge().charged(), Charge().refunded(2_500))
    assert payments(api) == [(100, 25, 5)]
    assert standing(api) == (5, 100, 25, 25, 75)
    prove(api)


def test_the_same_event_by_eight_threads_makes_one_payment(api: Api, stripe: Caller) -> None:
    charge = Charge(amount=4_000)
    same = [charge.succeeded()] * 6 + [charge.charged()] * 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(stripe.send, same))
    assert {answer.status for answer in answers} == {200}
    assert payments(api) == [(40, 0, 4)]
    assert len(told(api, "payment.created")) == 1
    prove(api)


def test_the_secret_is_sealed_and_never_shown(api: Api, stripe: Caller) -> None:
    shown = api.get("/gateways/1").text + api.get("/events?after=0").text + str([e.body for e in events(api)])
    assert SECRET not in shown
