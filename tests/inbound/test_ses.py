"""Bounces, complaints and openings reach the invitation; nothing that is not proved does."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.local.gateway import Gateway, Request
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import INVOICE
from chalicelib.operations.tokens import bearer
from chalicelib.operations.work import Work
from tests.api_client import Api
from tests.delivery.post import Clock, clear
from tests.engines import Mailbox
from tests.faults.hooks import hooked, ses
from tests.inbound import sns_calls as sns
from tests.inbound.amazon import DONE, Amazon, tell, topic
from tests.money.observed import events
from tests.operations import steps

Data = dict[str, Any]

ADDRESS = "ann@client.test"


@pytest.fixture
def api(gateway: Gateway, mailbox: Mailbox) -> Api:
    """Invoice 1 for a client of two contacts."""
    api = Api(gateway).register()
    contacts = [{"email": "Ann@Client.test"}, {"email": "bob@client.test", "send_invoice": True}]
    assert api.post("/clients", {"name": "C", "contacts": contacts}).status == 200
    steps.invoice(api)
    return api


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


@pytest.mark.parametrize("name", ["email_bounced", "email_opened"])
def test_unsigned_calls_of_v4s_mail_service_do_nothing(gateway: Gateway, name: str) -> None:
    answer = gateway.handle(Request("POST", f"/api/hook/{name}", "", [], b'{"MessageID": "1"}'))
    assert (answer.status, answer.body) == (200, b"failure")


__all__ = ("topic",)
