"""Gateways are configured by administrators; their secrets go in and never come out."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations import gateways
from chalicelib.operations.tokens import bearer
from chalicelib.store import codec
from chalicelib.store.reads import get_row, record_key
from tests.api_client import PASSWORD, Api
from tests.inbound.stripe_calls import SECRET, Caller
from tests.money.observed import events


def test_a_gateway_shows_where_to_send_events_and_no_secret(api: Api, stripe: Caller) -> None:
    shown = api.put("/gateways/1", {"api_key": "sk_test_secret", "name": "Cards"}).data
    assert shown["webhook_url"].endswith(f"/api/payment_hook/{shown['account_key']}/1")
    assert (shown["name"], shown["provider"], shown["has_api_key"]) == ("Cards", "stripe", True)
    seen = [api.get("/gateways").text, api.get("/gateways/1").text, api.get("/events?after=0").text]
    for text in (*seen, str([event.body for event in events(api)])):
        assert SECRET not in text
        assert "sk_test_secret" not in text
        assert '"webhook_secret"' not in text
    assert api.put("/gateways/1", {"api_key": ""}).data["has_api_key"] is False


def test_secrets_are_sealed_for_their_place(api: Api, stripe: Caller) -> None:
    owner = bearer(api.token)
    assert owner is not None
    row = get_row(record_key(owner.account, "gateway", 1))
    assert row is not None
    stored = codec.unpack(row["b"]["B"])["webhook_secret"]
    assert SECRET not in stored
    found = gateways.find(owner.account_key, "1")
    assert (found.account, found.secret) == (owner.account, SECRET)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "webhook_secret"),
        ({"webhook_secret": ""}, "webhook_secret"),
        ({"webhook_secret": "x" * 256}, "webhook_secret"),
        ({"webhook_secret": "x", "provider": "paypal"}, "provider"),
    ],
)
def test_what_cannot_work_is_refused(api: Api, body: dict[str, str], field: str) -> None:
    assert field in api.post("/gateways", body).errors
    assert api.get("/gateways").data == []


def test_a_changed_secret_counts_at_once(api: Api, stripe: Caller) -> None:
    assert "webhook_secret" in api.put("/gateways/1", {"webhook_secret": ""}).errors
    assert api.put("/gateways/1", {"webhook_secret": "whsec_new", "provider": "other"}).status == 200
    owner = bearer(api.token)
    assert owner is not None
    assert gateways.find(owner.account_key, "stripe").secret == "whsec_new"
    assert api.delete("/gateways/1").data["is_deleted"] is True
    with pytest.raises(gateways.UnknownGateway):
        gateways.find(owner.account_key, "1")


def test_two_of_a_provider_need_their_ids(api: Api, stripe: Caller) -> None:
    api.post("/gateways", {"webhook_secret": "whsec_two"})
    owner = bearer(api.token)
    assert owner is not None
    assert gateways.find(owner.account_key, "2").secret == "whsec_two"
    with pytest.raises(gateways.UnknownGateway):
        gateways.find(owner.account_key, "stripe")


def test_only_administrators(gateway: Gateway, api: Api, stripe: Caller) -> None:
    email = f"clerk-{api.email}"
    fields = {"email": email, "password": PASSWORD, "first_name": "Carl", "last_name": "Clerk"}
    assert api.post("/users", {**fields, "is_admin": False, "permissions": ["view_all"]}).status in (200, 422)
    api.post("/users", {**fields, "is_admin": False})
    clerk = Api(gateway)
    clerk.token = clerk.post("/login", {"email": email, "password": PASSWORD}).data[0]["token"]
    answers = [
        clerk.get("/gateways"),
        clerk.get("/gateways/1"),
        clerk.post("/gateways", {"webhook_secret": "x"}),
        clerk.put("/gateways/1", {"name": "x"}),
        clerk.delete("/gateways/1"),
    ]
    assert [answer.status for answer in answers] == [403] * 5
    other = Api(gateway).register()
    assert other.get("/gateways/1").status == 404
    assert other.put("/gateways/1", {"name": "x"}).status == 404
