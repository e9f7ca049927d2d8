"""The portal's page of one document: what a client sees of it, worked out from wire-named records."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.billing.status import InvoiceStatus, is_overdue
from chalicelib.data import load
from chalicelib.render import formats
from chalicelib.render.context import Context, context_of, is_quote, kind_of
from chalicelib.render.document import Document
from chalicelib.render.formats import Locale, locale_of
from chalicelib.render.html.pages import page
from chalicelib.render.invoice import build, color
from chalicelib.render.labels import json_object, translations
from chalicelib.render.numbers import number

Wire = Mapping[str, Any]

PLAIN_COLUMNS = ("item", "service", "description")
"""Columns whose content needs no label where a line is shown as a block."""
SIZES = ("B", "kB", "MB")


class Paid(NamedTuple):
    """A payment; `day` is ISO."""

    day: str
    amount: Decimal


class File(NamedTuple):
    id: int
    name: str
    size: int


class Other(NamedTuple):
    """Another document that the client owes, and the address of its page."""

    path: str
    invoice: Wire


class Badge(NamedTuple):
    """`tone` is one of the styles: good, warn, error or info."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a page is made of. `today` decides what is late."""

    invoice: Wire
    client: Wire
    contact: Wire
    account: Wire
    invitation: Wire
    today: date
    logo: bytes | None = None
    payments: Sequence[Paid] = ()
    files: Sequence[File] = ()
    others: Sequence[Other] = ()
    signer: Wire = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses: those of the page's own link, and `onward` to the invoice that a quote became.

    `token` goes with every form. `seen` is empty when this view is not to be counted. `pay` holds (address,
    label) pairs.
    """

    files: str
    download: str
    approve: str
    token: str
    seen: str = ""
    onward: str = ""
    pay: Sequence[tuple[str, str]] = ()


def words(language: str) -> Mapping[str, str]:
    return translations("portal", language)


def in_language(client: Wire, wish: str) -> Wire:
    """The client as a reader of another language, by its code (`pt_BR`, `pt-BR`); others are passed over."""
    code = wish.replace("-", "_").lower()
    row = next((row for row in load("languages") if row["locale"].lower() == code), None)
    return {**client, "language_id": row["id"]} if row else client


def language_of(account: Wire, client: Wire) -> str:
    return locale_of(account, client).language


def style(account: Wire) -> str:
    """The account's colour, as the one style that differs by page; empty without one."""
    chosen = color(account.get("primary_color"))
    return f":root{{--accent:{chosen}}}" if chosen else ""


def invoice_page(
    facts: Facts, links: Links, base: str, may_approve: bool, errors: Mapping[str, str], sent: Wire
) -> str:
    """The whole page. `errors` are names of texts by field, and `sent` what the refused form held."""
    context = context_of(facts.invoice, facts.client, facts.contact, facts.account)
    locale = locale_of(facts.account, facts.client)
    document = build(facts.invoice, facts.client, facts.contact, facts.account, facts.logo)
    quote = is_quote(facts.invoice)
    return page(
        "invoice.html",
        base,
        locale.language,
        words=words(locale.language),
        labels=context.labels,
        document=document,
        plain_columns=PLAIN_COLUMNS,
        heading=_heading(facts.invoice, context),
        sender=document.company[0] if document.company else "",
        logo=picture(document),
        badge=badge(facts, locale.language, context.labels),
        message=_message(facts, quote),
        history=history(facts, locale, context),
        files=[(file.id, file.name, size_text(file.size, locale)) for file in facts.files],
        others=[_other(other, locale) for other in facts.others],
        approved=facts.signer,
        is_approved=_is_approved(facts.invoice) if quote else False,
        is_expired=quote
        and badge(facts, locale.language, context.labels).text == words(locale.language)["expired"],
        may_approve=may_approve,
        wants_terms=bool(facts.account.get("show_accept_quote_terms")),
        errors=[words(locale.language)[text] for text in errors.values()],
        wants_signature=bool(facts.account.get("require_quote_signature")),
        links=links,
        style=style(facts.account),
        sent=sent,
    )


def picture(document: Document) -> str:
    """The logo as an address of its own content; empty without one."""
    logo = document.logo
    if not logo:
        return ""
    kind = "png" if logo[:4] == b"\x89PNG" else "gif" if logo[:3] == b"GIF" else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(logo).decode()}"


def badge(facts: Facts, language: str, labels: Mapping[str, str]) -> Badge:
    """The state of a document in a word, as it matters to the client."""
    invoice, today = facts.invoice, facts.today
    if is_quote(invoice):
        if _is_approved(invoice):
            return Badge("good", labels["approved"])
        is_late = bool(invoice["due_date"]) and str(invoice["due_date"]) < today.isoformat()
        return Badge("warn", words(language)["expired"]) if is_late else Badge("info", labels["pending"])
    balance = number(invoice["balance"])
    if balance <= 0:
        is_paid = invoice["invoice_status_id"] == InvoiceStatus.PAID
        return Badge("good", labels["paid"]) if is_paid else Badge("", "")
    if is_overdue(invoice["due_date"], number(invoice["partial"]), invoice["partial_due_date"], today):
        return Badge("error", labels["overdue"])
    if balance < number(invoice["amount"]):
        return Badge("warn", labels["partial_paid"])
    return Badge("info", labels["unpaid"])


def history(facts: Facts, locale: Locale, context: Context) -> list[tuple[str, str]]:
    """What happened, as (day, text), oldest first."""
    labels, invitation = context.labels, facts.invitation
    found = [(invitation["sent_date"], labels["sent"]), (invitation["viewed_date"], labels["viewed"])]
    found += [(paid.day, f"{labels['payment']}: {context.money(paid.amount)}") for paid in facts.payments]
    if facts.signer:
        by = words(locale.language)["approved_by"].format(name=facts.signer["signed_by"])
        found.append(
            (facts.signer["signature_date"], by if facts.signer["signed_by"] else labels["approved"])
        )
    rows = sorted((moment, text) for moment, text in found if moment)
    return [(formats.date(moment, locale), text) for moment, text in rows]


def size_text(size: int, locale: Locale) -> str:
    """A number of bytes for people: `1.4 MB`."""
    amount, unit = Decimal(size), 0
    while amount >= 1000 and unit < len(SIZES) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{formats.quantity(round(amount, 1 if unit > 1 else 0), locale)} {SIZES[unit]}"


def _heading(invoice: Wire, context: Context) -> str:
    kind = {"invoice": "invoice", "quote": "quote", "credit": "credit_note"}[kind_of(invoice)]
    return f"{context.labels[kind]} {invoice['invoice_number']}".strip()


def _is_approved(invoice: Wire) -> bool:
    return invoice["invoice_status_id"] >= InvoiceStatus.APPROVED or bool(invoice["quote_invoice_id"])


def _message(facts: Facts, quote: bool) -> str:
    """The account's own words above a document, the client's first (http.md 9.3)."""
    if quote:
        name = "" if _is_approved(facts.invoice) else "unapproved_quote"
    else:
        name = "unpaid_invoice" if number(facts.invoice["balance"]) > 0 else "paid_invoice"
    sources = (json_object(owner.get("custom_messages")) for owner in (facts.client, facts.account))
    return next((str(source[name]) for source in sources if source.get(name)), "")


def _other(other: Other, locale: Locale) -> tuple[str, str, str, str]:
    """Address, number, day to pay by and balance of another document."""
    invoice = other.invoice
    return (
        other.path,
        str(invoice["invoice_number"]),
        formats.date(str(invoice["due_date"]), locale),
        formats.money(number(invoice["balance"]), locale),
    )


def password_page(language: str, base: str, action: str, token: str, failed: bool) -> str:
    """The question for a contact's password; the form goes to `action`."""
    return page(
        "password.html",
        base,
        language,
        words=words(language),
        labels=translations("labels", language),
        action=action,
        token=token,
        failed=failed,
    )


def message_page(base: str, title: str, text: str) -> str:
    """A page for whoever cannot be shown more, in English since nothing is known of the reader."""
    return page("message.html", base, heading=title, text=text)
