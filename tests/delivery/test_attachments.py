"""Documents that go along with mails of invoices and quotes (http.md 7.3, 7.5)."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from chalicelib.delivery import relay
from chalicelib.delivery.attachments import MOST_DOCUMENT_BYTES, TRIES_WITH_DRAWING
from tests.api_client import Api
from tests.delivery.post import Clock
from tests.engines import Mailbox
from tests.uploads import FORM, multipart, put_into_s3, send, upload

PDF = "Invoice_0001.pdf"


def attached(message: EmailMessage) -> list[tuple[str | None, str]]:
    return [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()]


def names(mailbox: Mailbox) -> list[list[str | None]]:
    return [[name for name, _ in attached(mail)] for mail in mailbox.sent()]


def mail(api: Api, clock: Clock, number: int = 1) -> None:
    assert api.post("/email_invoice", {"id": number}).status == 200
    clock.run()


def test_the_account_chooses_the_formats(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    for pdf, ubl in ((False, False), (False, True), (None, True)):
        settings = {"pdf_email_attachment": pdf, "ubl_email_attachment": ubl}
        assert api.put("/accounts", {"name": "Acme", **settings}).data["pdf_email_attachment"] is False
        mail(api, clock)
    xml = "Invoice_0001.xml"
    assert names(mailbox) == [[], [], [xml], [xml], [PDF, xml], [PDF, xml]]
    written = list(mailbox.sent()[-1].iter_attachments())[1]
    assert written.get_content_type() == "application/xml"
    assert b">119.00</cbc:PayableAmount>" in written.get_content()


def test_what_cannot_be_drawn_stays_away_in_the_end(
    api: Api, clock: Clock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise ArithmeticError("no such glyph")

    monkeypatch.setattr("chalicelib.render.pdf.render", fail)
    api.post("/email_invoice", {"id": 1})
    for pause in (0, *relay.PAUSES[: TRIES_WITH_DRAWING - 2]):
        clock.run(pause)
    assert mailbox.sent() == []
    clock.run(relay.PAUSES[TRIES_WITH_DRAWING - 2])
    assert names(mailbox) == [[], []]


def test_documents_may_be_listed(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    made = upload(api, "The offer.txt", b"a", invoice_id=1)
    template = {"body": "$viewLink $documents"}
    assert api.post("/email_invoice", {"id": 1, "template": template}).status == 200
    clock.run()
    key = api.get("/invoices/1?include=invitations").data["invitations"][0]["key"]
    text = mailbox.sent()[0].get_body(("plain",))
    assert text is not None
    assert "- The offer.txt: http" in text.get_content()
    assert f"/view/{key}/documents/{made['id']}" in text.get_content()


def test_the_logo_is_inside_of_mails_with_a_design(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"x" * 40
    form = multipart({"name": "Acme", "email_design_id": "3"}, ("logo.png", png))
    body = form.replace(b'name="file"', b'name="logo"')
    assert api.put("/accounts", body, content_type=FORM).status == 200
    mail(api, clock)
    pictures = [part for part in mailbox.sent()[0].walk() if part.get_content_maintype() == "image"]
    assert [(part["Content-ID"], part.get_content()) for part in pictures] == [("<logo>", png)]


def test_without_the_setting_nothing_goes_along(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    send(api, fields={"invoice_id": 1})
    mail(api, clock)
    assert names(mailbox) == [[PDF], [PDF]]


def test_the_smallest_come_first(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    api.put("/accounts", {"name": "Acme", "document_email_attachment": True})
    send(api, "Größe.txt", b"twelve bytes", {"invoice_id": 1})
    send(api, "small.pdf", b"%PDF", {"invoice_id": 1})
    send(api, "terms.doc", b"terms", {"is_default": 1})
    send(api, "other.txt", b"other")
    mail(api, clock)
    expected = [
        (PDF, "application/pdf"),
        ("small.pdf", "application/pdf"),
        ("terms.doc", "application/msword"),
        ("Größe.txt", "text/plain"),
    ]
    assert [attached(message) for message in mailbox.sent()] == [expected, expected]
    contents = [part.get_content() for part in mailbox.sent()[0].iter_attachments()]
    assert contents[1] == b"%PDF"


def test_expenses_of_the_invoice_share_theirs(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    api.put("/accounts", {"name": "Acme", "document_email_attachment": True})
    for shares in (True, False):
        number = api.post("/expenses", {"amount": 5, "invoice_documents": shares}).data["id"]
        send(api, f"{shares}.txt", str(shares).encode(), {"expense_id": number})
    lines = [{"cost": 5, "expense_public_id": 1}, {"cost": 5, "expense_public_id": 2}]
    invoice = api.post("/invoices", {"client_id": 1, "invoice_items": lines}).data["id"]
    mail(api, clock, invoice)
    assert names(mailbox) == [["Invoice_0002.pdf", "True.txt"]] * 2


def test_what_does_not_fit_is_left_out(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    api.put("/accounts", {"name": "Acme", "document_email_attachment": True})
    for size in (5, MOST_DOCUMENT_BYTES - 4):
        form = api.post("/documents", {"name": f"{size}.txt", "size": size}).data
        put_into_s3(form, b"x" * size)
        body = {"upload": form["upload"], "name": f"{size}.txt", "invoice_id": 1}
        assert api.post("/documents", body).status == 200
    mail(api, clock)
    assert names(mailbox) == [[PDF, "5.txt"]] * 2


def test_what_was_deleted_meanwhile_stays_away(api: Api, clock: Clock, mailbox: Mailbox) -> None:
    api.put("/accounts", {"name": "Acme", "document_email_attachment": True})
    made = upload(api, "a.txt", b"a", is_default=1)
    api.post("/email_invoice", {"id": 1})
    api.delete(f"/documents/{made['id']}")
    clock.run()
    assert names(mailbox) == [[PDF], [PDF]]
