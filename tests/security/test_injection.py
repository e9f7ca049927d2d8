"""Stored texts stay texts: in headers, mails, documents, patterns and logs."""

from __future__ import annotations

import logging
import re
from email import policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.api.gateway import serve
from chalicelib.delivery.relay import run_pending
from tests.api_client import PASSWORD, Api
from tests.engines import Mailbox
from tests.security.hostile import TEXTS, check

BREAKS = "a\r\nBcc: evil@x.test\r\n\r\n<script>alert(1)</script>"
ACTIVE = '<script>alert(1)</script><img src=x onerror="alert(2)"><a href="javascript:alert(3)">x</a>'
NUMBERS = (
    'a"b', "a\r\nSet-Cookie: x=y", "../../etc/passwd", "a/b\\c", "a;b=c", "Ünï—😀", "\u202egnp.exe", "%0d%0a", "a\x00b",
    "''", "`id`", "$(id)", "." * 50, "x" * 255, "{$counter}", "  -",
)  # fmt: skip


class Markup(HTMLParser):
    """What a mail reader would run or follow in a text of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "form"):
            self.active.append(tag)
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or "").lower():
                self.active.append(f"{tag} {name}")


def invoice(api: Api, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = api.post(
        "/invoices", {"client_id": 1, "invoice_items": [{"cost": 3}], **fields}
    ).data
    return made


@pytest.fixture
def customer(api: Api) -> Api:
    assert api.post("/clients", {"name": "Acme", "contact": {"email": "acme@x.test"}}).status == 200
    return api


def delivered(mailbox: Mailbox) -> EmailMessage:
    while run_pending():
        pass
    (mail,) = [mail for mail in mailbox.sent() if "acme@x.test" in str(mail["To"])]
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_file_names(customer: Api, number: str) -> None:
    made = invoice(customer, invoice_number=number)
    answer = customer.get(f"/download/{made['id']}")
    check(answer, number)
    assert answer.body.startswith(b"%PDF-")
    disposition = answer.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.pdf"', disposition)
    assert ".." not in disposition


def test_no_line_breaks_in_mail_headers(customer: Api, mailbox: Mailbox) -> None:
    assert (
        customer.put("/accounts", {"name": BREAKS, "work_email": "x@x.test\r\nBcc: evil@x.test"}).status
        == 200
    )
    contact = {"email": "acme@x.test", "first_name": BREAKS, "last_name": BREAKS}
    assert customer.put("/clients/1", {"name": BREAKS, "contacts": [contact]}).status == 200
    made = invoice(customer, invoice_number=BREAKS[:60], po_number=BREAKS)
    template = {"subject": f"$client $invoice {BREAKS}", "body": f"$client {BREAKS}"}
    assert customer.post("/email_invoice", {"id": made["id"], "template": template}).status == 200
    mail = delivered(mailbox)
    assert mail["Bcc"] is None and "evil@x.test" not in str(mail["To"])
    assert {name.lower() for name in mail} <= {
        "from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type",
    }  # fmt: skip
    for attachment in mail.iter_attachments():
        assert not {"\r", "\n", "/", '"'} & set(attachment.get_filename() or "")


def test_active_content_in_mails(customer: Api, mailbox: Mailbox) -> None:
    assert customer.put("/accounts", {"name": ACTIVE, "email_footer": ACTIVE}).status == 200
    contact = {"email": "acme@x.test", "first_name": ACTIVE}
    assert (
        customer.put("/clients/1", {"name": ACTIVE, "custom_value1": ACTIVE, "contacts": [contact]}).status
        == 200
    )
    made = invoice(customer, invoice_number=ACTIVE[:50], po_number=ACTIVE, public_notes=ACTIVE, terms=ACTIVE)
    names = "$client $contact $firstName $account $invoice $poNumber $notes $terms $customClient1"
    template = {
        "subject": f"{ACTIVE} {names}",
        "body": f"<p>{names}</p>{ACTIVE}<p style='background:url(javascript:1)'>x</p>",
    }
    assert customer.post("/email_invoice", {"id": made["id"], "template": template}).status == 200
    html = part(delivered(mailbox), "html")
    assert Markup(html).active == []
    assert "&lt;script&gt;alert(1)" in html


def test_variables_in_values_stay_as_they_are(customer: Api, mailbox: Mailbox) -> None:
    assert (
        customer.put("/clients/1", {"name": "$amount $password {{7*7}} {$counter} %(x)s {0}"}).status == 200
    )
    made = invoice(customer)
    template = {"subject": "To $client", "body": "Dear $client"}
    assert customer.post("/email_invoice", {"id": made["id"], "template": template}).status == 200
    mail = delivered(mailbox)
    assert mail["Subject"] == "To $amount $password {{7*7}} {$counter} %(x)s {0}"
    assert "Dear $amount $password {{7*7}} {$counter} %(x)s {0}" in part(mail, "plain")


def test_addresses_that_mean_several(customer: Api, mailbox: Mailbox) -> None:
    rows = [
        {"first_name": "x", "email": f"acme@x.test{more}"}
        for more in (", evil@x.test", "\r\nBcc: evil@x.test", ";evil@x.test", " <evil@x.test>")
    ]
    assert customer.put("/clients/1", {"contacts": rows}).status in (200, 422)
    customer.post("/email_invoice", {"id": invoice(customer)["id"]})
    while run_pending():
        pass
    assert not [mail for mail in mailbox.sent() if "evil" in mail.as_string(policy=policy.SMTP)]


@pytest.mark.parametrize("texts", [TEXTS[start::6] for start in range(6)], ids=range(6))
def test_any_text_can_be_printed(customer: Api, texts: tuple[str, ...]) -> None:
    """Whatever is taken is drawn: markup, controls, directions, lone combining marks."""
    for value in texts:
        short = value[:500]
        customer.put("/clients/1", {"name": short, "address1": short, "private_notes": "x"})
        lines = [{"notes": value[:3_000], "product_key": short, "cost": 1, "custom_value1": short}]
        made = customer.post(
            "/invoices",
            {"client_id": 1, "invoice_items": lines, "public_notes": value[:9_000], "terms": short},
        )
        if made.status == 200:
            answer = customer.get(f"/download/{made.data['id']}")
            check(answer, repr(value[:60]))
            assert answer.body.startswith(b"%PDF-")


def test_patterns_take_values_literally(customer: Api) -> None:
    pattern = "{$custom1}-{$counter}"
    assert customer.put("/accounts", {"name": "x", "invoice_number_pattern": pattern}).status == 200
    assert customer.put("/clients/1", {"custom_value1": "{$counter}\\1\\g<0>"}).status == 200
    assert invoice(customer)["invoice_number"] == "{$counter}\\1\\g<0>-0001"


def test_answers_escape_what_callers_sent(customer: Api) -> None:
    for name in ("index", "include", "serializer", "page"):
        answer = customer.get(f"/clients?{name}={quote(BREAKS)}")
        check(answer, name)
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
    answer = customer.put(f"/clients/1?action={quote(BREAKS)}")
    assert answer.status == 400 and answer.json["error"].startswith("Action [a\r\nBcc")


def test_host_headers_stay_in_the_links(customer: Api) -> None:
    answer = customer.get("/clients?per_page=1&page=2", host='x"\r\n<script>', x_forwarded_proto="javascript")
    check(answer, "host")


def test_a_log_line_is_one_line(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr("chalicelib.api.gateway.authenticate", broken)
    with caplog.at_level(logging.ERROR):
        answer = serve({"httpMethod": "GET", "path": "/v1/clients/1\r\nforged line", "headers": {}})
    assert answer["statusCode"] == 500 and "broken" not in answer["body"]
    assert all("\n" not in record.getMessage() for record in caplog.records)


def test_secrets_are_not_logged(api: Api, anonymous: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="kunai"):
        anonymous.post("/login", {"email": api.email, "password": PASSWORD})
        api.get("/clients")
        Api(api._gateway, "not a token").get("/clients")
    text = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("kunai", "chalicelib"))
    )
    assert PASSWORD not in text and api.token not in text
