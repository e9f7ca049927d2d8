"""What a link shows, and to whom: the document, its files, what else is owed; nothing of others."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Answer, Api, Clock
from tests.operations.steps import settings
from tests.portal.guest import Guest, client, document, key_of, text_of
from tests.uploads import upload

NOWHERE = "0" * 32


def test_the_page_shows_what_the_pdf_shows(api: Api, guest: Guest) -> None:
    settings(api, address1="1 Harbour St", invoice_labels='{"invoice_number": "Ref"}')
    number, key = document(
        api, client(api), due_date="2026-12-24", public_notes="Thanks **a lot**", terms="Net 30"
    )
    api.post("/payments", {"invoice_id": number, "amount": 40, "payment_date": "2026-11-22"})
    page = guest.get(f"/view/{key}")
    words = text_of(page)
    for text in (
        "Invoice 0001", "Us", "1 Harbour St", "Berg AB", "Ref 0001", "Dec 24, 2026", "Design", "A logo",
        "$50.00", "$100.00", "Paid to Date $40.00", "Balance Due $60.00", "Thanks a lot", "Net 30",
        "Partially Paid", "Payment: $40.00 Nov 22, 2026",
    ):  # fmt: skip
        assert text in words, text
    assert "<strong>a lot</strong>" in page.text


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_links_stay_where_the_page_was_reached(api: Api, guest: Guest, prefix: str) -> None:
    _, key = document(api, client(api), is_quote=True)
    page = guest.get(f"{prefix}/view/{key}")
    addresses = set(re.findall(r'(?:href|src|action|data-address)="(/[^"]+)"', page.text))
    assert len(addresses) >= 5
    assert all(address.startswith(f"{prefix}/") for address in addresses)
    assert prefix or not any(address.startswith("/api/") for address in addresses)


def test_pages_are_private(api: Api, guest: Guest) -> None:
    _, key = document(api, client(api))
    headers = guest.get(f"/view/{key}").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert guest.get("/view/unknown").headers["x-robots-tag"] == "noindex, nofollow"


@pytest.mark.parametrize("path", ["/download/{}", "/view/{}/pdf", "/api/download/{}"])
def test_the_pdf_can_be_downloaded(api: Api, guest: Guest, path: str) -> None:
    _, key = document(api, client(api))
    answer = guest.get(path.format(key), accept="*/*")
    assert answer.body.startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="Invoice_0001.pdf"'
    assert answer.headers["cache-control"] == "no-store"


def test_attached_files_are_listed_and_saved(api: Api, guest: Guest) -> None:
    buyer = client(api)
    number, key = document(api, buyer)
    _, other = document(api, buyer)
    own = upload(api, 'plan "ä".txt', b"the plan", invoice_id=number)
    shared = upload(api, "terms.txt", b"the terms", is_default=1)
    stray = upload(api, "stray.txt", b"stray")
    words = text_of(guest.get(f"/view/{key}"))
    assert "terms.txt" in words
    assert "8 B" in words
    assert "stray.txt" not in words
    answer = guest.get(f"/view/{key}/documents/{own['id']}")
    assert answer.body == b"the plan"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert guest.get(f"/view/{key}/documents/{shared['id']}").status == 200
    for path in (f"/view/{key}/documents/{stray['id']}", f"/view/{other}/documents/{own['id']}"):
        assert guest.get(path).status == 404


def test_the_reader_sees_what_else_is_owed(api: Api, guest: Guest) -> None:
    buyer = client(api)
    _, key = document(api, buyer)
    owed, theirs = document(api, buyer, due_date="2026-12-01")
    document(api, buyer, sent=False)
    document(api, buyer, is_quote=True)
    paid, _ = document(api, buyer)
    api.post("/payments", {"invoice_id": paid, "amount": 100})
    strangers, _ = document(api, client(api))
    page = guest.get(f"/view/{key}")
    assert re.findall(r'href="/view/(\w+)"', page.text) == [theirs]
    assert "Due Date: Dec 1, 2026" in text_of(page)
    assert (owed, strangers) == (2, 6)
    settings(api, enable_client_portal=False)
    page = guest.get(f"/view/{key}")
    assert page.status == 200
    assert theirs not in page.text


def test_only_the_contacts_own_links_are_shown(api: Api, guest: Guest) -> None:
    people: list[dict[str, Any]] = [
        {"first_name": "Ann", "last_name": "A", "email": "ann@berg.test"},
        {"first_name": "Bo", "last_name": "B", "email": "bo@berg.test", "send_invoice": False},
    ]
    buyer = api.post("/clients", {"name": "Berg", "contacts": people}).data["id"]
    number, ann = document(api, buyer)
    people[0]["send_invoice"], people[1]["send_invoice"] = False, True
    contacts = api.get(f"/clients/{buyer}").data["contacts"]
    named = [{**person, "id": row["id"]} for person, row in zip(people, contacts, strict=True)]
    api.put(f"/clients/{buyer}", {"name": "Berg", "contacts": named})
    _, bo = document(api, buyer)
    assert bo not in guest.get(f"/view/{ann}").text
    assert "bo@berg.test" not in guest.get(f"/view/{ann}").text
    api.put(f"/invoices/{number}", {"po_number": "1"})
    assert guest.get(f"/view/{ann}").status == 404, "a withdrawn invitation"


def test_another_language_can_be_asked_for(api: Api, guest: Guest) -> None:
    settings(api, language_id=3)
    _, key = document(api, client(api))
    assert '<html lang="de"' in guest.get(f"/view/{key}").text
    french = guest.get(f"/view/{key}?lang=fr")
    assert "Télécharger le PDF" in french.text
    assert f"/view/{key}/pdf?lang=fr" in french.text
    assert guest.get(f"/view/{key}/pdf?lang=fr").headers["content-disposition"].count("Facture") == 1
    for odd in ("lang=xx", "lang[]=fr", "lang=", "lang=%00"):
        assert '<html lang="de"' in guest.get(f"/view/{key}?{odd}").text


def test_v4s_longer_forms_of_a_link_work(api: Api, guest: Guest) -> None:
    _, key = document(api, client(api))
    assert guest.get(f"/view/{key}&utm=1").status == 200
    assert guest.get(f"/view/{key}abc").status == 200
    assert guest.get(f"/payment/{key}").headers["location"] == f"/view/{key}"
    assert guest.get(f"/approve/{key}").headers["location"] == f"/view/{key}#approve"
    assert guest.post(f"/payment/{key}/credit_card", {}).status == 404


@pytest.mark.parametrize(
    "unit", ["view/{}", "view/{}/pdf", "download/{}", "view/{}/documents/1", "approve/{}"]
)
def test_whatever_is_not_there_looks_the_same(api: Api, guest: Guest, unit: str) -> None:
    """Unknown, withdrawn and run out; of a deleted invoice or client, of an archived contact."""
    gone = [NOWHERE, "x", "ü" * 40, *dead_links(api)]
    answers = [guest.get("/" + unit.format(key)) for key in gone]
    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def dead_links(api: Api) -> list[str]:
    """Links that worked once."""
    deleted, one = document(api, client(api))
    api.put(f"/invoices/{deleted}?action=delete")
    lost = client(api)
    _, two = document(api, lost)
    api.put(f"/clients/{lost}?action=delete")
    left = client(api)
    number, three = document(api, left)
    person = {"first_name": "Bo", "last_name": "B", "email": "bo@berg.test", "client_id": left}
    assert api.post("/contacts", person).status == 200
    first = api.get(f"/clients/{left}").data["contacts"][0]["id"]
    api.put(f"/contacts/{first}?action=archive")
    assert key_of(api, number) == three
    return [one, two, three]


def test_archived_documents_stay_readable(api: Api, guest: Guest) -> None:
    number, key = document(api, client(api))
    api.put(f"/invoices/{number}?action=archive")
    assert guest.get(f"/view/{key}").status == 200


def test_what_is_put_away_is_owed_and_was_paid_all_the_same(api: Api, guest: Guest) -> None:
    buyer = client(api)
    number, key = document(api, buyer)
    owed, path = document(api, buyer)
    gone, _ = document(api, buyer)
    api.post("/payments", {"invoice_id": number, "amount": 40})
    for address in (f"/invoices/{owed}", "/payments/1"):
        assert api.put(f"{address}?action=archive").status == 200
    assert api.put(f"/invoices/{gone}?action=delete").status == 200
    page = guest.get(f"/view/{key}")
    assert "Payment: $40.00" in text_of(page)
    assert re.findall(r'href="/view/(\w{32})"', page.text) == [path]


def test_links_run_out_where_the_account_wants_it(api: Api, guest: Guest, clock: Clock) -> None:
    settings(api, portal_link_days=7)
    assert "portal_link_days" not in api.get("/accounts").data
    _, draft = document(api, client(api), sent=False)
    number, key = document(api, client(api))
    clock.tick(7 * 86_400)
    assert guest.get(f"/view/{key}").status == 200
    clock.tick(1)
    assert guest.get(f"/view/{key}").status == 404
    assert guest.get(f"/view/{draft}").status == 200
    settings(api, portal_link_days=0)
    assert guest.get(f"/view/{key}").status == 200
    assert number == 2


def test_a_link_opens_nothing_of_another_account(api: Api, guest: Guest, gateway: Gateway) -> None:
    other = Api(gateway).register()
    _, key = document(api, client(api))
    hidden, _ = document(other, client(other, name="Veiled Ltd"), po_number="VEILED")
    found = upload(other, "veiled.txt", b"veiled", invoice_id=hidden)
    document(other, client(other))
    page = guest.get(f"/view/{key}")
    assert "veiled" not in page.text.lower()
    assert page.text.count("/view/") == page.text.count(f"/view/{key}")
    assert guest.get(f"/view/{key}/documents/{found['id']}").status == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "view/{}", 405),
        ("DELETE", "view/{}", 405),
        ("GET", "view/{}/seen", 405),
        ("GET", "view/{}/login", 405),
        ("PUT", "approve/{}", 405),
        ("GET", "view/{}/other", 404),
        ("GET", "view/{}/pdf/1", 404),
        ("GET", "view/{}/documents/x", 404),
        ("GET", "view/{}/documents/1e9", 404),
    ],
)
def test_other_addresses_and_methods_are_refused(
    api: Api, guest: Guest, method: str, path: str, status: int
) -> None:
    _, key = document(api, client(api))
    answer = guest.send(method, "/" + path.format(key))
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")


def test_the_accounts_own_words_are_shown_as_text(api: Api, guest: Guest) -> None:
    settings(api, custom_messages={"unpaid_invoice": "Please <b>pay</b>", "paid_invoice": "Thanks"})
    _, key = document(api, client(api))
    page: Answer = guest.get(f"/view/{key}")
    assert "Please &lt;b&gt;pay&lt;/b&gt;" in page.text
    assert "Thanks" not in page.text
