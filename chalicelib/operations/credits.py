"""Credits: what the account owes a client beyond its invoices (billing 5.6, 5.7)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import crud
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.dates import date_form
from chalicelib.operations.payments.take import CREDIT_CREATED, enter_credit
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, CREDIT, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

PLAN = Plan(CREDIT, required=("client_id", "amount"))
ACTIVITIES = {"archived": 16, "deleted": 17, "restored": 28}


def create(context: Context, body: Mapping[str, Any]) -> Record:
    crud.authorize(context, PLAN, "create")

    def decide(work: Work) -> Record:
        data = _read(work, body, creating=True)
        client = _client(work, body["client_id"])
        credit = work.new(CREDIT, client=client.id)
        credit.data |= {"balance": data["amount"]} | data
        credit.data["credit_date"] = data.get("credit_date") or context.today.isoformat()
        enter_credit(work, client, credit, crud.CREATED, CREDIT_CREATED, Decimal(credit.data["balance"]))
        return credit

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """Amount and balance are independent of each other, as in v4 (billing 5.6)."""

    def decide(work: Work) -> Record:
        credit = work.get(CREDIT, number)
        crud.authorize(context, PLAN, "edit", credit.owner)
        data = _read(work, body, creating=False)
        if credit.is_deleted:
            return credit
        before = Decimal(credit.data["balance"])
        credit.data |= data
        change = Decimal(credit.data["balance"]) - before
        enter_credit(work, work.load(CLIENT, credit.client), credit, crud.UPDATED, 0, change)
        return credit

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    """A deleted credit leaves the books with what it still held; a restored one comes back with it."""

    def decide(work: Work) -> Record:
        credit = work.get(CREDIT, number)
        crud.authorize(context, PLAN, "edit", credit.owner)
        was_deleted = credit.is_deleted
        happened = crud.move(context, credit, action)
        if happened:
            balance = Decimal(credit.data["balance"])
            change = balance * (int(was_deleted) - int(credit.is_deleted))
            client = work.load(CLIENT, credit.client)
            enter_credit(work, client, credit, happened, ACTIVITIES[happened], change)
        return credit

    return transact(context, decide)


def _read(work: Work, body: Mapping[str, Any], creating: bool) -> Data:
    form = date_form(work.load(ACCOUNT, SETTINGS_ID).data)
    sent = {name: value for name, value in body.items() if value is not None}
    data = crud.read_fields(PLAN, sent, creating, form)
    errors = {
        name: [f"The {name} must be greater than zero."]
        for name in ("amount", "balance")
        if data.get(name, "0").startswith("-")
    }
    if errors:
        raise InvalidInput(errors)
    return data


def _client(work: Work, sent: Any) -> Record:
    client = crud.named_client(work, sent)
    if client.is_deleted:
        raise InvalidInput.of("client_id", "The selected client does not exist.")
    return client
