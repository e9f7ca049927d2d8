"""Bounces, complaints and openings reach the invitation; nothing that is not proved does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.delivery import amazon
from chalicelib.errors import Unavailable
from chalicelib.local.gateway import Gateway, Request
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import INVOICE
from chalicelib.operations.tokens import bearer
from chalicelib.operations.work import Work
from chalicelib.settings import settings
from tests.api_client import Answer, Api
from tests.delivery.post import Clock, clear
from tests.engines import Mailbox
from tests.faults.hooks import hooked, ses
from tests.inbound import sns_calls as sns
from tests.money.observed import events
from tests.operations import steps

Data = dict[str, Any]

DONE = (200, {"message": "Processed successfully"})
REFUSED = (400, {"message": "Invalid notification"})
ADDRESS = "ann@client.test"


@dataclass
class Amazon:
    """Amazon's servers, with what they give by URL."""

    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        return self.files.get(url, b"")


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Iterator[Amazon]:
    monkeypatch.setenv("KUNAI_SES_TOPIC", sns.TOPIC)
    monkeypatch.setenv("KUNAI_SES_CONFIGURATION_SET", "kunai")
    settings.cache_clear()
    servers = Amazon({sns.CERTIFICATE: sns.chain()})
    monkeypatch.setattr(amazon, "get", lambda url: servers.get(url))
    yield servers
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def api(gateway: Gateway, mailbox: Mailbox) -> Api:
    """Invoice 1 for a client of two contacts."""
    api = Api(gateway).register()
    contacts = [{"email": "Ann@Client.test"}, {"email": "bob@client.test", "send_invoice": True}]
    assert api.post("/clients", {"name": "C", "contacts": contacts}).status == 200
    steps.invoice(api)
    return api


def tell(gateway: Gateway, sent: Any) -> tuple[int, Any]:
    """SNS sends its JSON as text/plain."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    lines = [("Content-Type", "text/plain; charset=UTF-8"), ("X-Amz-Sns-Message-Type", "Notification")]
    answer = gateway.handle(Request("POST", "/api/ses_events", "", lines, body))
    return answer.status, Answer(answer.status, {}, answer.body).json


def mailed(api: Api, expected: int = 2) -> list[Data]:
    """Mail invoice 1; the tags with which SES was asked to send."""
    clear()
    found: list[Data] = []

    def note(params: Data, **_: Any) -> None:
        assert params["ConfigurationSetName"] == "kunai"
        found.append({row["Name"]: row["Value"] for row in params["EmailTags"]})
        del params["ConfigurationSetName"]  # moto knows of none

    assert api.post("/email_invoice", {"id": 1}).status == 200
    with hooked(ses(), "provide-client-params.SendEmail", note):
        Clock(9e9).run()
    assert len(found) == expected
    return found


def invitation(api: Api, number: int = 0) -> Data:
    owner = bearer(api.token)
    assert owner is not None
    invoice = Work(Context(owner.account, "", 1, 0, str), {}).load(INVOICE, 1)
    row: Data = invoice.data["invitations"][number]
    return row


def bounces(api: Api) -> list[Data]:
    return [event.body["bounce"] for event in events(api) if event.name == "invoice.bounced"]


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_bounce_stops_mail_to_the_address(gateway: Gateway, api: Api, topic: Amazon, version: str) -> None:
    tags = mailed(api)[0]
    before = api.get("/invoices/1").data["updated_at"]
    message = sns.envelope(sns.bounce(tags, "ANN@client.test"), f"bounce-{tags}", version)
    assert [tell(gateway, message) for _ in range(2)] == [DONE] * 2
    assert invitation(api)["email_error"] == "Permanent: smtp; 550 5.1.1 user unknown"
    assert invitation(api, 1)["email_error"] == ""
    assert [row["type"] for row in bounces(api)] == ["bounce"]
    assert api.get("/invoices/1").data["updated_at"] == before
    assert "bounced" not in api.get("/clients/1").text
    mailed(api, expected=1)
    contacts = api.get("/clients/1").data["contacts"]
    assert api.put("/clients/1", {"contacts": contacts[:1]}).status == 200
    refused = api.post("/email_invoice", {"id": 1})
    assert (refused.status, refused.json["error"][:19]) == (422, "Cannot e-mail: mail")


@pytest.mark.parametrize("way", ["contact", "client", "action"])
def test_another_address_or_an_action_lets_mail_go_again(
    gateway: Gateway, api: Api, topic: Amazon, way: str
) -> None:
    tags = mailed(api)[0]
    assert tell(gateway, sns.envelope(sns.complaint(tags, ADDRESS), f"complaint-{tags}")) == DONE
    assert invitation(api)["email_error"] == "Complaint: abuse"
    mailed(api, expected=1)
    contact = {"first_name": "A", "last_name": "B", "email": ADDRESS}
    assert api.put("/contacts/1", contact).status == 200
    mailed(api, expected=1)
    if way == "contact":
        api.put("/contacts/1", {**contact, "email": "new@client.test"})
    elif way == "client":
        rows = api.get("/clients/1").data["contacts"]
        api.put("/clients/1", {"contacts": [{**rows[0], "email": "new@client.test"}, rows[1]]})
    else:
        assert api.put("/contacts/1?action=clear_bounce").status == 200
    mailed(api)


def test_what_passes_is_only_noted(gateway: Gateway, api: Api, topic: Amazon) -> None:
    tags = mailed(api)[0]
    message = sns.envelope(sns.bounce(tags, ADDRESS, "Transient"), f"transient-{tags}")
    assert tell(gateway, message) == DONE
    assert invitation(api)["email_error"].startswith("Transient: ")
    assert bounces(api) == []
    assert tell(gateway, sns.envelope(sns.notice("Delivery", tags), f"delivery-{tags}")) == DONE
    assert invitation(api)["email_error"] == ""
    assert tell(gateway, sns.envelope(sns.notice("Open", tags), f"open-{tags}")) == DONE
    opened = invitation(api)["opened_date"]
    assert opened
    mailed(api)


def test_a_bounce_of_somebody_else_or_of_an_old_address_stops_nothing(
    gateway: Gateway, api: Api, topic: Amazon
) -> None:
    tags = mailed(api)[0]
    assert tell(gateway, sns.envelope(sns.bounce(tags, "bcc@acme.test"), f"bcc-{tags}")) == DONE
    assert invitation(api)["email_error"] == ""
    api.put("/contacts/1", {"first_name": "A", "last_name": "B", "email": "new@client.test"})
    assert tell(gateway, sns.envelope(sns.bounce(tags, ADDRESS), f"old-{tags}")) == DONE
    assert invitation(api)["email_error"]
    mailed(api)


def test_our_message_id_finds_the_mail_too(gateway: Gateway, api: Api, topic: Amazon) -> None:
    tags = mailed(api)[0]
    told = sns.bounce({}, ADDRESS)
    told["notificationType"] = told.pop("eventType")
    name = f"<{tags['account']}.{tags['sequence']}@localhost.localdomain>"
    told["mail"] = {"headers": [{"name": "Message-ID", "value": name}]}
    assert tell(gateway, sns.envelope(told, f"header-{tags}")) == DONE
    assert len(bounces(api)) == 1


@pytest.mark.parametrize(
    "tags", [{"account": "nobody", "sequence": "1"}, {}, {"account": "a#b", "sequence": "x"}]
)
def test_mails_of_nobody_change_nothing(gateway: Gateway, topic: Amazon, tags: Data) -> None:
    assert tell(gateway, sns.envelope(sns.bounce(tags, ADDRESS), f"nobody-{tags}")) == DONE


def broken() -> dict[str, Any]:
    notice = sns.bounce({"account": "a", "sequence": "1"}, ADDRESS)
    good = sns.envelope(notice)
    path = "/SimpleNotificationService-1.pem"
    hosts = {
        "other host": f"https://sns.eu-west-1.amazonaws.com.evil.test{path}",
        "other bucket": f"https://s3.eu-west-1.amazonaws.com{path}",
        "other region": sns.CERTIFICATE.replace("eu-west-1", "us-east-1"),
        "user in the host": sns.CERTIFICATE.replace("sns.", "evil.test@sns.", 1),
        "no TLS": sns.CERTIFICATE.replace("https", "http"),
        "no such certificate": sns.CERTIFICATE.replace("0123", "4567"),
    }
    return {
        **{name: sns.sign({**good, "SigningCertURL": url}) for name, url in hosts.items()},
        "other topic": sns.sign({**good, "TopicArn": sns.TOPIC + "2"}),
        "stale": sns.envelope(notice, age=3_700),
        "ahead": sns.envelope(notice, age=-600),
        "changed": {**good, "Message": good["Message"] + " "},
        "other key": sns.sign(good, "middle"),
        "unsigned": {**good, "Signature": ""},
        "other version": {**good, "SignatureVersion": "3"},
        "no type": {**good, "Type": "Other"},
        "no json": b"\xff{",
        "a list": [good],
        "foreign confirmation": sns.confirmation("https://evil.test/?Action=ConfirmSubscription"),
    }


def test_what_is_not_proved_is_refused(gateway: Gateway, topic: Amazon) -> None:
    for name, sent in broken().items():
        assert tell(gateway, sent) == REFUSED, name
    assert set(topic.asked) <= {sns.CERTIFICATE, sns.CERTIFICATE.replace("0123", "4567")}


@pytest.mark.parametrize(
    "chain",
    [
        lambda: sns.chain(signer="root"),
        lambda: sns.chain(days=-1),
        lambda: sns.chain(dns="sns.evil.test"),
        lambda: sns.pem(
            sns.issue("leaf", "other", dns="sns.amazonaws.com"), sns.issue("other", "root", dns="x.test")
        ),
        lambda: b"nonsense",
    ],
    ids=["foreign issuer", "expired", "other name", "issuer is no authority", "nonsense"],
)
def test_a_certificate_must_hold(gateway: Gateway, topic: Amazon, chain: Any) -> None:
    topic.files = {sns.CERTIFICATE: chain()}
    assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS))) == REFUSED


def test_without_a_topic_nobody_is_listened_to(gateway: Gateway) -> None:
    assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS))) == REFUSED


def test_a_subscription_is_confirmed(gateway: Gateway, topic: Amazon) -> None:
    message = sns.confirmation()
    assert tell(gateway, message) == DONE
    assert topic.asked == [sns.CERTIFICATE, message["SubscribeURL"]]


def test_the_certificate_is_asked_for_once(gateway: Gateway, topic: Amazon) -> None:
    for number in range(3):
        assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS), f"m-{number}")) == DONE
    assert topic.asked == [sns.CERTIFICATE]


def test_an_outage_has_sns_come_again(
    gateway: Gateway, topic: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: str) -> bytes:
        raise Unavailable

    monkeypatch.setattr(amazon, "get", down)
    assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS)))[0] == 503


@pytest.mark.parametrize("name", ["email_bounced", "email_opened"])
def test_unsigned_calls_of_v4s_mail_service_do_nothing(gateway: Gateway, name: str) -> None:
    answer = gateway.handle(Request("POST", f"/api/hook/{name}", "", [], b'{"MessageID": "1"}'))
    assert (answer.status, answer.body) == (200, b"failure")
