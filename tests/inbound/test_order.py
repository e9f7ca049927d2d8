"""Events come late, twice and in any order; the books end the same, exactly once, even over a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.local.gateway import Gateway
from chalicelib.operations.stripe.events import read
from chalicelib.operations.stripe.tally import Tally
from chalicelib.operations.tokens import bearer
from tests.api_client import Answer, Api
from tests.faults.hooks import Died, counting, dying, dynamodb, unreachable
from tests.faults.ledger import Scene, watching
from tests.inbound.stripe_calls import Caller, Charge, Data, configure
from tests.money.books import prove
from tests.operations import steps

_numbers = count(100)


def story(charge: Charge) -> list[Data]:
    """A charge of 100 that failed once, of which 30 went back at last, 20 more only seemingly."""
    return [
        charge.failed(f"{charge.name}-early"),
        charge.succeeded(),
        charge.charged(),
        charge.refunded(1_000),
        charge.refunded(3_000),
        charge.refund(f"re_{charge.name}a", 1_000),
        charge.refund(f"re_{charge.name}b", 2_000, "pending"),
        charge.refund(f"re_{charge.name}b", 2_000),
        charge.refund(f"re_{charge.name}c", 2_000, "pending"),
        charge.refund(f"re_{charge.name}c", 2_000, "failed"),
        charge.dispute(500),
        charge.dispute(500, "won"),
    ]


LENGTH = len(story(Charge()))


@given(order=st.permutations(range(LENGTH)), again=st.lists(st.integers(0, LENGTH - 1), max_size=3))
@settings(
    max_examples=4, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_order_ends_in_the_same_books(
    api: Api, stripe: Caller, order: list[int], again: list[int]
) -> None:
    invoice = steps.invoice(api, is_public=True)["id"]
    told = story(Charge(str(next(_numbers)), invoice=invoice))
    stripe.ok(*(told[at] for at in [*order, *again]))
    found = api.get(f"/invoices/{invoice}?include=payments").data
    payments = [(row["amount"], row["refunded"], row["payment_status_id"]) for row in found["payments"]]
    assert payments == [(100, 30, 5)]
    assert (found["balance"], found["invoice_status_id"]) == (30, 5)
    prove(api)


@given(order=st.permutations(range(3, LENGTH)), again=st.lists(st.integers(3, LENGTH - 1)))
def test_any_order_adds_up_to_the_same(order: list[int], again: list[int]) -> None:
    tally, told = Tally(), story(Charge())
    for at in [*order, *again]:
        tally = Tally.of(tally.kept())
        tally.learn(read(told[at]))
    assert tally.gone_back("USD") == 3_000


CHARGE = Charge(amount=12_000)
EVENTS: dict[str, Callable[[Caller], Answer]] = {
    "success": lambda stripe: stripe.send({**CHARGE.succeeded(), "id": "evt_success"}),
    "refund before its payment": lambda stripe: stripe.send({**CHARGE.refunded(50), "id": "evt_refund"}),
}


@pytest.fixture(scope="module")
def scene(gateway: Gateway) -> Iterator[tuple[Scene, Caller]]:
    with watching() as ledger:
        api = Api(gateway).register()
        steps.client(api, "payer@client.test")
        steps.invoice(api, is_public=True)
        stripe = configure(gateway, api)
        owner = bearer(api.token)
        assert owner is not None
        yield Scene(api, owner.account, ledger, ledger.rows()), stripe


@pytest.mark.parametrize("name", EVENTS)
def test_a_crash_leaves_all_or_nothing(scene: tuple[Scene, Caller], name: str) -> None:
    books, stripe = scene
    before = books.state()
    with counting(dynamodb()) as calls:
        assert EVENTS[name](stripe).status == 200
    done = books.state()
    assert done != before
    assert calls.count("TransactWriteItems") == 1
    for at in range(len(calls)):
        for moment in ("before-call", "after-call"):
            books.ledger.restore(books.before)
            with dying(moment, at, dynamodb()), pytest.raises(Died):
                EVENTS[name](stripe)
            committed = "TransactWriteItems" in calls[: at + (moment == "after-call")]
            assert books.state() == (done if committed else before), (moment, at)
            assert EVENTS[name](stripe).status == 200
            assert books.state() == done
    books.ledger.restore(books.before)


def test_an_outage_has_stripe_come_again(stripe: Caller) -> None:
    with unreachable(dynamodb(), "TransactWriteItems"):
        answer = stripe.send(CHARGE.succeeded())
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
