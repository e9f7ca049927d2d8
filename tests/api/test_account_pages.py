"""The account's own pages, as an administrator uses them."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator
from html import unescape

import pytest

from chalicelib.delivery import mail, relay
from chalicelib.operations import totp
from tests.api_client import PASSWORD, Answer, Api
from tests.delivery import post
from tests.receiver import Receiver, receiving
from tests.visitor import Visitor, signed_in


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def owner(api: Api) -> Visitor:
    return signed_in(api)


def value(answer: Answer, name: str) -> str:
    """What a field of a page shows."""
    found = re.search(f'id="{name}"[^>]* value="([^"]*)"|<textarea id="{name}"[^>]*>([^<]*)<', answer.text)
    assert found, answer.text
    return unescape(found[1] or found[2] or "")


def words(answer: Answer) -> str:
    """The text of a page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def test_the_overview(owner: Visitor, api: Api) -> None:
    api.put("/accounts", {"name": "Müller & Söhne"})
    api.post("/clients", {"name": "A"})
    api.post("/invoices", {"client_id": 1, "is_quote": True})
    shown = owner.get()
    assert "Clients 1 Invoices 0 Quotes 1 Payments 0 Webhooks 0" in words(shown)
    assert "Müller & Söhne" in words(shown)
    assert 'href="/api/docs"' in shown.text
    assert owner.get("/login").headers["location"] == "/api/settings"


def test_links_hold_behind_a_domain_of_ones_own(owner: Visitor) -> None:
    """There the path has no stage."""
    from app import app

    headers = {"Host": "kunai.test", "X-Forwarded-Proto": "https", "Cookie": owner.cookie}
    event = {"httpMethod": "GET", "path": "/settings/tokens", "headers": headers}
    answer = app({**event, "requestContext": {"path": "/settings/tokens"}}, None)
    links = set(re.findall('(?:href|action)="(/[^"]*)"', answer["body"]))
    assert {link.split("/")[1] for link in links} == {"settings", "static"}
    assert '"/settings/hooks"' in answer["body"]


def test_a_token_is_made_used_and_revoked(owner: Visitor, api: Api) -> None:
    made = owner.post("/tokens", name="backup", scope="read", expires_at="2099-01-01")
    assert (made.status, made.headers["cache-control"]) == (200, "no-store")
    device = Api(api._gateway, value(made, "token"))
    assert device.get("/clients").status == 200
    assert device.post("/clients", {"name": "A"}).status == 403
    listed = owner.get("/tokens")
    assert device.token not in listed.text
    assert re.search(r"backup read only \S+ \d{4}-\d\d-\d\d \d\d:\d\d 2099-01-01 00:00", words(listed))
    number = device.get("/tokens").data[0]["id"]
    revoked = owner.post(f"/tokens/{number}")
    assert (revoked.status, revoked.headers["location"]) == (303, "/api/settings/tokens?done=revoked")
    assert "The token is revoked." in words(owner.get("/tokens?done=revoked"))
    assert device.get("/clients").status == 403
    assert "backup" not in words(owner.get("/tokens"))


def test_what_is_wrong_is_said_beside_its_field(owner: Visitor, api: Api) -> None:
    token = owner.post("/tokens", name="old", scope="read", expires_at="2001-01-01")
    assert (token.status, value(token, "name")) == (422, "old")
    assert "must lie in the future" in words(token)
    hook = owner.post("/hooks", event="nothing", target_url="ftp://example.com")
    assert (hook.status, value(hook, "target_url")) == (422, "ftp://example.com")
    assert "Event is invalid" in words(hook)
    assert len(api.get("/tokens").data) == 1
    assert api.get("/hooks").data == []


def test_a_webhook_shows_its_secret_and_deliveries(owner: Visitor, api: Api, receiver: Receiver) -> None:
    post.clear()
    made = owner.post("/hooks", event="client.created", target_url=f"{receiver.url}/a")
    assert made.headers["location"] == "/api/settings/hooks/1?done=created"
    secret = value(owner.post("/hooks/1", do="reveal"), "secret")
    assert secret == api.get("/hooks/1/secret").data["secret"]
    assert secret not in owner.get("/hooks/1").text
    api.post("/clients", {"name": "A"})
    for _ in range(2):
        relay.run_pending(lambda: 4_000_000_000)
    assert re.search(
        r"client.created \d+ \S+ \S+ delivered \S+ \S+ : 200 in \d+ ms", words(owner.get("/hooks/1"))
    )
    (event,) = [event for event in api.get("/events").data if event["type"] == "client.created"]
    place = event["sequence"]
    again = owner.post("/hooks/1", do="replay", from_sequence=place, to_sequence=place)
    assert "1 event is delivered again." in words(again)
    assert "pending" in words(again)


def test_a_webhook_is_changed_and_deleted(owner: Visitor, api: Api) -> None:
    assert owner.post("/hooks", event="*", target_url="https://example.com/a").status == 303
    secret = value(owner.post("/hooks/1", do="reveal"), "secret")
    rotated = owner.post("/hooks/1", do="rotate")
    assert value(rotated, "secret") != secret == value(rotated, "previous")
    assert owner.post("/hooks/1", do="pause").status == 303
    assert api.get("/hooks/1").data["is_paused"]
    assert "paused" in words(owner.get("/hooks"))
    owner.post("/hooks/1", do="resume")
    assert not api.get("/hooks/1").data["is_paused"]
    assert owner.post("/hooks/1", do="replay", from_="nonsense").status == 422
    assert owner.post("/hooks/1", do="replay").status == 422
    assert owner.post("/hooks/1", do="delete").headers["location"] == "/api/settings/hooks?done=deleted"
    assert owner.get("/hooks/1").status == 404


def test_mails_and_what_became_of_them(owner: Visitor, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(raw: bytes, to: list[str], bcc: list[str], tags: dict[str, str]) -> None:
        if "bob" in to[0]:
            raise mail.Undeliverable("Address is on the suppression list.")
        if "eve" in to[0]:
            raise ConnectionError

    post.clear()
    monkeypatch.setattr(mail, "send", refuse)
    contacts = [{"email": f"{name}@client.test", "send_invoice": True} for name in ("ann", "bob", "eve")]
    api.post("/clients", {"name": "A", "contacts": contacts})
    line = {"product_key": "a", "cost": 5, "qty": 1}
    api.post("/invoices", {"client_id": 1, "invoice_number": "R-7", "invoice_items": [line]})
    api.post("/email_invoice", {"id": 1, "reminder": "reminder2"})
    api.post("/payments", {"invoice_id": 1, "amount": 5, "email_receipt": True})
    waiting = words(owner.get("/mails"))
    assert re.search(r"ann@client.test Receipt R-7 \S+ \S+ waiting", waiting)
    assert re.search(r"bob@client.test Invoice R-7 reminder2 \S+ \S+ waiting", waiting)
    relay.run_pending(lambda: 4_000_000_000)
    done = words(owner.get("/mails"))
    assert re.search(r"ann@client.test Invoice R-7 reminder2 \S+ \S+ sent", done)
    assert re.search(
        r"bob@client.test \D+7 reminder2 \S+ \S+ failed Address is on the suppression list.", done
    )
    assert re.search(r"eve@client.test \D+7 reminder2 \S+ \S+ waiting 1 failed, next \d", done)


def test_older_mails_and_deliveries_are_found(
    owner: Visitor, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.operations import mails

    monkeypatch.setattr(mails, "LOOKED_AT", 3)
    body = {"first_name": "A", "last_name": "B", "email": f"invited{api.email}"}
    assert api.post("/users", body).status == 200
    for name in "abc":
        api.post("/products", {"product_key": name})
    newest = owner.get("/mails")
    assert "There are none among these events." in words(newest)
    link = re.search(r'href="/api/settings(/mails\?before=\d+)"', newest.text)
    assert link
    assert f"invited{api.email} Invitation of a user" in words(owner.get(link[1]))


def test_the_second_factor_is_switched_on_and_off(owner: Visitor, api: Api) -> None:
    assert "off With it" in words(owner.get("/second-factor"))
    assert owner.post("/second-factor", do="start", password="wrong").status == 422
    begun = owner.post("/second-factor", do="start", password=PASSWORD)
    key = base64.b32decode(value(begun, "key"))
    assert f"otpauth://totp/Kunai:{api.email}?secret=" in begun.text
    again = owner.post("/second-factor", do="confirm", one_time_password="12")
    assert (again.status, "The one time password is not valid." in words(again)) == (422, True)
    code = totp.code(key, int(time.time()) // 30)
    done = owner.post("/second-factor", do="confirm", one_time_password=code)
    (first, *others) = re.findall(r"<li><code>([a-z2-7-]+)</code>", done.text)
    assert len(others) == 7
    assert owner.sign_in(api.email).status == 401
    assert owner.sign_in(api.email, one_time_password=first).status == 303
    assert "7 recovery codes are left" in words(owner.get("/second-factor"))
    assert owner.post("/second-factor", do="start", password=PASSWORD).status == 422
    assert "off With it" in words(owner.post("/second-factor", do="remove", password=PASSWORD))
    assert owner.sign_in(api.email).status == 303
