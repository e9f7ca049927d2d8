"""Random lives of accounts: whatever is asked in whatever order, the API answers what the model says.

Lives of 30 steps from fixed seeds: 48, in `make soak` 200. `MONEY_RUNS=1000` lives that many new ones a part.
"""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.local.gateway import Gateway
from tests.api_client import Answer, Api, Clock
from tests.depth import times
from tests.money.model import DELETED, Model, Row
from tests.money.observed import CHECKS, Data, check_ledger, money

PARTS = 4
RUNS = os.environ.get("MONEY_RUNS")
SETTINGS = settings(
    max_examples=int(RUNS or times(50, 12)),
    stateful_step_count=30,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)

PICKS = st.integers(0, 999)
ACTIONS = st.sampled_from(("archive", "delete", "restore"))
CENTS = st.one_of(st.sampled_from((100, 2_500, 10_000)), st.integers(1, 20_000))
LINES = st.lists(
    st.tuples(st.one_of(CENTS, CENTS, st.integers(-9_999, 0)), st.integers(1, 3)), min_size=1, max_size=3
)


def lines(rows: list[tuple[int, int]]) -> list[Data]:
    return [{"cost": money(cost), "qty": qty, "notes": "work"} for cost, qty in rows]


def total(rows: list[tuple[int, int]]) -> int:
    return sum(cost * qty for cost, qty in rows)


def content(answer: Answer) -> tuple[int, str]:
    """What an answer says, but for secrets that are drawn anew."""
    return answer.status, re.sub(r'"contact_key": "\w+"', "", answer.text)


class Lives(RuleBasedStateMachine):
    """One account. Every write goes out under an idempotency key of its own."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        super().__init__()
        self.api, self.clock = Api(gateway).register(), clock
        self.model = Model()
        self.sent: list[tuple[tuple[str, str, Data, str], Answer]] = []
        self.rehearses = False
        self.touched: set[str] = set()
        """Kinds that a request may have changed and that were not compared since."""

    # ---- asking
    def write(self, method: str, path: str, body: Data, accepted: bool) -> None:
        """Send a request that must be accepted or refused; rehearsed before, its answer must be the same."""
        self.clock.tick()
        self.touch(path)
        rehearsed = self.rehearsed(method, path, body) if self.rehearses else None
        self.rehearses = False
        key = f"key {len(self.sent)}"
        answer = self.api.send(method, path, body, idempotency_key=key)
        assert (answer.status == 200) is accepted, (answer.status, answer.text)
        assert answer.status < 500
        assert rehearsed is None or content(rehearsed) == content(answer)
        if accepted:
            self.sent.append(((method, path, body, key), answer))

    def touch(self, path: str) -> None:
        kind = path.split("?")[0].split("/")[1]
        self.touched |= {"clients", kind}
        if kind == "payments":
            self.touched |= {"invoices", "credits"}
        if kind == "invoices":
            self.touched |= {"payments"}

    def rehearsed(self, method: str, path: str, body: Data) -> Answer:
        return self.api.send(method, f"{path}{'&' if '?' in path else '?'}dry_run=true", body)

    def act(self, kind: str, row: Row, action: str, body: Data | None = None, accepted: bool = True) -> None:
        if action == "delete" and row.id % 2:
            self.write("DELETE", f"/{kind}/{row.id}", {}, accepted)
        else:
            self.write("PUT", f"/{kind}/{row.id}?action={action}", body or {}, accepted)

    # ---- clients
    @initialize()
    def first_client(self) -> None:
        self.add_client()

    @precondition(lambda self: len(self.model.clients) < 3)
    @rule()
    def add_client(self) -> None:
        self.model.add_client()
        self.write("POST", "/clients", {"name": "Client"}, True)

    @rule(pick=PICKS, action=ACTIONS)
    def move_client(self, pick: int, action: str) -> None:
        client = self.model.clients[pick % len(self.model.clients)]
        client.move(action)
        self.act("clients", client, action)

    # ---- invoices and quotes
    @rule(
        pick=PICKS,
        rows=LINES,
        quote=st.sampled_from((False, False, False, True)),
        public=st.booleans(),
        paid=st.one_of(st.just(0), st.just(0), CENTS),
        auto_bill=st.sampled_from((False, False, True)),
    )
    def add_invoice(
        self, pick: int, rows: list[tuple[int, int]], quote: bool, public: bool, paid: int, auto_bill: bool
    ) -> None:
        client = self.model.clients[pick % len(self.model.clients)]
        accepted = self.model.add_invoice(client, total(rows), quote, public, paid, auto_bill)
        body = {"client_id": client.id, "invoice_items": lines(rows), "is_quote": quote, "is_public": public}
        body |= {"paid": money(paid), "auto_bill": auto_bill}
        self.write("POST", "/invoices", body, accepted)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS, rows=LINES, public=st.booleans())
    def edit_invoice(self, pick: int, rows: list[tuple[int, int]], public: bool) -> None:
        invoice = self.model.invoices[pick % len(self.model.invoices)]
        self.model.edit(invoice, total(rows), public)
        body = {"invoice_items": lines(rows), "is_public": public}
        self.write("PUT", f"/invoices/{invoice.id}", body, True)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS)
    def send(self, pick: int) -> None:
        invoice = self.model.invoices[pick % len(self.model.invoices)]
        self.model.mark_sent(invoice)
        self.act("invoices", invoice, "mark_sent")

    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS)
    def mark_paid(self, pick: int) -> None:
        invoice = self.model.invoices[pick % len(self.model.invoices)]
        self.model.mark_paid(invoice)
        self.act("invoices", invoice, "markPaid")

    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS, action=ACTIONS)
    def move_invoice(self, pick: int, action: str) -> None:
        invoice = self.model.invoices[pick % len(self.model.invoices)]
        self.model.move_invoice(invoice, action)
        self.act("invoices", invoice, action)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS)
    def convert(self, pick: int) -> None:
        quotes = [row for row in self.model.invoices if row.quote] or self.model.invoices
        quote = quotes[pick % len(quotes)]
        accepted = self.model.convert(quote)
        self.act("invoices", quote, "convert", accepted=accepted)

    # ---- payments
    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS, cents=CENTS, how=st.sampled_from(("exact", "over", "any", "negative")))
    def pay(self, pick: int, cents: int, how: str) -> None:
        invoice = self.model.invoices[pick % len(self.model.invoices)]
        asked = {"exact": invoice.balance, "over": invoice.balance + cents, "any": cents, "negative": -cents}
        accepted = self.model.pay(invoice, asked[how], by_credit=False)
        body = {"invoice_id": invoice.id, "amount": money(asked[how])}
        self.write("POST", "/payments", body, accepted)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=PICKS, cents=CENTS, exact=st.booleans())
    def pay_by_credit(self, pick: int, cents: int, exact: bool) -> None:
        invoice = self.model.invoices[pick % len(self.model.invoices)]
        held = sum(row.balance for row in self.model.available(invoice.client))
        asked = min(held, invoice.balance) if exact else cents
        accepted = self.model.pay(invoice, asked, by_credit=True)
        body = {"invoice_id": invoice.id, "amount": money(asked), "payment_type_id": 1}
        self.write("POST", "/payments", body, accepted)

    @precondition(lambda self: self.model.payments)
    @rule(pick=PICKS, action=ACTIONS)
    def move_payment(self, pick: int, action: str) -> None:
        payment = self.model.payments[pick % len(self.model.payments)]
        accepted = self.model.move_payment(payment, action)
        self.act("payments", payment, action, accepted=accepted)

    @precondition(lambda self: self.model.payments)
    @rule(pick=PICKS, cents=st.one_of(st.none(), CENTS))
    def refund(self, pick: int, cents: int | None) -> None:
        payment = self.model.payments[pick % len(self.model.payments)]
        accepted = self.model.refund(payment, cents)
        body = {} if cents is None else {"amount": money(cents)}
        self.act("payments", payment, "refund", body, accepted)

    # ---- credits
    @rule(pick=PICKS, cents=CENTS)
    def add_credit(self, pick: int, cents: int) -> None:
        client = self.model.clients[pick % len(self.model.clients)]
        accepted = client.state != DELETED and self.model.add_credit(client.id, cents)
        self.write("POST", "/credits", {"client_id": client.id, "amount": money(cents)}, accepted)

    @precondition(lambda self: self.model.credits)
    @rule(pick=PICKS, cents=CENTS, name=st.sampled_from(("amount", "balance")))
    def edit_credit(self, pick: int, cents: int, name: str) -> None:
        credit = self.model.credits[pick % len(self.model.credits)]
        if credit.state != DELETED:
            setattr(credit, name, cents)
        self.write("PUT", f"/credits/{credit.id}", {name: money(cents)}, True)

    @precondition(lambda self: self.model.credits)
    @rule(pick=PICKS, action=ACTIONS)
    def move_credit(self, pick: int, action: str) -> None:
        credit = self.model.credits[pick % len(self.model.credits)]
        credit.move(action)
        self.act("credits", credit, action)

    # ---- repetition and rehearsal
    @rule(pick=PICKS)
    def replay(self, pick: int) -> None:
        (method, path, body, key), first = self.sent[-1 - pick % len(self.sent)]
        self.touch(path)
        again = self.api.send(method, path, body, idempotency_key=key)
        assert (again.status, again.body) == (first.status, first.body)
        assert again.headers["idempotent-replayed"] == "true"

    @rule()
    def rehearse_the_next(self) -> None:
        self.rehearses = True

    # ---- what must always hold
    @invariant()
    def answers_equal_the_model(self) -> None:
        """Every kind is compared at the end, and after a step those that it can have changed."""
        for kind in self.touched:
            CHECKS[kind](self.api, self.model)
        self.touched = set()

    def teardown(self) -> None:
        if self.touched:
            return  # A step failed, which is what has to be told.
        for check in CHECKS.values():
            check(self.api, self.model)
        check_ledger(self.api, self.model)


@pytest.mark.parametrize("part", range(PARTS))
def test_lives(gateway: Gateway, clock: Clock, part: int) -> None:
    class Account(Lives):
        def __init__(self) -> None:
            super().__init__(gateway, clock)

    run_state_machine_as_test(Account if RUNS else seed(part)(Account), settings=SETTINGS)
