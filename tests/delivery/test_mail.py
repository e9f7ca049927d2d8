"""What clients find in their mail: text, link and document of the moment in which it was asked for."""

from __future__ import annotations

import io
from email.message import EmailMessage

import pypdf
import pytest

from tests.api_client import Api
from tests.delivery.post import Clock, posting
from tests.engines import Mailbox


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def document(message: EmailMessage) -> str:
    """The text of the one attached PDF."""
    (attachment,) = message.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    reader = pypdf.PdfReader(io.BytesIO(attachment.get_content()))
    return "\n".join(page.extract_text() for page in reader.pages)


def file_name(message: EmailMessage) -> str | None:
    (attachment,) = message.iter_attachments()
    return attachment.get_filename()


def links(api: Api, number: int = 1) -> list[str]:
    invoice = api.get(f"/invoices/{number}?include=invitations").data
    return [row["link"] for row in invoice["invitations"]]


def set_mail(api: Api, **texts: str) -> None:
    assert api.put("/accounts", {"name": "Acme", "account_email_settings": texts}).status == 200


def test_each_contact_gets_a_mail_with_a_link_and_the_document(
    api: Api, clock: Clock, mailbox: Mailbox
) -> None:
    assert api.post("/email_invoice", {"id": 1}).json == {"message": "success"}
    assert clock.run() == 2
    mails = {str(mail["To"]): mail for mail in mailbox.sent()}
    assert sorted(mails) == ["ann@client.test", "bob@client.test"]
    ann, bob = links(api)
    for mail, own, other in ((mails["ann@client.test"], ann, bob), (mails["bob@client.test"], bob, ann)):
        assert "Acme" in str(mail["From"])
        assert "Acme" in str(mail["Subject"])
        assert api.email in str(mail["Reply-To"])
        assert file_name(mail) == "Invoice_0001.pdf"
        assert "0001" in document(mail)
        assert "119" in document(mail)
        for kind in ("plain", "html"):
            assert own in part(mail, kind)
            assert other not in part(mail, kind)
    assert mails["ann@client.test"]["Message-ID"] != mails["bob@client.test"]["Message-ID"]


def test_a_mailed_invoice_is_sent_and_counts(api: Api, clock: Clock) -> None:
    api.post("/email_invoice", {"id": 1})
    invoice = api.get("/invoices/1?include=invitations").data
    assert (invoice["is_public"], invoice["invoice_status_id"]) == (True, 2)
    assert all(row["sent_date"] for row in invoice["invitations"])
    assert api.get("/clients/1").data["balance"] == 119
    clock.run()


def test_a_quote_is_called_one(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    quote = api.post(
        "/invoices", {"client_id": 1, "is_quote": True, "invoice_items": [{"cost": 5, "qty": 1}]}
    )
    api.post("/email_invoice", {"id": quote.data["id"]})
    clock.run()
    for mail in mailbox.sent():
        assert "quote" in f"{mail['Subject']}".lower()
        assert "quote" in part(mail, "plain").lower()
        assert str(file_name(mail)).startswith("Quote_")


def test_a_reminder_has_texts_of_its_own(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    set_mail(api, email_subject_reminder2="Second call for $invoice", email_template_reminder2="Pay, $client")
    assert api.post("/email_invoice", {"id": 1, "reminder": "reminder2"}).status == 200
    clock.run()
    for mail in mailbox.sent():
        assert mail["Subject"] == "Second call for 0001"
        assert "Pay, Client & Co" in part(mail, "plain")
        assert "Pay, Client &amp; Co" in part(mail, "html")


def test_a_template_of_the_request_wins_and_is_made_safe(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    set_mail(api, email_subject_invoice="Stored", email_template_invoice="Stored")
    template = {"subject": "Hi $firstName", "body": "<p>$amount</p><script>x</script>"}
    assert api.post("/email_invoice", {"id": 1, "template": template}).status == 200
    clock.run()
    assert sorted(str(mail["Subject"]) for mail in mailbox.sent()) == ["Hi Ann", "Hi Bob"]
    for mail in mailbox.sent():
        assert "119" in part(mail, "html")
        assert "<script" not in part(mail, "html")


def test_the_blind_copy_is_sent_once_and_never_shown(api: Api, clock: Clock) -> None:
    set_mail(api, bcc_email="books@acme.test, boss@acme.test")
    with posting() as posted:
        api.post("/email_invoice", {"id": 1})
        clock.run()
    assert sorted((mail.to, mail.bcc) for mail in posted) == [
        (["ann@client.test"], ["books@acme.test", "boss@acme.test"]),
        (["bob@client.test"], []),
    ]
    assert all("books@acme.test" not in str(mail.message) for mail in posted)


def test_later_edits_do_not_change_what_was_sent(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    api.post("/email_invoice", {"id": 1})
    line = {"product_key": "Support", "notes": "changed later", "cost": "777", "qty": 1}
    assert api.put("/invoices/1", {"invoice_items": [line]}).status == 200
    assert api.put("/clients/1", {"name": "Renamed"}).status == 200
    clock.run()
    for mail in mailbox.sent():
        shown = document(mail)
        assert "119" in shown
        assert "777" not in shown
        assert "Client & Co" in shown


def test_a_contact_that_is_removed_later_still_gets_its_mail(
    api: Api, clock: Clock, mailbox: Mailbox
) -> None:
    api.post("/email_invoice", {"id": 1})
    contacts = api.get("/clients/1").data["contacts"]
    api.put("/clients/1", {"contacts": [{"id": contacts[0]["id"]}]})
    clock.run()
    assert len(mailbox.sent()) == 2


def test_example_com_is_never_written_to(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    contact = {"email": "Someone@Example.com"}
    client = api.post("/clients", {"name": "Sample", "contact": contact}).data["id"]
    line = {"cost": 1, "qty": 1}
    invoice = api.post("/invoices", {"client_id": client, "email_invoice": True, "invoice_items": [line]})
    assert invoice.status == 200
    assert api.post("/email_invoice", {"id": invoice.data["id"]}).json == {"message": "success"}
    assert clock.run() == 0
    assert mailbox.sent() == []


@pytest.mark.parametrize("path", ["/invoices/1?action=archive", "/clients/1?action=archive"])
def test_what_is_archived_is_refused(api: Api, clock: Clock, mailbox: Mailbox, path: str) -> None:
    assert api.put(path).status == 200
    refused = api.post("/email_invoice", {"id": 1})
    assert refused.status == 422
    assert "archived" in refused.json["error"]
    assert clock.run() == 0
    assert mailbox.sent() == []
    assert api.get("/invoices/1").data["is_public"] is False
