"""The border to payment providers: nothing is offered until one is set up."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.operations.portal import gateways
from chalicelib.operations.portal.links import Guest as Reader
from chalicelib.operations.portal.providers import PaymentMethod
from chalicelib.operations.work import Work
from tests.api_client import Api
from tests.portal.guest import Guest, client, document, token


class Till:
    """A provider that takes cards for whatever is owed."""

    origins: Sequence[str] = ("https://pay.test",)

    def methods(self, work: Work, guest: Reader) -> Sequence[PaymentMethod]:
        is_owed = guest.invoice.data["balance"] != "0"
        return [PaymentMethod("credit_card", "Pay by card")] if is_owed else []

    def start(self, work: Work, guest: Reader, alias: str) -> str:
        return f"https://pay.test/{alias}/{guest.invoice.data['balance']}"


def test_without_a_provider_there_is_no_button(api: Api, guest: Guest) -> None:
    _, key = document(api, client(api))
    assert "/payment/" not in guest.get(f"/view/{key}").text


def test_a_provider_is_reached_by_a_form(api: Api, guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateways, "gateways", Till())
    number, key = document(api, client(api))
    page = guest.get(f"/view/{key}")
    assert f'action="/payment/{key}/credit_card"' in page.text
    assert "form-action 'self' https://pay.test;" in page.headers["content-security-policy"]
    path = f"/payment/{key}/credit_card"
    assert guest.get(path).headers["location"] == f"/view/{key}"
    assert guest.post(path, {}).status == 422
    answer = guest.post(path, {"token": token(page)})
    assert (answer.status, answer.headers["location"]) == (303, "https://pay.test/credit_card/100")
    assert guest.post(f"/payment/{key}/paypal", {"token": token(page)}).status == 404
    api.post("/payments", {"invoice_id": number, "amount": 100})
    assert guest.post(path, {"token": token(page)}).status == 404
