"""Whatever stands in a text of anybody, a mail has its own headers, its one recipient and its own parts."""

from __future__ import annotations

import datetime as dt
import email
from decimal import Decimal
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.render.mail.compose import build_mail
from chalicelib.render.mail.mime import to_mime
from chalicelib.render.mail.model import KINDS, Attachment, Kind, Occasion
from tests.render.mail.test_compose import LINK, read
from tests.render.records import account, client, contact, invoice, item

NOW = dt.datetime(2026, 11, 25, 8, 30, tzinfo=dt.UTC)
HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
TEMPLATE = """
$footer $emailSignature $client $idNumber $vatNumber $account $contact $firstName $dueDate $invoiceDate
$amount $total $balance $partial $invoice $quote $number $poNumber $terms $notes $link $viewLink $viewButton
$paymentLink $paymentButton $approveLink $approveButton $creditCardLink $creditCardButton $portalLink
$portalButton $password $documents $autoBill $customClient1 $customClient2 $customContact1 $customContact2
$customInvoice1 $customInvoice2
"""
SHOWN = f"{TEMPLATE} <a href='$notes'>$terms</a> <img src='$client' alt='$contact'> <p style='$notes'>x</p>"
FRAGMENTS = (
    "\r\n", "\n\n", "\r", "\u2028", "\x00", "\ud800", "\u202e", "Bcc: e@evil.test", "To: e@evil.test",
    "Content-Type: text/html", "--===============", "=?utf-8?q?x?=", '"', "<", ">", ",", ";", "@evil.test",
    "<script>alert(1)</script>", "</title><script>", "<img src=x onerror=x>", "javascript:x", "' onclick='x",
    '" style="position:fixed', "&lt;script&gt;", "$viewButton", "$$", "\\", "%0d%0a", "é", "x" * 90,
)  # fmt: skip
EVIL = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5).map("".join)


@settings(max_examples=30)
@given(
    kind=st.sampled_from(KINDS), evil=EVIL, more=EVIL, design=st.integers(1, 3), template=st.booleans(),
    markup=st.booleans(),
)  # fmt: skip
def test_nothing_gets_through(
    kind: Kind, evil: str, more: str, design: int, template: bool, markup: bool
) -> None:
    message = written(kind, evil, more, design, template, markup)
    assert list(message.keys()) == HEADERS
    assert not [defect for name in HEADERS for defect in message[name].defects]
    assert [str(address) for address in message["To"].addresses] == ["jane@acme.test"]
    assert [address.addr_spec for address in message["From"].addresses] == ["billing@kunai.test"]
    assert [address.addr_spec for address in message["Reply-To"].addresses] == ["office@northwind.test"]
    related = ["multipart/related", "text/html", "image/png"] if design > 1 else ["text/html"]
    kinds = ["multipart/mixed", "multipart/alternative", "text/plain", *related, "application/octet-stream"]
    assert [part.get_content_type() for part in message.walk()] == kinds
    (attached,) = message.iter_attachments()
    assert not {"\r", "\n", "/", "\\", '"'} & set(attached.get_filename() or "")
    check_html(message)


def written(kind: Kind, evil: str, more: str, design: int, template: bool, markup: bool) -> EmailMessage:
    texts = dict.fromkeys(("custom_value1", "custom_value2", "vat_number", "website", "city"), more)
    occasion = Occasion(
        kind,
        LINK,
        subject=TEMPLATE if template else evil,
        body=SHOWN if template else f"{evil}{SHOWN}{more}",
        attachments=(Attachment(evil, b"%PDF", more),),
        documents=((evil, f"https://pay.example.com/{more}"),),
        logo=Attachment("logo", b"x", "image/png"),
        paid=Decimal(5),
        auto_bill_date=evil,
    )
    mail = build_mail(
        occasion,
        invoice(
            item(notes=evil), invoice_number=evil, po_number=more, terms=evil, public_notes=more,
            invoice_date=evil, due_date=more, custom_text_value1=evil,
        ),
        client(name=evil, id_number=evil, **texts),
        contact(first_name=evil, last_name=more, custom_value1=evil),
        account(
            name=evil, address1=evil, email_design_id=design, primary_color=more, email_footer=more,
            enable_email_markup=markup, invoice_labels={"balance_due": evil}, **texts,
        ),
        {"reply_to_email": "office@northwind.test", f"email_subject_{kind}": more, "bcc_email": more},
        {"first_name": evil, "last_name": more, "email": evil},
    )  # fmt: skip
    message = email.message_from_bytes(
        to_mime(mail, "billing@kunai.test", "<1@kunai.test>", NOW), policy=default
    )
    assert isinstance(message, EmailMessage)
    return message


def check_html(message: EmailMessage) -> None:
    body = message.get_body(("html",))
    assert body is not None
    head, _, shown = body.get_content().partition("<body")
    found = read(shown)
    assert found.tags.isdisjoint({"script", "style", "iframe", "form", "meta", "title"})
    assert not {name for name in found.attributes if name.startswith("on")}
    assert read(head).tags <= {"html", "head", "meta", "title", "style", "script"}
    for url in found.urls:
        assert urlsplit(url.strip()).scheme in ("", "http", "https", "mailto", "tel", "cid"), url
