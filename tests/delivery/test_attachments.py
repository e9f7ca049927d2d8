"""Documents that go along with mails of invoices and quotes (http.md 7.3, 7.5)."""

from __future__ import annotations

from email.message import EmailMessage

from chalicelib.delivery.mail import MOST_DOCUMENT_BYTES
from tests.api_client import Api
from tests.delivery.post import Clock
from tests.engines import Mailbox
from tests.uploads import put_into_s3, send, upload

PDF = "Invoice_0001.pdf"


def attached(message: EmailMessage) -> list[tuple[str | None, str]]:
    return [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()]


def names(mailbox: Mailbox) -> list[list[str | None]]:
    return [[name for name, _ in attached(mail)] for mail in mailbox.sent()]


def mail(api: Api, clock: Clock, number: int = 1) -> None:
    assert api.post("/email_invoice", {"id": number}).status == 200
    clock.run()


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
