from __future__ import annotations

import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.render.mail.compose import LONGEST_SUBJECT, build_mail
from chalicelib.render.mail.model import KINDS, Attachment, Kind, Mail, Occasion
from tests.render.records import account, client, contact, invoice, item

LINK = "https://pay.example.com/view/" + "k" * 32
JANE = {"first_name": "Jane", "last_name": "Roe", "email": "jane@northwind.test"}


def mail(
    kind: Kind = "invoice",
    *,
    owner: dict[str, Any] | None = None,
    payer: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    bill: dict[str, Any] | None = None,
    **occasion: Any,
) -> Mail:
    return build_mail(
        Occasion(kind, LINK, **occasion),
        bill or invoice(is_quote=kind == "quote"),
        payer or client(),
        contact(),
        owner or account(),
        settings or {},
        JANE,
    )


def test_a_plain_invoice_mail() -> None:
    written = mail()
    assert written.subject == "Invoice 0001 from Northwind Studio"
    assert written.text == (
        "Acme Ltd,\n\nTo view your invoice for $760.00, follow the link below.\n\n"
        f"{LINK}\n\nRegards,\nNorthwind Studio"
    )
    assert f'<a href="{LINK}" rel="noopener noreferrer">{LINK}</a>' in written.html
    assert (written.to, written.from_name, written.reply_to) == (
        "jane@acme.test",
        "Northwind Studio",
        "jane@northwind.test",
    )


@pytest.mark.parametrize(
    ("kind", "subject", "amount"),
    [
        ("quote", "Quote 0001 from Northwind Studio", "$760.00"),
        ("payment", "We received your payment", "$12.50"),
        ("reminder3", "Reminder: invoice 0001, Northwind Studio", "$760.00"),
    ],
)
def test_every_kind_has_its_words(kind: Kind, subject: str, amount: str) -> None:
    written = mail(kind, paid=Decimal("12.5") if kind == "payment" else None)
    assert written.subject == subject
    assert amount in written.text


def test_a_deposit_is_the_amount_asked_for() -> None:
    written = mail(
        bill=invoice(partial="100", partial_due_date="2026-11-30"), body="$amount of $total by $dueDate"
    )
    assert written.text == "$100.00 of $760.00 by 2026-11-30"


def test_language_and_formats_of_the_client() -> None:
    written = mail(payer=client(language_id=3, currency_id=3, country_id=276))
    assert written.subject == "Rechnung 0001 von Northwind Studio"
    assert "760,00 €" in written.text
    assert '<html lang="de" dir="ltr">' in written.html


def test_stored_texts_replace_the_defaults_and_overrides_replace_both() -> None:
    settings = {"email_subject_invoice": "Bill $invoice", "email_template_invoice": "<p>Pay $amount</p>"}
    assert (mail(settings=settings).subject, mail(settings=settings).text) == ("Bill 0001", "Pay $760.00")
    written = mail(settings=settings, subject="Now: $number")
    assert (written.subject, written.text) == ("Now: 0001", "Pay $760.00")


def test_reply_and_copy_addresses() -> None:
    settings = {"reply_to_email": "billing@northwind.test", "bcc_email": "a@x.test, b@x.test"}
    assert mail(settings=settings).reply_to == "billing@northwind.test"
    assert mail(settings=settings).bcc == ("a@x.test", "b@x.test")
    assert mail(settings=settings, copied=False).bcc == ()


def test_an_account_without_name_is_called_by_its_user() -> None:
    assert mail(owner=account(name=None)).from_name == "Jane Roe"


VARIABLES = {
    "$client": "Acme Ltd",
    "$idNumber": "C-7",
    "$account": "Northwind Studio",
    "$contact": "Jane Doe",
    "$firstName": "Jane",
    "$dueDate": "2026-12-06",
    "$invoiceDate": "2026-11-22",
    "$balance": "$760.00",
    "$partial": "$0.00",
    "$quote": "0001",
    "$poNumber": "PO-7781",
    "$terms": "Net 14",
    "$notes": "Thank you",
    "$customClient1": "North",
    "$password": "",
    "$documents": "",
    "$autoBill": "",
    "$link": LINK,
    "$paymentLink": LINK.replace("view", "payment"),
    "$approveLink": LINK.replace("view", "approve"),
    "$creditCardLink": LINK.replace("view", "payment") + "/credit_card",
    "$portalLink": LINK,
    "$viewButton": f"View Invoice: {LINK}",
    "$paymentButton": f"Pay Now: {LINK.replace('view', 'payment')}",
    "$unknown": "$unknown",
    "$Client": "$Client",
    "$invoiced": "0001d",
    "$5": "$5",
    "$": "$",
}


@pytest.mark.parametrize("name", VARIABLES)
def test_variables(name: str) -> None:
    assert mail(body=f"[{name}]").text.replace("\n", "") == f"[{VARIABLES[name]}]"


def test_documents_and_announced_charges() -> None:
    written = mail(
        body="$documents $autoBill",
        documents=(("Offer <1>.pdf", "https://pay.example.com/d/1"),),
        auto_bill_date="2026-12-01",
    )
    assert "Documents\n\n- Offer <1>.pdf: https://pay.example.com/d/1" in written.text
    assert "charged to your stored payment method on 2026-12-01." in written.text


def test_links_in_templates_keep_their_label() -> None:
    body = '<p><a href="$viewLink">Have a look</a> or see https://northwind.test/a?b=1&amp;c=2.</p>'
    written = mail(body=body)
    assert written.text == f"Have a look: {LINK} or see https://northwind.test/a?b=1&c=2."
    assert written.html.count("<a ") == 2


@pytest.mark.parametrize("design", [1, 2, 3])
def test_designs_show_button_address_and_amount(design: int) -> None:
    written = mail(
        owner=account(email_design_id=design, primary_color="#123456"),
        logo=Attachment("logo", b"x", "image/png"),
    )
    assert f">{LINK}</a>" in written.html
    assert LINK in written.text
    assert written.text.count(LINK) == 1
    assert ("#123456" in written.html) is (design > 1)
    assert ("Invoice Number: 0001" in written.html) is (design > 1)
    assert ("background-color:#123456" in written.html) is (design == 3)
    assert balanced(written.html)


def test_the_logo_is_shown_by_mails_with_a_design() -> None:
    logo = Attachment("logo", b"x", "image/png")
    assert mail(logo=logo).logo is None
    written = mail(owner=account(email_design_id=2), logo=logo)
    assert written.logo == logo
    assert '<a href="https://northwind.test"><img src="cid:logo" alt="Northwind Studio"' in written.html


def test_programs_are_told_of_the_invoice_on_request() -> None:
    assert "ld+json" not in mail().html
    evil = "</script><img src=x onerror=alert(1)>"
    html = mail(owner=account(enable_email_markup=True, name=evil)).html
    assert tags(html).isdisjoint({"img"})
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    found = json.loads(text)
    assert found["provider"]["name"] == evil
    assert found["totalPaymentDue"] == {
        "@type": "PriceSpecification", "price": "760", "priceCurrency": "USD",
    }  # fmt: skip
    assert (found["@type"], found["paymentDueDate"]) == ("Invoice", "2026-12-06")
    assert found["potentialAction"]["url"] == LINK


def test_receipts_name_what_is_left_and_refunds_what_was_returned() -> None:
    paid = Decimal("12.5")
    partial = mail("partial", paid=paid, bill=invoice(balance="747.50"))
    assert partial.subject == "We received your partial payment"
    assert "$12.50. The open balance of invoice 0001 is $747.50." in partial.text
    own = {"email_template_payment": "Thanks for $amount"}
    assert mail("partial", paid=paid, settings=own).text == "Thanks for $12.50"
    both = own | {"email_template_partial": "Part: $amount"}
    assert mail("partial", paid=paid, settings=both).text == "Part: $12.50"
    refund = mail("refund", paid=paid, owner=account(email_design_id=2))
    assert refund.subject == "Your refund for invoice 0001"
    assert "We have refunded $12.50 to you for invoice 0001." in refund.text
    assert "Refunded<br>" in refund.html


def test_a_subject_ends_somewhere() -> None:
    assert len(mail(subject="$notes", bill=invoice(public_notes="x" * 9_999)).subject) == LONGEST_SUBJECT


def test_right_to_left_languages_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.render.formats.code_of", lambda _: "ar")
    assert '<html lang="ar" dir="rtl">' in mail().html


EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)"> $amount " onmouseover="x'


@pytest.mark.parametrize("design", [1, 2, 3])
def test_values_cannot_become_markup_or_variables(design: int) -> None:
    written = build_mail(
        Occasion("invoice", LINK, body="$client $notes $terms $contact $customClient1 $poNumber"),
        invoice(item(), invoice_number=EVIL, public_notes=EVIL, terms=EVIL, po_number=EVIL),
        client(name=EVIL, custom_value1=EVIL),
        contact(first_name=EVIL, email=EVIL),
        account(
            name=EVIL,
            address1=EVIL,
            website=EVIL,
            email_design_id=design,
            primary_color=EVIL,
            email_footer=EVIL,
        ),
        {},
        JANE,
    )
    assert tags(written.html).isdisjoint({"script", "img"})
    assert not handlers(written.html)
    assert EVIL in written.text
    assert written.subject == f"Invoice {EVIL} from {EVIL}"


def test_templates_cannot_carry_scripts() -> None:
    bad = (
        '<p onclick="x()">a</p><script>b</script><a href="javascript:x()">c</a><iframe src="https://x.test"></iframe>'
        '<div style="position:fixed; background-image:url(https://x.test)">d</div><style>p{}</style><form>e</form>'
        '<a href="$notes">f</a>'
    )
    for given_mail in (
        mail(body=bad, bill=invoice(public_notes="javascript:alert(1)")),
        mail(settings={"email_template_invoice": bad}),
        mail(owner=account(email_footer=bad)),
    ):
        body = given_mail.html.partition("<body")[2]
        assert tags(body).isdisjoint({"script", "iframe", "style", "form"})
        assert "javascript:" not in re.sub(r">[^<]*<", "><", body)
        assert "position" not in body
        assert "url(" not in body
        assert not handlers(body)


def test_subjects_and_names_stay_on_one_line() -> None:
    evil = "x\r\nBcc: victim@x.test\u2028\x00y"
    written = mail(subject=f"{evil} $client", payer=client(name=evil), owner=account(name=evil))
    assert written.subject == "x Bcc: victim@x.test y x Bcc: victim@x.test y"
    assert written.from_name == "x Bcc: victim@x.test y"


ANY_TEXT = st.text(st.characters(), max_size=80)
MARKUP = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "<a href='",
            "'>",
            "</a>",
            "&",
            "&lt",
            "$client",
            "$viewButton",
            "\n",
            "https://x.test/",
            "<b>",
            "\ud800",
        ]
    )
).map("".join)


@given(
    kind=st.sampled_from(KINDS),
    words=st.lists(ANY_TEXT | MARKUP, min_size=5, max_size=5),
    design=st.integers(1, 3),
)
def test_any_text_becomes_a_mail(kind: Kind, words: list[str], design: int) -> None:
    subject, body, name, notes, footer = words
    written = build_mail(
        Occasion(kind, LINK, subject=subject, body=body),
        invoice(public_notes=notes),
        client(name=name),
        contact(first_name=name),
        account(name=name, email_footer=footer, email_design_id=design),
        {},
        JANE,
    )
    assert "\n" not in written.subject
    written.html.encode()
    written.text.encode()
    assert "script" not in tags(written.html)


class Reader(HTMLParser):
    VOID = frozenset({"br", "hr", "img", "meta"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.urls: set[str] = set()
        self.open: list[str] = []
        self.balanced = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.urls.update(value for name, value in attrs if name in ("href", "src") and value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.balanced = self.balanced and bool(self.open) and self.open.pop() == tag


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def tags(html: str) -> set[str]:
    return read(html).tags


def handlers(html: str) -> set[str]:
    return {name for name in read(html).attributes if name.startswith("on")}


def balanced(html: str) -> bool:
    reader = read(html)
    return reader.balanced and not reader.open
