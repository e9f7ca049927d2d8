"""Steps: what follows from commits and from the clock: mail, webhooks, portal, schedules.

What takes until a schedule fires is begun early and looked at last.
"""

from __future__ import annotations

import base64
import json
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from tests.e2e.journey import Journey, Step, eventually
from tests.e2e.selling import ADDRESS, INVOICE, TOTAL, check_pdf, day
from tests.portal.guest import Guest, text_of
from tests.receiver import Got

SOON = 90
"""Seconds that stream, queue and worker may take together, cold."""
SENT, OVERDUE = "/sent", "/overdue"
BOUNCER = "/bouncer"
"""Where the receiver refuses the first attempt, so that only the sweeper can bring the second."""
HOOKS = {SENT: "invoice.sent", OVERDUE: "invoice.overdue", BOUNCER: "client.created"}


def listen(journey: Journey) -> None:
    journey.need("hooks", "address at which webhooks reach this script")
    receiver = journey.receiver
    receiver.answer = lambda got: 500 if got.path == BOUNCER and len(receiver.at(BOUNCER)) == 1 else 200
    for path, event in HOOKS.items():
        made = journey.api.post("/hooks", {"event": event, "target_url": journey.hooks + path})
        assert made.status == 201, made
        secret = journey.api.get(f"/hooks/{made.json['id']}/secret").data["secret"]
        journey.secrets[path] = Webhook(secret)


def fall_due(journey: Journey) -> None:
    sent = {**INVOICE, "due_date": day(1), "is_public": True}
    journey.late = journey.api.post("/invoices", sent).data["id"]


def email(journey: Journey) -> None:
    sent = journey.api.post("/email_invoice", {"id": journey.invoice["id"]})
    assert sent.json == {"message": "success"}, sent


def arrival(journey: Journey) -> None:
    """To the contact, with the PDF and the link."""
    journey.need("mails", "mailbox to look into")
    (mail,) = eventually(lambda: mails(journey), SOON)
    assert mail["destination"]["to"] == [ADDRESS]
    (attached,) = mail["attachments"]
    assert attached["filename"] == f"Invoice_{journey.invoice['invoice_number']}.pdf"
    check_pdf(base64.b64decode(attached["content"]))


def mails(journey: Journey) -> list[dict[str, Any]]:
    """Those with the invoice's link."""
    with urllib.request.urlopen(f"{journey.mails.rstrip('/')}/store", timeout=30) as answer:
        found = json.load(answer)["emails"]
    return [mail for mail in found if journey.link in mail["body"]["text"]]


def told(journey: Journey) -> None:
    """Signed, with what was committed."""
    got = heard(journey, SENT, journey.invoice["id"], SOON)
    body = got.json
    assert (body["type"], body["data"]["amount"]) == ("invoice.sent", TOTAL)
    assert body["id"] == got.headers["webhook-id"]


def heard(journey: Journey, path: str, number: int, seconds: float) -> Got:
    """The first request at a path that tells of that record; its signature holds."""
    journey.need("secrets", "webhooks")
    got: Got = eventually(lambda: telling(journey, path, number), seconds)[0]
    journey.secrets[path].verify(got.body, got.headers)
    return got


def telling(journey: Journey, path: str, number: int) -> list[Got]:
    return [got for got in journey.receiver.at(path) if got.json["data"]["id"] == number]


def portal(journey: Journey) -> None:
    """The page behind the link, what its script says once it is seen, and the PDF behind it."""
    guest = Guest(journey.network)
    path = urlsplit(journey.link).path
    page = guest.get(path)
    assert (page.status, page.headers["content-type"][:9]) == (200, "text/html"), page
    for text in ("Kunai Studio", "686.20"):
        assert text in text_of(page), text_of(page)
    check_pdf(guest.get(f"{path}/pdf").body)
    guest.look("", page)
    shown = journey.api.get(f"/invoices/{journey.invoice['id']}?include=invitations").data
    assert shown["invitations"][0]["viewed_date"], shown["invitations"]


def swept(journey: Journey) -> None:
    """The delivery that was refused comes again, under the same id."""
    journey.need("secrets", "webhooks")
    journey.need("patience", "time to wait for schedules")
    got = journey.receiver.at
    eventually(lambda: len(got(BOUNCER)) > 1, journey.patience)
    first, second = got(BOUNCER)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def overdue(journey: Journey) -> None:
    journey.need("patience", "time to wait for schedules")
    body = heard(journey, OVERDUE, journey.late, journey.patience).json
    assert (body["type"], body["data"]["due_date"]) == ("invoice.overdue", day(1))


def once(journey: Journey) -> None:
    """Nothing that was taken has come again by now."""
    journey.need("secrets", "webhooks")
    assert [len(telling(journey, SENT, journey.invoice["id"])), len(journey.receiver.at(OVERDUE))] == [1, 1]


LISTENING = (Step("registers webhooks", listen),)
LATE = (Step("creates an invoice that is overdue", fall_due),)
AFTER = (
    Step("e-mails the invoice", email),
    Step("delivers the mail with the PDF", arrival),
    Step("tells the webhook that it was sent", told),
    Step("shows the invoice to its client", portal),
)
SCHEDULED = (
    Step("sweeps: repeats what was refused", swept),
    Step("looks hourly: tells that the invoice is overdue", overdue),
    Step("has told each once", once),
)
