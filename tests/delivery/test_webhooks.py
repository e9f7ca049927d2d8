"""What webhooks carry, how they are signed and tried again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from standardwebhooks import Webhook

from chalicelib.delivery import webhooks
from tests.api_client import Api
from tests.delivery.post import Clock
from tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def listen(api: Api, receiver: Receiver, event: str, path: str = "") -> int:
    answer = api.post("/hooks", {"event": event, "target_url": receiver.url + (path or f"/{event}")})
    assert answer.status == 201, answer
    number: int = answer.json["id"]
    return number


def deliveries(api: Api, hook: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/hooks/{hook}/deliveries").data
    return found


# ---- what is sent
def test_v4_hooks_get_the_bare_record(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "create_invoice")
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"product_key": "a", "cost": 10, "qty": 2}]})
    clock.run(1)
    (got,) = receiver.got
    body = got.json
    assert (body["id"], body["amount"], body["client_name"], body["version"]) == (2, 20, "Client & Co", 1)
    assert body["client"]["contacts"][1]["first_name"] == "Bob"
    assert body["invoice_items"][0]["product_key"] == "a"
    assert "data" not in body
    assert got.headers["content-type"] == "application/json"
    assert got.headers["content-length"] == str(len(got.body))


def test_our_hooks_get_an_envelope_that_says_what_happened(
    api: Api, clock: Clock, receiver: Receiver
) -> None:
    listen(api, receiver, "invoice.sent")
    api.put("/invoices/1?action=mark_sent")
    clock.run(1)
    (got,) = receiver.got
    body = got.json
    assert body["id"] == got.headers["webhook-id"]
    assert (body["type"], body["version"]) == ("invoice.sent", 2)
    assert (body["data"]["id"], body["data"]["invoice_status_id"]) == (1, 2)
    assert body["data"]["client"]["balance"] == 119
    assert body["sequence"] == api.get("/events").data[-1]["sequence"]


def test_the_payload_is_what_was_committed(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "update_invoice")
    api.put("/invoices/1", {"public_notes": "first"})
    api.put("/clients/1", {"name": "Renamed"})
    api.put("/invoices/1", {"public_notes": "second"})
    api.delete("/invoices/1")
    clock.run(1)
    assert [got.json["public_notes"] for got in receiver.got] == ["first", "second"]
    assert [got.json["client_name"] for got in receiver.got] == ["Client & Co", "Renamed"]
    assert [got.json["version"] for got in receiver.got] == [2, 3]


def test_a_star_hears_everything_and_no_private_event(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "*", "/all")
    api.post("/payments", {"invoice_id": 1, "amount": 200, "email_receipt": True})
    api.put("/payments/1?action=refund", {"amount": 5})
    api.post("/projects", {"client_id": 1, "name": "P"})
    api.post("/tax_rates", {"name": "VAT", "rate": 5})
    api.put("/clients/1?action=archive")
    clock.run(1)
    assert [got.json["type"] for got in receiver.got] == [
        "invoice.sent", "credit.created", "payment.created", "invoice.paid", "payment.refunded",
        "project.created", "tax_rate.created", "client.archived",
    ]  # fmt: skip
    assert all(got.json["data"]["id"] == 1 for got in receiver.got)


def test_a_new_payment_shows_its_invoice_as_it_was_to_v4_hooks(
    api: Api, clock: Clock, receiver: Receiver
) -> None:
    listen(api, receiver, "create_payment")
    listen(api, receiver, "payment.created")
    api.post("/payments", {"invoice_id": 1, "amount": 19})
    clock.run(1)
    old, new = receiver.at("/create_payment")[0].json, receiver.at("/payment.created")[0].json["data"]
    assert (old["invoice"]["balance"], old["client"]["balance"], "client_name" in old) == (119, 100, False)
    assert (new["invoice"]["balance"], new["client"]["balance"]) == (100, 100)


@pytest.mark.parametrize("plural", ["vendors", "expenses", "tasks"])
def test_v4s_updates_include_restoring_and_deleting(
    api: Api, clock: Clock, receiver: Receiver, plural: str
) -> None:
    kind = plural[:-1]
    for verb in ("create", "update", "delete"):
        listen(api, receiver, f"{verb}_{kind}")
    api.post(f"/{plural}", {"name": "V", "amount": 5, "description": "d", "client_id": 1})
    api.put(f"/{plural}/1", {"name": "W", "amount": 6, "description": "e"})
    api.delete(f"/{plural}/1")
    api.put(f"/{plural}/1?action=restore")
    clock.run(1)
    assert len(receiver.at(f"/create_{kind}")) == len(receiver.at(f"/delete_{kind}")) == 1
    states = [got.json["is_deleted"] for got in receiver.at(f"/update_{kind}")]
    assert states == [False, True, False]


# ---- signatures
def test_signatures_verify_and_rotate_without_a_gap(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "update_client")
    old = api.get("/hooks/1/secret").data["secret"]
    api.post("/hooks/1/secret")
    new = api.get("/hooks/1/secret").data["secret"]
    api.put("/clients/1", {"name": "x"})
    clock.run(1)
    (got,) = receiver.got
    for secret in (old, new):
        assert Webhook(secret).verify(got.body, got.headers)["name"] == "x"
    api.put("/clients/1", {"name": "y"})
    clock.now = time.time() + 25 * 3_600
    clock.run()
    late = receiver.got[-1]
    assert len(late.headers["webhook-signature"].split()) == 1
    with pytest.raises(Exception, match=r"signature|timestamp"):
        Webhook(old).verify(late.body, late.headers)


# ---- trying again
def test_ten_attempts_over_three_days_with_one_id(api: Api, clock: Clock, receiver: Receiver) -> None:
    receiver.answer = lambda _: 500
    listen(api, receiver, "update_client")
    api.put("/clients/1", {"name": "x"})
    began = clock.now
    while not (shown := deliveries(api)) or shown[0]["status"] == "pending":
        due = shown[0]["next_attempt_at"] if shown else 0
        clock.run(max(due - clock.now, 1))
        assert clock.now - began < 4 * 86_400
    (delivery,) = deliveries(api)
    assert delivery["status"] == "failed"
    assert [row["status"] for row in delivery["attempts"]] == [500] * 10
    assert all(row["latency_ms"] >= 0 for row in delivery["attempts"])
    assert {got.headers["webhook-id"] for got in receiver.got} == {delivery["id"]}
    assert len({got.body for got in receiver.got}) == 1
    assert 2.7 * 86_400 < clock.now - began < 3.6 * 86_400


def test_a_failure_is_overtaken_and_made_up_for(api: Api, clock: Clock, receiver: Receiver) -> None:
    statuses = iter([503])
    receiver.answer = lambda _: next(statuses, 200)
    listen(api, receiver, "update_client")
    for name in ("a", "b", "c"):
        api.put("/clients/1", {"name": name})
    clock.run(1)
    assert [got.json["name"] for got in receiver.got] == ["a", "b", "c"]
    clock.run(10)
    assert [got.json["name"] for got in receiver.got] == ["a", "b", "c", "a"]
    assert [len(row["attempts"]) for row in deliveries(api)] == [1, 1, 2]


def test_retry_after_is_respected(api: Api, clock: Clock, receiver: Receiver) -> None:
    receiver.answer, receiver.headers = lambda _: 429, {"Retry-After": "900"}
    listen(api, receiver, "update_client")
    api.put("/clients/1", {"name": "x"})
    clock.run(1)
    assert deliveries(api)[0]["next_attempt_at"] >= clock.now + 890


def test_gone_ends_the_subscription_alone(api: Api, clock: Clock, receiver: Receiver) -> None:
    receiver.answer = lambda got: 410 if got.path == "/gone" else 200
    listen(api, receiver, "update_client", "/gone")
    listen(api, receiver, "update_client", "/alive")
    api.put("/clients/1", {"name": "x"})
    api.put("/clients/1", {"name": "y"})
    clock.run(1)
    api.put("/clients/1", {"name": "z"})
    clock.run(1)
    assert (len(receiver.at("/gone")), len(receiver.at("/alive"))) == (1, 3)
    assert [hook["id"] for hook in api.get("/hooks").data] == [2]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(api: Api, clock: Clock, receiver: Receiver, status: int) -> None:
    receiver.answer, receiver.headers = lambda _: status, {"Location": f"{receiver.url}/elsewhere"}
    listen(api, receiver, "update_client")
    api.put("/clients/1", {"name": "x"})
    clock.run(1)
    assert [got.path for got in receiver.got] == ["/update_client"]
    assert deliveries(api)[0]["attempts"][0]["status"] == status


def test_a_paused_hook_waits(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "update_client")
    api.put("/clients/1", {"name": "before"})
    api.put("/hooks/1", {"is_paused": True})
    api.put("/clients/1", {"name": "while"})
    clock.run(1)
    assert receiver.got == []
    api.put("/hooks/1", {"is_paused": False})
    clock.run(webhooks.PAUSED)
    assert [got.json["name"] for got in receiver.got] == ["before"]
    assert len(deliveries(api)[0]["attempts"]) == 1


def test_an_unreachable_receiver_rests_and_keeps_its_order(
    api: Api, clock: Clock, receiver: Receiver
) -> None:
    listen(api, receiver, "update_client")
    api.put("/hooks/1", {"target_url": "http://127.0.0.1:9/none"})
    for name in ("a", "b", "c"):
        api.put("/clients/1", {"name": name})
    clock.run(1)
    assert [len(row["attempts"]) for row in deliveries(api)] == [0, 0, 1]
    api.put("/clients/1", {"name": "d"})
    api.put("/hooks/1", {"target_url": f"{receiver.url}/late"})
    clock.run(webhooks.FIRST_REST + 5)
    assert [got.json["name"] for got in receiver.got] == ["a", "b", "c", "d"]
    assert {row["status"] for row in deliveries(api)} == {"delivered"}


# ---- again on demand
def test_a_replay_sends_a_range_once_more_under_its_ids(api: Api, clock: Clock, receiver: Receiver) -> None:
    api.put("/clients/1", {"name": "before the hook"})
    first = api.get("/events").data[-1]["sequence"]
    listen(api, receiver, "client.updated", "/in")
    api.put("/clients/1", {"name": "after"})
    clock.run(1)
    assert [got.json["data"]["name"] for got in receiver.got] == ["after"]
    dry = api.post(f"/hooks/1/replay?from_sequence={first}&dry_run=true").data
    assert dry == {"events": 2, "next_sequence": None}
    assert api.post(f"/hooks/1/replay?from_sequence={first}").data == dry
    clock.run(1)
    names = [got.json["data"]["name"] for got in receiver.got]
    assert names == ["after", "before the hook", "after"]
    assert receiver.got[0].headers["webhook-id"] == receiver.got[2].headers["webhook-id"]


def test_a_replay_takes_moments(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "client.updated", "/in")
    api.put("/clients/1", {"name": "x"})
    now = int(time.time())
    assert api.post(f"/hooks/1/replay?from={now + 60}").data["events"] == 0
    assert api.post(f"/hooks/1/replay?to={now - 60}").data["events"] == 0
    assert api.post(f"/hooks/1/replay?from={now - 60}&to={now + 60}").data["events"] == 1
    assert (
        api.post("/hooks/1/replay", {"from": "2020-01-01", "to": "2099-01-01T00:00:00Z"}).data["events"] == 1
    )
    assert set(api.post("/hooks/1/replay", {"from": "soon"}).errors) == {"from"}
    assert set(api.post("/hooks/1/replay", {"to_sequence": "x"}).errors) == {"to_sequence"}


def test_deliveries_are_paged(api: Api, clock: Clock, receiver: Receiver) -> None:
    listen(api, receiver, "update_client")
    for number in range(5):
        api.put("/clients/1", {"name": str(number)})
    clock.run(1)
    everything = deliveries(api)
    assert [row["sequence"] for row in everything] == sorted(
        (row["sequence"] for row in everything), reverse=True
    )
    page = api.get("/hooks/1/deliveries?per_page=3").json
    rest = api.get(f"/hooks/1/deliveries?per_page=3&cursor={page['meta']['pagination']['next_cursor']}").json
    assert page["data"] + rest["data"] == everything
    assert rest["meta"]["pagination"]["next_cursor"] == ""
