"""Money that goes back, or did not come: refunds, disputes, failures."""

from __future__ import annotations

from chalicelib.api.auth import origin
from chalicelib.operations.shapes import PAYMENT
from chalicelib.operations.tokens import bearer
from chalicelib.operations.work import Work, transact
from tests.api_client import Api
from tests.inbound.books import payments, told
from tests.inbound.stripe_calls import Caller, Charge, event
from tests.money.books import credits, pay, prove, standing, totals

PROCESSED = "Processed successfully"


def test_what_was_refunded_here_is_not_refunded_again(api: Api, stripe: Caller) -> None:
    stripe.ok(Charge().succeeded())
    assert api.put("/payments/1?action=refund", {"amount": 30}).status == 200
    stripe.ok(Charge().refunded(3_000))
    assert payments(api) == [(100, 30, 5)]
    stripe.ok(Charge().refunded(4_000))
    assert payments(api) == [(100, 40, 5)]
    prove(api)


def test_a_deleted_payment_is_left_alone(api: Api, stripe: Caller) -> None:
    stripe.ok(Charge().succeeded())
    assert api.delete("/payments/1").status == 200
    stripe.ok(Charge().refunded(10_000), Charge().charged())
    assert payments(api) == [(100, 0, 4)]
    assert totals(api) == (100, 0)
    prove(api)


def test_a_refund_that_fails_counts_again(api: Api, stripe: Caller) -> None:
    charge = Charge(amount=12_000)
    stripe.ok(charge.succeeded(), charge.refunded(5_000), charge.refund("re_1", 5_000))
    assert (payments(api), credits(api)) == ([(100, 30, 5)], [(20, 0)])
    stripe.ok(charge.refund("re_1", 5_000, "failed"), charge.refund("re_1", 5_000, "pending"))
    assert (payments(api), credits(api)) == ([(100, 0, 4)], [(20, 20)])
    assert standing(api) == (6, 100, 0, 0, 100)
    prove(api)


def test_a_dispute_is_told_of_and_costs_money_when_it_is_lost(api: Api, stripe: Caller) -> None:
    stripe.ok(Charge().succeeded(), Charge().dispute(10_000))
    assert payments(api) == [(100, 0, 4)]
    stripe.ok(Charge().dispute(10_000, "lost"), Charge().dispute(10_000))
    assert payments(api) == [(100, 100, 6)]
    assert [body["dispute"]["status"] for body in told(api, "payment.disputed")] == ["needs_response", "lost"]
    prove(api)


def test_a_dispute_that_is_won_after_all_counts_again(api: Api, stripe: Caller) -> None:
    """Whichever of the two comes first: Stripe's own time tells which is the last word."""
    lost = Charge().dispute(10_000, "lost")
    won = Charge().dispute(10_000, "won") | {"created": lost["created"] + 60}
    stripe.ok(Charge().succeeded(), lost)
    assert (payments(api), totals(api)) == ([(100, 100, 6)], (100, 0))
    stripe.ok(won, lost | {"id": "evt_late"})
    assert (payments(api), totals(api)) == ([(100, 0, 4)], (0, 100))
    assert standing(api) == (6, 100, 0, 0, 100)
    assert [body["dispute"]["status"] for body in told(api, "payment.disputed")] == ["lost", "won"]
    prove(api)


def test_money_reinstated_is_a_dispute_won(api: Api, stripe: Caller) -> None:
    stripe.ok(Charge().succeeded(), Charge().dispute(4_000, "lost"))
    assert payments(api) == [(100, 40, 5)]
    stripe.ok(event("charge.dispute.funds_reinstated", Charge().part("dp_1", 4_000, "won")))
    assert payments(api) == [(100, 0, 4)]
    prove(api)


def test_a_dispute_in_another_currency_is_told_of_and_not_counted(api: Api, stripe: Caller) -> None:
    """Its amount is none of the charge's currency, nor are later refunds of the charge misread for it."""
    foreign = Charge().part("dp_1", 15_000, "lost", currency="jpy")
    stripe.ok(Charge().succeeded(), event("charge.dispute.closed", foreign))
    assert payments(api) == [(100, 0, 4)]
    (body,) = told(api, "payment.disputed")
    assert (body["dispute"]["amount"], body["dispute"]["currency_code"]) == ("15000", "JPY")
    stripe.ok(Charge().refunded(2_000))
    assert payments(api) == [(100, 20, 5)]
    prove(api)


def test_a_failed_attempt_is_told_of_once(api: Api, stripe: Caller) -> None:
    first, again = (
        Charge().failed("a"),
        event("charge.failed", Charge().charge(id="ch_a", failure_message="No")),
    )
    assert stripe.ok(first, again, Charge().failed("b")) == [PROCESSED] * 3
    assert [body["reason"] for body in told(api, "payment.failed")] == ["Your card was declined."] * 2
    assert payments(api) == []
    stripe.ok(Charge().succeeded(), Charge().failed("c"))
    assert payments(api) == [(100, 0, 4)]
    prove(api)


def test_a_pending_payment_fails_and_can_still_come(api: Api, stripe: Caller) -> None:
    owner = bearer(api.token)
    assert owner is not None
    pay(api, 1, 100, transaction_reference="pi_1")

    def decide(work: Work) -> None:
        payment = work.load(PAYMENT, 1)
        payment.data["payment_status_id"] = 1
        work.save(PAYMENT, payment)

    transact(origin(owner.account, "", owner.user), decide)
    stripe.ok(Charge().failed(), Charge().failed("b"))
    assert payments(api) == [(100, 0, 3)]
    assert standing(api) == (2, 100, 100, 100, 0)
    prove(api)
    stripe.ok(Charge().succeeded())
    assert payments(api) == [(100, 0, 4)]
    assert standing(api) == (6, 100, 0, 0, 100)
    prove(api)
