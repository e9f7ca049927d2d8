"""An import tells nobody anything: the events it brings happened elsewhere."""

from __future__ import annotations

import orjson
from standardwebhooks import Webhook

from chalicelib.local.gateway import Request
from tests.transfer.conftest import Exported
from tests.transfer.elsewhere import Elsewhere


def test_no_mail_no_webhook_no_drawing(other: Elsewhere, exported: Exported) -> None:
    """Though the stream shows every event as new, and mails and webhooks were still to be sent."""
    before = len(exported.receiver.got)
    told = other("deliver", ("command", "import", str(exported.file)))
    assert told.pop("answer").error == ""
    assert len(told.pop("records")) > 15, "the stream has shown them"
    assert told == {"messages": [], "stored": [], "mails": [], "closed": 0, "dead": []}
    assert len(exported.receiver.got) == before


def test_what_happens_afterwards_is_told_once(other: Elsewhere, exported: Exported) -> None:
    assert other.run("import", exported.file).error == ""
    before, full = len(exported.receiver.got), exported.full
    headers = [("X-Ninja-Token", full.api.token), ("Content-Type", "application/json")]
    mail = Request("POST", "/api/v1/email_invoice", "", headers, orjson.dumps({"id": 2}))
    told = other("deliver", ("handle", mail))
    assert told["mails"] == [["payer@client.test"]]
    heard = exported.receiver.got[before:]
    assert [got.json["type"] for got in heard] == ["invoice.emailed"]
    assert Webhook(full.hook).verify(heard[0].body, heard[0].headers)["sequence"] > 15
    deliveries = other.api(full.api.token).get("/hooks/1/deliveries").data
    assert {row["status"] for row in deliveries} <= {"delivered", "dropped"}
    assert deliveries[0]["status"] == "delivered"
