"""No log line tells what people entrusted to us, whatever happens: every value sent here carries a mark."""

from __future__ import annotations

import logging
import time
from typing import Any

import pytest

import app
from chalicelib.delivery import mail, relay, worker
from chalicelib.local.sources import scheduled
from chalicelib.store import outbox
from tests.api_client import Api
from tests.delivery.post import Clock, clear
from tests.faults.hooks import answering, dynamodb, refusal, ses
from tests.observe.conftest import Log
from tests.portal import guest as portal
from tests.portal.guest import Guest
from tests.queueing import Queues
from tests.receiver import Receiver

MARK = "xq7"
PASSWORD = f"{MARK}-password-long-enough"
CONTACT = {"first_name": f"{MARK}first", "last_name": f"{MARK}last", "email": f"{MARK}contact@berg.test"}
LINE = {"product_key": f"{MARK}key", "notes": f"{MARK} a logo", "cost": 50, "qty": 2}


@pytest.fixture
def api(gateway: Any, log: Log, mailbox: Any) -> Api:
    """An account whose every text is marked."""
    clear()
    email = f"{MARK}owner{time.time_ns()}@works.test"
    return Api(gateway).register(
        first_name=f"{MARK}ann", last_name=f"{MARK}lee", email=email, password=PASSWORD
    )


@pytest.fixture
def secrets(api: Api) -> list[str]:
    """What must not be told either and cannot be marked, being made by us."""
    return [api.token]


def check(log: Log, secrets: list[str]) -> None:
    assert log.lines, "nothing was logged"
    for secret in (MARK, *secrets):
        assert secret not in log.text, [line for line in log.text.splitlines() if secret in line]


def test_answers_and_refusals(api: Api, gateway: Any, log: Log, secrets: list[str]) -> None:
    token = api.post("/tokens", {"name": f"{MARK}backup"}).data["token"]
    client = portal.client(api, name=f"{MARK} AB", contact=CONTACT, private_notes=f"{MARK}notes")
    number, key = portal.document(api, client, invoice_items=[LINE], public_notes=f"{MARK}terms")
    hook = api.post(
        "/hooks", {"event": "update_client", "target_url": f"https://{MARK}.example.org/?k={MARK}"}
    )
    secret = api.get(f"/hooks/{hook.json['id']}/secret").data["secret"]
    guest, stranger = Guest(gateway), Api(gateway, f"{MARK}token")
    statuses = [
        api.get(f"/clients?email={CONTACT['email']}").status,
        api.get(f"/clients?filter={MARK}&cursor={MARK}").status,
        api.get(f"/clients/{MARK}").status,
        api.get(f"/{MARK}/{MARK}/{MARK}").status,
        api.post("/clients", {"name": {"deep": MARK}, "contacts": MARK}).status,
        api.post("/clients", b'{"name": "' + MARK.encode(), content_type="application/json").status,
        api.post("/clients", {"name": MARK}, idempotency_key=f"{MARK}-once").status,
        api.put(f"/invoices/{number}?action={MARK}").status,
        api.send(MARK.upper(), "/clients").status,
        api.get(f"/download/{number}").status,
        stranger.get("/clients", x_ninja_secret=MARK, cookie=MARK, authorization=MARK).status,
        stranger.post(
            "/login", {"email": api.email, "password": f"{MARK}wrong", "one_time_password": MARK}
        ).status,
        stranger.post("/login", {"email": api.email, "password": PASSWORD}).status,
        stranger.post("/oauth_login", {"token": MARK, "provider": "google"}).status,
        stranger.post("/reset_password", {"token": MARK, "password": PASSWORD}).status,
        guest.get(f"/view/{key}?lang={MARK}").status,
        guest.get(f"/view/{key}/pdf").status,
        guest.get(f"/view/{MARK}").status,
        guest.post(f"/payment_hook/{MARK}/{MARK}", {"email": MARK}).status,
        guest.post("/ses_events", {"Message": MARK}).status,
        guest.post(
            "/settings/login", {"email": api.email, "password": PASSWORD}, sec_fetch_site="same-origin"
        ).status,
    ]
    assert len(set(statuses) & {200, 303, 400, 401, 403, 404, 422}) >= 5, statuses
    assert max(statuses) < 500, statuses
    check(log, [*secrets, token, key, secret])
    assert {line["status"] for line in log.lines if "status" in line} >= {200, 400, 401, 403, 404, 422}


def test_faults_of_ours(api: Api, log: Log, secrets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    client = portal.client(api, name=f"{MARK} AB", contact=CONTACT)

    def broken(*_: Any, **__: Any) -> Any:
        logging.getLogger("urllib3").warning("Retry of %s", MARK)
        logging.getLogger("botocore").error(f"Broken: {MARK}")
        try:
            return LINE[CONTACT["email"]]
        except KeyError as error:
            raise ValueError(f"invalid literal: {PASSWORD}") from error

    monkeypatch.setattr("chalicelib.api.crud.get_row", broken)
    assert api.get(f"/clients/{client}?{MARK}={MARK}").status == 500
    assert log.lines[-2]["trace"][0] == "KeyError"
    with answering(dynamodb(), "Query", 9, lambda sent: refusal(sent, "ValidationException", message=MARK)):
        assert api.get("/clients").status == 500
    assert any("ValidationException" in line.get("error", "") for line in log.lines)
    check(log, secrets)


def test_deliveries_that_fail(
    api: Api, queued: Queues, receiver: Receiver, log: Log, secrets: list[str]
) -> None:
    queued.pump()
    receiver.answer = lambda _: 500
    assert (
        api.post("/hooks", {"event": "update_client", "target_url": f"{receiver.url}/{MARK}?{MARK}"}).status
        == 201
    )
    assert (
        api.post("/hooks", {"event": "client.updated", "target_url": f"http://127.0.0.1:9/{MARK}"}).status
        == 201
    )
    client = portal.client(api, name=f"{MARK} AB", contact=CONTACT)
    number, key = portal.document(api, client, invoice_items=[LINE])
    assert api.put(f"/clients/{client}", {"name": f"{MARK} Ltd"}).status == 200
    assert (
        api.post("/email_invoice", {"id": number, "template": {"subject": MARK, "body": MARK}}).status == 200
    )
    rejected = f"Email address is not verified: {CONTACT['email']}"
    with answering(ses(), "SendEmail", 9, lambda sent: refusal(sent, "MessageRejected", message=rejected)):
        queued.pump()
    failures = [line for line in log.lines if {"mail_failures", "webhook_failures"} & line.keys()]
    assert sum(line.get("mail_failures", 0) for line in failures) == 1
    assert sum(line.get("webhook_failures", 0) for line in failures) == 2
    assert any("Undeliverable" in line.get("text", "") for line in log.lines)
    check(log, [*secrets, key])


def test_events_that_are_given_up(
    api: Api, log: Log, secrets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.post("/forgot_password", {"email": api.email}).status == 200

    def broken(*_: Any) -> Any:
        raise OSError(f"no such user {api.email}")

    monkeypatch.setattr(mail, "send", broken)
    monkeypatch.setattr(relay, "PAUSES", ())
    Clock(time.time() + 2).run()
    assert any(line.get("text", "").endswith("user.password_forgotten is given up") for line in log.lines)
    check(log, secrets)


def test_what_queues_and_streams_bring(
    api: Api, queued: Queues, log: Log, secrets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "NewImage": {"b": {"B": MARK}}}}
    app.stream({"Records": [record]}, None)
    app.worker({"Records": [{"messageId": "m", "attributes": {}, "body": f'{{"account": "{MARK}'}]}, None)

    def broken(*_: Any) -> Any:
        raise KeyError(MARK)

    monkeypatch.setattr(outbox, "due", broken)
    with pytest.raises(Exception, match="sweep: KeyError") as raised:
        app.sweep(scheduled("sweep"), None)
    assert MARK not in repr(raised.value)
    assert worker.work({"Records": []}) == {"batchItemFailures": []}
    check(log, secrets)
