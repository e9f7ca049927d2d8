"""Credits through the API (billing 5.6, 5.7): they never touch the client's balance or paid to date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api_client import Api, Clock
from tests.money.books import act, activities, credit, credits, prove, totals
from tests.operations import steps


@pytest.fixture(autouse=True)
def shop(api: Api) -> Iterator[None]:
    """A client, and a proof of the books after every test."""
    steps.client(api, "a@b.test")
    yield
    assert totals(api) == (0, 0)
    prove(api)


def test_every_field_is_kept(clock: Clock, api: Api) -> None:
    fields = {"client_id": 1, "balance": 10, "credit_date": "2026-11-20"}
    fields |= {"private_notes": "Ours", "public_notes": "Goodwill"}
    made = credit(api, 25.505, **fields)
    assert {name: made[name] for name in fields} == fields
    assert (made["id"], made["amount"], made["credit_number"]) == (1, 25.51, "")
    assert {**api.get("/credits/1").data, "user_id": 1} == {**made, "user_id": 1}


def test_defaults(clock: Clock, api: Api) -> None:
    made = credit(api, "25,50")
    assert (made["amount"], made["balance"], made["credit_date"]) == (25.5, 25.5, "2026-11-22")


def test_amount_and_balance_are_independent(api: Api) -> None:
    credit(api, 25, balance=10)
    assert api.put("/credits/1", {"amount": 30}).data["balance"] == 10
    changed = api.put("/credits/1", {"balance": 40}).data
    assert (changed["amount"], changed["balance"]) == (30, 40), "v4 lets a balance exceed its amount"
    assert api.put("/credits/1", {"public_notes": "Text"}).data["balance"] == 40


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 5}, "client_id"),
        ({"client_id": 9, "amount": 5}, "client_id"),
        ({"client_id": "abc", "amount": 5}, "client_id"),
        ({"client_id": [], "amount": 5}, "client_id"),
        ({"client_id": 1}, "amount"),
        ({"client_id": 1, "amount": ""}, "amount"),
        ({"client_id": 1, "amount": -1}, "amount"),
        ({"client_id": 1, "amount": []}, "amount"),
        ({"client_id": 1, "amount": "100000000000"}, "amount"),
        ({"client_id": 1, "amount": 5, "balance": -1}, "balance"),
        ({"client_id": 1, "amount": 5, "credit_date": "soon"}, "credit_date"),
        ({"client_id": 1, "amount": 5, "public_notes": {}}, "public_notes"),
    ],
)
def test_what_is_refused(api: Api, body: dict[str, Any], field: str) -> None:
    assert list(api.post("/credits", body).errors) == [field]
    assert api.get("/credits").data == []


@pytest.mark.parametrize("field", ["amount", "balance"])
def test_edits_are_validated(api: Api, field: str) -> None:
    credit(api, 5)
    assert list(api.put("/credits/1", {field: -1}).errors) == [field]
    assert credits(api) == [(5, 5)]


def test_a_deleted_client_gets_no_credit(api: Api) -> None:
    act(api, "clients/1", "archive")
    assert credit(api, 5)["amount"] == 5
    act(api, "clients/1", "delete")
    assert list(api.post("/credits", {"client_id": 1, "amount": 5}).errors) == ["client_id"]


def test_life_and_activities(api: Api) -> None:
    credit(api, 20)
    for action, state in (
        ("archive", (True, False)),
        ("restore", (False, False)),
        ("delete", (True, True)),
        ("restore", (False, False)),
    ):
        shown = act(api, "credits/1", action)
        assert (shown["archived_at"] is not None, shown["is_deleted"]) == state
        prove(api)
    assert api.delete("/credits/1").data["is_deleted"] is True
    frozen = api.get("/credits/1").data
    assert api.put("/credits/1", {"balance": 5}).data == frozen
    told = [(row["activity_type_id"], row["credit_id"]) for row in activities(api) if row["credit_id"]]
    assert told == [(kind, 1) for kind in (14, 16, 28, 17, 28, 17)]


@pytest.mark.parametrize("action", ["refund", "markPaid", "nonsense"])
def test_actions_of_other_kinds_are_refused(api: Api, action: str) -> None:
    credit(api, 20)
    assert api.put(f"/credits/1?action={action}").status == 400


def test_lists_filters_and_the_clients_include(clock: Clock, api: Api) -> None:
    steps.client(api, "c@d.test")
    for number in (1, 2, 1):
        clock.tick()
        credit(api, 10 * number, client_id=number)
    assert [row["id"] for row in api.get("/credits").data] == [3, 2, 1]
    assert [row["id"] for row in api.get("/credits?client_id=1").data] == [3, 1]
    clock.tick()
    act(api, "credits/3", "archive")
    assert [row["id"] for row in api.get("/credits?filter_active=1").data] == [2, 1]
    assert [row["id"] for row in api.get(f"/credits?updated_at={clock.now}").data] == [3]
    assert [row["id"] for row in api.get("/clients/1?include=credits").data["credits"]] == [1]
    assert api.get("/credits/9").status == 404
