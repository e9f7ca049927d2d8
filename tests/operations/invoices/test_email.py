"""Mailing documents: refusals, effects, and what reaches SES (http.md 8.2, 8.3)."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from chalicelib.delivery.relay import run_pending
from tests.api_client import Api, Clock
from tests.engines import Mailbox
from tests.operations.steps import act, balance, client, invitations, invoice, line

TODAY = "2026-11-22"
NOW = "2026-11-22 12:00:00"


def send(api: Api, **body: Any) -> None:
    answer = api.post("/email_invoice", body)
    assert (answer.status, answer.json) == (200, {"message": "success"})


def delivered(mailbox: Mailbox, domain: str) -> list[EmailMessage]:
    """Runs the relay until nothing is due; the mails to a domain, which a test has for itself."""
    while run_pending():
        pass
    return sorted((mail for mail in mailbox.sent() if domain in mail["To"]), key=lambda mail: str(mail["To"]))


def test_each_contact_gets_a_mail_of_its_own(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    client(api, "Ann@each.test", "ben@each.test", name="Acme")
    invoice(api, line(1250))
    send(api, id=1)
    sent = api.get("/invoices/1").data
    assert (sent["invoice_status_id"], sent["is_public"], sent["last_sent_date"]) == (2, True, TODAY)
    assert balance(api) == 1250
    rows = invitations(api)
    assert [row["sent_date"] for row in rows] == [NOW, NOW]
    mails = delivered(mailbox, "each.test")
    assert [str(mail["To"]) for mail in mails] == ["ann@each.test", "ben@each.test"]
    for mail, row in zip(mails, rows, strict=True):
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None
        assert html is not None
        assert row["link"] in text.get_content()
        assert row["link"] in html.get_content()
        assert "0001" in str(mail["Subject"])
        (attached,) = mail.iter_attachments()
        assert attached.get_filename() == "Invoice_0001.pdf"
        assert attached.get_content().startswith(b"%PDF-")
        assert str(mail["Reply-To"]).endswith(f"<{api.email}>")
    assert len(delivered(mailbox, "each.test")) == 2, "each is delivered once"


def test_mailing_again_sends_again_and_keeps_the_books(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    client(api, "a@again.test")
    invoice(api)
    for _ in range(2):
        send(api, id=1)
    assert len(delivered(mailbox, "again.test")) == 2
    assert balance(api) == 100


def test_the_ways_to_name_an_invoice(api: Api, mailbox: Mailbox) -> None:
    client(api, "a@names.test")
    invoice(api)
    for body in ({"id": 1}, {"invoice_id": "1"}, {"public_id": 1}, {"invoice_number": "0001"}):
        send(api, **body)
    assert api.post_form("/email_invoice", {"id": 1}).json == {"message": "success"}
    assert set(api.post("/email_invoice", {}).errors) == {"id"}
    for unknown in ({"id": 9}, {"id": "x"}, {"invoice_number": "9"}):
        assert api.post("/email_invoice", unknown).json == {"message": "record does not exist"}
    assert len(delivered(mailbox, "names.test")) == 5


def test_a_mail_shows_what_was_when_it_was_asked_for(api: Api, mailbox: Mailbox) -> None:
    client(api, "a@then.test")
    invoice(api, line(1234))
    send(api, id=1, template={"subject": "S $amount", "body": "B $number <script>"})
    api.put("/invoices/1", {"invoice_items": [line(9)], "invoice_number": "LATER"})
    (mail,) = delivered(mailbox, "then.test")
    assert "1,234.00" in str(mail["Subject"])
    body = mail.get_body(("html",))
    assert body is not None
    assert "B 0001" in body.get_content()
    assert "<script>" not in body.get_content()


def test_reminders_have_texts_of_their_own(api: Api, mailbox: Mailbox) -> None:
    client(api, "a@remind.test")
    invoice(api)
    send(api, id=1)
    send(api, id=1, reminder="reminder1")
    first, second = delivered(mailbox, "remind.test")
    assert first["Subject"] != second["Subject"]
    assert set(api.post("/email_invoice", {"id": 1, "reminder": "reminder9"}).errors) == {"reminder"}
    assert set(api.post("/email_invoice", {"id": 1, "template": "text"}).errors) == {"template"}


def test_creating_may_mail_at_once(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    client(api, "a@create.test")
    made = invoice(api, email_invoice="true", email_type="reminder1")
    assert (made["is_public"], made["invoice_status_id"], made["last_sent_date"]) == (True, 2, TODAY)
    assert invoice(api, email_invoice="false")["is_public"] is False
    quote = invoice(api, is_quote=True, email_invoice=True)
    assert (quote["invoice_status_id"], balance(api)) == (2, 100)
    names = [
        [part.get_filename() for part in mail.iter_attachments()]
        for mail in delivered(mailbox, "create.test")
    ]
    assert sorted(names) == [["Invoice_0001.pdf"], ["Quote_0003.pdf"]]
    assert act(api, 2, "emailInvoice")["invoice_status_id"] == 2
    assert len(delivered(mailbox, "create.test")) == 3


def test_example_addresses_get_nothing_and_report_success(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    client(api, "a@example.com", "B@Example.Com.test")
    invoice(api)
    send(api, id=1)
    after = api.get("/invoices/1").data
    assert (after["last_sent_date"], after["invoice_status_id"], after["is_public"]) == (TODAY, 1, False)
    assert [row["sent_date"] for row in invitations(api)] == ["", ""]
    assert delivered(mailbox, "xample") == []


@pytest.mark.parametrize(
    ("prepare", "word"),
    [
        ("/clients/1?action=archive", "client"),
        ("/clients/1?action=delete", "client"),
        ("/invoices/1?action=archive", "invoice"),
        ("/invoices/1?action=delete", "invoice"),
        ("/contacts/1?action=archive", "contact"),
    ],
)
def test_refusals(api: Api, mailbox: Mailbox, prepare: str, word: str) -> None:
    domain = f"{prepare[1:].translate(str.maketrans('/?=', '---'))}.test"
    client(api, f"a@{domain}")
    invoice(api)
    assert api.put(prepare).status == 200
    before = api.get("/invoices/1").data
    answer = api.post("/email_invoice", {"id": 1})
    assert 400 <= answer.status < 500
    assert word in answer.json["error"]
    assert api.get("/invoices/1").data == before
    assert api.put("/invoices/1?action=emailInvoice").status == 200, "the action does not report it"
    assert api.get("/invoices/1").data == before
    assert delivered(mailbox, domain) == []


def test_without_an_address_nothing_is_sent(api: Api) -> None:
    client(api, "")
    invoice(api)
    assert "address" in api.post("/email_invoice", {"id": 1}).json["error"]
    made = invoice(api, email_invoice=True)
    assert (made["is_public"], made["id"]) == (True, 2), "it is published all the same"


def test_contacts_without_the_flag_get_nothing(api: Api, mailbox: Mailbox) -> None:
    rows = [{"email": "a@flag.test"}, {"email": "b@flag.test", "send_invoice": False}]
    api.post("/clients", {"contacts": rows})
    invoice(api)
    send(api, id=1)
    assert [str(mail["To"]) for mail in delivered(mailbox, "flag.test")] == ["a@flag.test"]
