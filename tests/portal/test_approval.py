"""A client approves a quote: once, by a form, with what the account asks for (http.md 9.4, 9.5)."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.api.auth import origin
from chalicelib.local.gateway import Gateway
from chalicelib.operations import tokens
from chalicelib.operations.portal import proofs
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import INVOICE
from chalicelib.operations.work import Work
from tests.api_client import Api, Clock
from tests.operations.steps import settings
from tests.portal.guest import Guest, client, document, key_of, text_of, token

STROKES = "M10 20L30 40L50 60L70 80L90 100"


def quote(api: Api, **fields: Any) -> tuple[int, str]:
    return document(api, client(api), is_quote=True, **fields)


def stored(api: Api, number: int) -> Data:
    """The first invitation of a document as it is kept."""
    bearer = tokens.bearer(api.token)
    assert bearer is not None
    work = Work(origin(bearer.account, "", 1), {})
    found: Data = work.load(INVOICE, number).data["invitations"][0]
    return found


def happened(api: Api) -> list[str]:
    return [row["type"] for row in api.get("/events?after=0&per_page=200").data]


def test_an_approved_quote_becomes_a_sent_invoice(api: Api, guest: Guest) -> None:
    number, key = quote(api, due_date="2030-01-01")
    answer = guest.approve(key, name="Pia Berg")
    assert answer.status == 303
    found = api.get(f"/invoices/{number}").data
    assert found["invoice_status_id"] == 2, "v4 leaves the status of a converted quote"
    made = api.get(f"/invoices/{found['quote_invoice_id']}").data
    assert (made["is_public"], made["invoice_status_id"], made["balance"]) == (True, 2, 100)
    assert api.get("/clients/1").data["balance"] == 100
    assert answer.headers["location"] == f"/view/{key_of(api, made['id'])}"
    assert stored(api, number)["signed_by"] == "Pia Berg"
    page = guest.get(f"/view/{key}")
    assert "Approved by Pia Berg" in text_of(page)
    assert f'href="{answer.headers["location"]}"' in page.text
    assert 'id="approve"' not in page.text
    kinds = [row["activity_type_id"] for row in api.get("/clients/1?include=activities").data["activities"]]
    assert kinds.count(29) == 1
    assert api.get("/ledger/proof").data["balanced"] is True


def test_a_quote_may_stay_a_quote(api: Api, guest: Guest) -> None:
    settings(api, auto_convert_quote=False)
    number, key = quote(api)
    assert guest.approve(key).headers["location"] == f"/view/{key}"
    found = api.get(f"/invoices/{number}").data
    assert (found["invoice_status_id"], found["quote_invoice_id"]) == (4, 0)
    assert happened(api).count("quote.approved") == 1
    assert guest.post(f"/approve/{key}", {"token": token(guest.get("/view/" + key))}).status in (303, 422)
    assert happened(api).count("quote.approved") == 1


def test_a_converted_quote_may_be_archived(api: Api, guest: Guest) -> None:
    settings(api, auto_archive_quote=True)
    number, key = quote(api)
    assert guest.approve(key).status == 303
    assert api.get(f"/invoices/{number}").data["archived_at"]
    assert guest.get(f"/view/{key}").status == 200


def test_hooks_hear_of_the_quote_as_it_was(api: Api, guest: Guest) -> None:
    """http.md 5.3: the notice is from before the status changes or the invoice is made."""
    settings(api, auto_convert_quote=False)
    api.post("/hooks", {"event": "approve_quote", "target_url": "https://hooks.test/in"})
    number, key = quote(api)
    guest.approve(key)
    (row,) = [row for row in api.get("/events?after=0&per_page=200").data if row["type"] == "quote.approved"]
    assert (row["data"]["id"], row["data"]["invoice_status_id"], row["data"]["quote_invoice_id"]) == (
        number,
        2,
        0,
    )


def test_nothing_happens_by_get_or_without_the_forms_token(api: Api, guest: Guest) -> None:
    number, key = quote(api)
    _, other = quote(api)
    page = guest.get(f"/view/{key}")
    assert guest.get(f"/approve/{key}").status == 303
    foreign = token(guest.get(f"/view/{other}"))
    for sent in ({}, {"token": ""}, {"token": foreign}, {"token": "é"}):
        assert guest.post(f"/approve/{key}", sent).status == 422
    refused = guest.post(f"/approve/{key}", {"token": token(page)}, sec_fetch_site="cross-site")
    assert "could not be checked" in text_of(refused)
    assert "quote.approved" not in happened(api)
    assert api.get(f"/invoices/{number}").data["quote_invoice_id"] == 0


@pytest.mark.parametrize(("day", "works"), [("2026-11-21", False), ("2026-11-22", True)])
def test_expired_quotes_are_refused(api: Api, guest: Guest, clock: Clock, day: str, works: bool) -> None:
    _, key = quote(api, due_date=day)
    page = guest.get(f"/view/{key}")
    assert ('id="approve"' in page.text) == works
    assert ("This quote has expired" in text_of(page)) != works
    assert guest.post(f"/approve/{key}", {"token": proof_of(key)}).status == (303 if works else 422)
    assert ("quote.approved" in happened(api)) == works


def proof_of(key: str) -> str:
    """The token of a page that was opened before its form went away."""
    return proofs.made(proofs.FORM, key)


@pytest.mark.parametrize(
    ("fields", "works"),
    [
        ({}, False),
        ({"terms": "1", "name": "Pia"}, False),
        ({"terms": "1", "signature": STROKES}, False),
        ({"name": "Pia", "signature": STROKES}, False),
        ({"terms": "1", "name": "Pia", "signature": "M1 1L2 2"}, False),
        ({"terms": "1", "name": "Pia", "signature": STROKES + '"/><script>'}, False),
        ({"terms": "1", "name": "Pia", "signature": "M1 1" + "L2 2" * 5_000}, False),
        ({"terms": "1", "name": " ", "typed": "1"}, False),
        ({"terms": "1", "name": "Pia", "typed": "1"}, True),
        ({"terms": "1", "name": "Pia", "signature": STROKES}, True),
    ],
)
def test_what_the_account_asks_for_is_enforced(
    api: Api, guest: Guest, fields: dict[str, str], works: bool
) -> None:
    settings(api, show_accept_quote_terms=True, require_quote_signature=True)
    number, key = quote(api)
    answer = guest.approve(key, **fields)
    assert answer.status == (303 if works else 422)
    assert ("quote.approved" in happened(api)) == works
    kept = stored(api, number)
    assert bool(kept["signature_base64"]) == works
    assert bool(kept["signature_date"]) == works
    if not works and fields.get("name") == "Pia":
        assert 'value="Pia"' in answer.text


def test_signatures_are_small_pictures(api: Api, guest: Guest) -> None:
    settings(api, require_quote_signature=True)
    number, key = quote(api)
    name = "Pia\x00\u202e </text><script>alert(1)</script>"
    guest.approve(key, name=name, typed="1")
    drawing = base64.b64decode(stored(api, number)["signature_base64"]).decode()
    assert drawing.startswith("<svg ")
    assert ">Pia &lt;/text&gt;&lt;script&gt;" in drawing, "XML holds no control characters"
    assert f"base64,{stored(api, number)['signature_base64']}" in guest.get(f"/view/{key}").text
    shown = api.get(f"/invoices/{number}?include=invitations").data["invitations"][0]
    assert not {"signature_base64", "signed_by"} & shown.keys()


def test_tabs_at_once_approve_once(api: Api, gateway: Gateway) -> None:
    number, key = quote(api)
    tabs = [Guest(gateway) for _ in range(6)]
    proof = token(tabs[0].get(f"/view/{key}"))
    with ThreadPoolExecutor(len(tabs)) as pool:
        answers = list(pool.map(lambda tab: tab.post(f"/approve/{key}", {"token": proof}), tabs))
    assert {answer.status for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert happened(api).count("quote.approved") == 1
    assert [row["quote_invoice_id"] for row in api.get("/quotes").data] == [2]
    assert len(api.get("/invoices").data) == 2
    assert number == 1


def test_invoices_have_nothing_to_approve(api: Api, guest: Guest) -> None:
    number, key = document(api, client(api))
    assert guest.post(f"/approve/{key}", {"token": proof_of(key)}).status == 303
    assert api.get(f"/invoices/{number}").data["invoice_status_id"] == 2
