"""Registering webhooks, and the feed of events (http.md 5.1)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations import hooks
from chalicelib.operations.tokens import bearer
from chalicelib.store import codec
from chalicelib.store.reads import get_row, record_key
from tests.api_client import PASSWORD, Api

URL = "https://hooks.acme.test/in?key=1"


def register(api: Api, event: str = "create_client", **more: Any) -> int:
    answer = api.post("/hooks", {"event": event, "target_url": URL, **more})
    assert answer.status == 201, answer
    number: int = answer.json["id"]
    return number


def test_a_creation_answers_the_id_alone(api: Api) -> None:
    answer = api.post("/hooks", {"event": " create_client ", "target_url": f" {URL} "})
    assert (answer.status, answer.json) == (201, {"id": 1})
    hook = api.get("/hooks/1").data
    assert (hook["event"], hook["target_url"], hook["is_paused"]) == ("create_client", URL, False)
    assert api.post_form("/hooks", {"event": "update_quote", "target_url": URL}).json == {"id": 2}
    assert [row["id"] for row in api.get("/hooks").data] == [2, 1]
    assert not {"secret", "previous"} & set(hook)


def test_a_hook_can_be_changed_and_paused(api: Api) -> None:
    register(api)
    changed = api.put("/hooks/1", {"event": "invoice.paid", "is_paused": True}).data
    assert (changed["event"], changed["target_url"], changed["is_paused"]) == ("invoice.paid", URL, True)


@pytest.mark.parametrize("query", ["", "?index=none"])
def test_a_deletion_is_for_good(api: Api, query: str) -> None:
    register(api)
    assert api.delete(f"/hooks/1{query}").json == {"data": "success"}
    assert api.get("/hooks").data == []
    for answer in (
        api.get("/hooks/1"),
        api.put("/hooks/1", {"event": "*"}),
        api.delete("/hooks/1"),
        api.get("/hooks/1/secret"),
        api.get("/hooks/1/deliveries"),
        api.post("/hooks/1/replay"),
        api.delete("/hooks/999"),
    ):
        assert (answer.status, answer.json) == (404, {"message": "record does not exist"})


@pytest.mark.parametrize("event", ["nope", "create_credit", "invoice", "hook.created", "account.created.x"])
def test_an_unknown_event_is_refused_by_name(api: Api, event: str) -> None:
    assert api.post("/hooks", {"event": event, "target_url": URL}).errors == {"event": ["Event is invalid"]}
    assert api.get("/hooks").data == []


def test_missing_fields_are_named(api: Api) -> None:
    assert set(api.post("/hooks", {}).errors) == {"event", "target_url"}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://acme.test/x", "acme.test", "//acme.test", "https://", "javascript:alert(1)", "http://10.0.0.1/",
        "https://user:pw@acme.test/", "https://acme.test:0/", "https://acme.test:99999/", "https://a b.test/",
        "http://169.254.169.254/latest/", "https://printer.local/", "https://[fe80::1]/",
        f"https://a.test/{'x' * 2000}",
    ],
)  # fmt: skip
def test_urls_that_lead_nowhere_or_inside_are_refused(api: Api, url: str) -> None:
    assert set(api.post("/hooks", {"event": "*", "target_url": url}).errors) == {"target_url"}
    register(api)
    assert set(api.put("/hooks/1", {"target_url": url}).errors) == {"target_url"}
    assert api.get("/hooks/1").data["target_url"] == URL


def test_only_administrators_have_hooks(api: Api, gateway: Gateway) -> None:
    register(api)
    rights = ["view_client", "create_client", "edit_client", "view_reports"]
    fields = {"email": f"weak.{api.email}", "password": PASSWORD, "first_name": "W", "last_name": "K"}
    assert api.post("/users", {**fields, "is_admin": False, "permissions": rights}).status == 200
    clerk = Api(gateway)
    clerk.token = clerk.post("/login", {"email": fields["email"], "password": PASSWORD}).data[0]["token"]
    for answer in (
        clerk.post("/hooks", {"event": "*", "target_url": URL}),
        clerk.get("/hooks"),
        clerk.get("/hooks/1"),
        clerk.get("/hooks/events"),
        clerk.put("/hooks/1", {"event": "*"}),
        clerk.delete("/hooks/1"),
        clerk.get("/hooks/1/secret"),
        clerk.post("/hooks/1/secret"),
        clerk.get("/hooks/1/deliveries"),
        clerk.post("/hooks/1/replay"),
        clerk.get("/events"),
    ):
        assert answer.status == 403
    assert api.get("/hooks/1").data["event"] == "create_client"


def test_an_account_has_at_most_fifty(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "MOST", 2)
    register(api)
    register(api)
    assert set(api.post("/hooks", {"event": "*", "target_url": URL}).errors) == {"event"}
    api.delete("/hooks/1")
    assert register(api) == 3


def test_every_event_is_listed_and_can_be_heard(api: Api) -> None:
    names = api.get("/hooks/events").data
    assert names == sorted(names)
    assert {
        "*", "create_client", "approve_quote", "delete_task", "invoice.created", "quote.approved",
        "payment.refunded", "product.archived", "project.restored", "credit.deleted", "contact.updated",
        "tax_rate.created", "user.created", "invoice.sent", "invoice.viewed", "invoice.paid",
        "invoice.overdue", "invoice.emailed", "invoice.bounced", "quote.expired", "account.updated",
    } <= set(names)  # fmt: skip
    assert not any(name.startswith("hook.") or name.endswith("_requested") for name in names)


def test_secrets_are_shown_on_request_and_rotate(api: Api) -> None:
    register(api)
    first = api.get("/hooks/1/secret").data
    assert set(first) == {"secret"}
    assert len(base64.b64decode(first["secret"].removeprefix("whsec_"))) == 32
    until = api.post("/hooks/1/secret", {}).data["previous_until"]
    second = api.get("/hooks/1/secret").data
    assert (second["previous"], second["previous_until"]) == (first["secret"], until)
    assert second["secret"] != first["secret"]


def test_no_secret_is_stored_in_clear(api: Api) -> None:
    register(api)
    secret = api.get("/hooks/1/secret").data["secret"]
    owner = bearer(api.token)
    assert owner is not None
    row = get_row(record_key(owner.account, "hook", 1))
    assert row is not None
    kept = codec.unpack(row["b"]["B"])
    assert secret not in str(kept)
    assert kept["secret"]
    assert "secret" not in api.get("/events").text


def test_unknown_paths_below_a_hook(api: Api) -> None:
    register(api)
    assert api.get("/hooks/1/nothing").status == 404
    assert api.get("/clients/1/secret").status == 404
    assert api.get("/hooks/1/secret/more").status == 404
    assert api.get("/hooks/1/replay").status == 405
    assert api.put("/hooks/1?action=archive").status == 400


# ---- the feed
def test_the_feed_tells_of_everything_in_order(api: Api) -> None:
    api.post("/clients", {"name": "Acme"})
    api.put("/clients/1", {"name": "Acme 2"})
    api.post("/invoices", {"client_id": 1, "invoice_items": [{"cost": 5, "qty": 1}]})
    rows = api.get("/events").data
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["type"] for row in rows[-3:]] == ["client.created", "client.updated", "invoice.created"]
    assert [row["data"]["name"] for row in rows[-3:-1]] == ["Acme", "Acme 2"]
    assert rows[-2]["version"] == 2
    assert (rows[-1]["data"]["amount"], rows[-1]["data"]["client_id"]) == (5, 1)


def test_the_feed_goes_on_where_it_ended(api: Api) -> None:
    for number in range(5):
        api.post("/products", {"product_key": f"p{number}"})
    everything = api.get("/events").data
    place, found = "0", []
    while place:
        answer = api.get(f"/events?after={place}&per_page=2").json
        found += answer["data"]
        place = answer["meta"]["pagination"]["next_cursor"]
    assert found == everything
    assert api.get(f"/events?after={everything[-1]['sequence']}").data == []


@pytest.mark.parametrize("after", ["-1", "x", "", "0"])
def test_an_odd_place_is_the_beginning(api: Api, after: str) -> None:
    assert api.get(f"/events?after={after}").data[0]["sequence"] == 1


def test_hooks_and_events_are_an_accounts_own(api: Api, gateway: Gateway) -> None:
    register(api)
    api.post("/clients", {"name": "Acme"})
    other = Api(gateway).register()
    assert other.get("/hooks").data == []
    for answer in (
        other.get("/hooks/1"),
        other.put("/hooks/1", {"event": "*"}),
        other.delete("/hooks/1"),
        other.get("/hooks/1/secret"),
        other.post("/hooks/1/replay"),
    ):
        assert answer.status == 404
    assert "Acme" not in other.get("/events").text
    register(other)
    assert other.get("/hooks/1/secret").data != api.get("/hooks/1/secret").data
    assert other.get("/hooks/1/deliveries").data == []


def test_a_dry_run_registers_nothing(api: Api) -> None:
    assert api.post("/hooks?dry_run=true", {"event": "*", "target_url": URL}).json == {"id": 1}
    assert api.get("/hooks").data == []


def test_a_registration_is_made_once_under_a_key(api: Api) -> None:
    body = {"event": "*", "target_url": URL}
    answers = [api.post("/hooks", body, idempotency_key="k") for _ in range(2)]
    assert [answer.json for answer in answers] == [{"id": 1}, {"id": 1}]
    assert len(api.get("/hooks").data) == 1
