from __future__ import annotations

import datetime as dt
import email
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.render.mail.mime import to_mime
from chalicelib.render.mail.model import Attachment, Mail
from chalicelib.render.textline import one_line

SENDER = "billing@kunai.test"
NOW = dt.datetime(2026, 11, 25, 8, 30, tzinfo=dt.UTC)
PDF = Attachment("Rechnung_№ 1 ä.pdf", bytes(range(256)) * 50)


def mail(**changes: Any) -> Mail:
    fields: dict[str, Any] = {
        "subject": "Invoice 0001",
        "text": "Grüße,\n\nPay: https://x.test\n",
        "html": "<p>Grüße</p>",
        "to": "jane@acme.test",
        "from_name": "Northwind Studio",
        "reply_to": "office@northwind.test",
    }
    return Mail(**fields | changes)


def parsed(written: Mail) -> EmailMessage:
    message = email.message_from_bytes(to_mime(written, SENDER, "<1@kunai.test>", NOW), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_logo_stands_beside_the_html_that_shows_it() -> None:
    message = parsed(mail(logo=Attachment("logo", b"\x89PNG", "image/png"), attachments=(PDF,)))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "application/pdf",
    ]  # fmt: skip
    picture = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert (picture["Content-ID"], picture["Content-Disposition"]) == ("<logo>", "inline")
    assert [part.get_filename() for part in message.iter_attachments()] == [PDF.name]


def content(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_text_and_html_are_alternatives_beside_the_attachments() -> None:
    message = parsed(mail(attachments=(PDF, Attachment("u.xml", b"<a/>", "text/xml"))))
    assert message.get_content_type() == "multipart/mixed"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == [
        "multipart/alternative",
        "application/pdf",
        "text/xml",
    ]
    assert content(message, "plain").replace("\r\n", "\n") == mail().text
    assert content(message, "html").strip() == "<p>Grüße</p>"
    attached = list(message.iter_attachments())
    assert [part.get_filename() for part in attached] == [PDF.name, "u.xml"]
    assert attached[0].get_content() == PDF.content


def test_headers() -> None:
    message = parsed(mail())
    assert message["From"] == "Northwind Studio <billing@kunai.test>"
    assert message["To"] == "jane@acme.test"
    assert message["Reply-To"] == "Northwind Studio <office@northwind.test>"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == "<1@kunai.test>"
    assert message["Bcc"] is None


def test_blind_recipients_stay_in_the_envelope() -> None:
    raw = to_mime(mail(bcc=("secret@x.test",)), SENDER, "<1@kunai.test>", NOW)
    assert b"secret" not in raw


def test_long_subjects_are_folded() -> None:
    subject = "Rechnung für " + "sehr lange Leistungen " * 20 + "x" * 300
    raw = to_mime(mail(subject=subject), SENDER, "<1@kunai.test>", NOW)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert parsed(mail(subject=subject))["Subject"] == subject


@pytest.mark.parametrize(
    "address",
    [
        "",
        "jane",
        "a@b.test, evil@x.test",
        "a@b.test\r\nBcc: evil@x.test",
        "Jane <a@b.test>",
        "jäne@b.test",
        "@b.test",
        "a@",
        "a b@c.test",
        "a@b..test",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        to_mime(mail(to=address), SENDER, "<1@kunai.test>", NOW)
    assert parsed(mail(reply_to=address))["Reply-To"] is None


def test_domains_of_any_script() -> None:
    assert parsed(mail(to="jane@bücher.test"))["To"] == "jane@xn--bcher-kva.test"


@pytest.mark.parametrize("media_type", ["", "pdf", "text/html\r\nX: y", "a/b/c"])
def test_odd_media_types_become_bytes(media_type: str) -> None:
    message = parsed(mail(attachments=(Attachment("f", b"x", media_type),)))
    assert [part.get_content_type() for part in message.iter_attachments()] == ["application/octet-stream"]


EVIL = st.text(st.characters(), max_size=200) | st.lists(
    st.sampled_from(
        [
            "\r\n",
            "\n",
            "Bcc: e@x.test",
            '"',
            "<e@x.test>",
            ",",
            ";",
            "ü",
            "=?utf-8?q?x?=",
            " ",
            "a" * 80,
            "\\",
        ]
    )
).map("".join)


@given(subject=EVIL, name=EVIL, text=EVIL, file_name=EVIL)
def test_nothing_in_a_mail_adds_headers_or_recipients(
    subject: str, name: str, text: str, file_name: str
) -> None:
    written = mail(
        subject=subject, from_name=name, text=text, html=text, attachments=(Attachment(file_name, b"%PDF"),)
    )
    raw = to_mime(written, SENDER, "<1@kunai.test>", NOW)
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    allowed = {"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}
    assert set(message.keys()) <= allowed
    assert len(message.keys()) == len(set(message.keys()))
    assert [address.addr_spec for address in message["From"].addresses] == [SENDER]
    assert [address.addr_spec for address in message["To"].addresses] == ["jane@acme.test"]
    assert [address.addr_spec for address in message["Reply-To"].addresses] == ["office@northwind.test"]
    assert [part.get_content() for part in message.iter_attachments()] == [b"%PDF"]
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert "".join(message["From"].addresses[0].display_name.split()) == "".join(one_line(name).split())
    assert "".join(str(message["Subject"]).split()) == "".join(one_line(subject).split())
