"""The variables of mail texts and what stands for them (http.md 8.6)."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.render import formats
from chalicelib.render.context import Context, is_quote
from chalicelib.render.labels import translations
from chalicelib.render.mail.markup import link, with_breaks
from chalicelib.render.mail.model import Occasion
from chalicelib.render.names import client_name, contact_name, primary_contact

VIEW_COLOR = "#0b4d78"
GO_COLOR = "#36c157"
_GATEWAYS = {
    "creditCard": "credit_card",
    "bankTransfer": "bank_transfer",
    "paypal": "paypal",
    "bitcoin": "bitcoin",
    "dwolla": "dwolla",
    "gocardless": "gocardless",
}


def texts(occasion: Occasion, context: Context, account_name: str) -> dict[str, str]:
    """Variables that are plain text, without their dollar sign."""
    invoice, client, contact = context.invoice, context.client, context.contact
    number = _text(invoice, "invoice_number")
    return {
        "client": client_name(client, primary_contact(client) or contact),
        "idNumber": _text(client, "id_number"),
        "vatNumber": _text(client, "vat_number"),
        "account": account_name,
        "contact": contact_name(contact),
        "firstName": _text(contact, "first_name"),
        "dueDate": due_date(context),
        "invoiceDate": _date("invoice_date", context),
        "amount": context.money(_requested(occasion, context)),
        "total": context.money(context.amount("amount")),
        "balance": context.money(context.amount("balance")),
        "partial": context.money(context.amount("partial")),
        "invoice": number,
        "quote": number,
        "number": number,
        "poNumber": _text(invoice, "po_number"),
        "terms": _text(invoice, "terms"),
        "notes": _text(invoice, "public_notes"),
        "password": "",
        "autoBill": _auto_bill(occasion, context),
        "customClient1": _text(client, "custom_value1"),
        "customClient2": _text(client, "custom_value2"),
        "customContact1": _text(contact, "custom_value1"),
        "customContact2": _text(contact, "custom_value2"),
        "customInvoice1": _text(invoice, "custom_text_value1"),
        "customInvoice2": _text(invoice, "custom_text_value2"),
        **_links(occasion.link),
    }


def blocks(occasion: Occasion, context: Context) -> dict[str, str]:
    """Variables that are HTML: buttons and the list of documents."""
    words = context.labels
    urls = _links(occasion.link)
    view = words["view_quote" if is_quote(context.invoice) else "view_invoice"]
    buttons = {
        "view": (view, VIEW_COLOR),
        "payment": (words["pay_now"], GO_COLOR),
        "approve": (words["approve"], GO_COLOR),
        "portal": (words["client_portal"], VIEW_COLOR),
        **dict.fromkeys(_GATEWAYS, (words["pay_now"], GO_COLOR)),
    }
    made = {f"{name}Button": button(urls[f"{name}Link"], *look) for name, look in buttons.items()}
    return {**made, "documents": _documents(occasion, words["documents"])}


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its variables replaced, all at once, so that no value is taken for a variable."""
    names = "|".join(sorted(values, key=len, reverse=True))
    return re.sub(rf"\$({names})", lambda found: values[found[1]], template)


def escaped(values: Mapping[str, str]) -> dict[str, str]:
    """The values for HTML, with visible line breaks."""
    return {name: with_breaks(html.escape(value)) for name, value in values.items()}


def button(url: str, label: str, color: str) -> str:
    """A button of 180 × 44 pixels, with its address below for whoever cannot press it.

    A table, since Outlook gives links neither a size nor a background.
    """
    style = (
        "display:block; height:44px; line-height:44px; padding:0 12px; color:#ffffff; font-family:sans-serif;"
        " font-size:16px; font-weight:bold; text-decoration:none; white-space:nowrap"
    )
    cell = f'<td width="180" height="44" align="center" bgcolor="{color}" style="border-radius:5px">'
    pressed = f'<a href="{html.escape(url)}" style="{style}">{html.escape(label)}</a>'
    return (
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        f"{cell}{pressed}</td></tr></table>"
        f'<span style="font-size:12px; word-break:break-all">{link(url)}</span>'
    )


def due_date(context: Context) -> str:
    """The day to pay by: that of the deposit, else that of the invoice."""
    return _date("partial_due_date", context) or _date("due_date", context)


def _date(key: str, context: Context) -> str:
    return formats.date(_text(context.invoice, key), context.locale)


def _requested(occasion: Occasion, context: Context) -> Decimal:
    if occasion.paid is not None:
        return occasion.paid
    partial = context.amount("partial")
    return partial if partial > 0 else context.amount("balance")


def _links(view: str) -> dict[str, str]:
    """Every address of the portal that belongs to an invitation's link."""
    base, _, key = view.rpartition("/view/")
    pay = f"{base}/payment/{key}"
    return {
        "link": view,
        "viewLink": view,
        "paymentLink": pay,
        "approveLink": f"{base}/approve/{key}",
        # There is no page of the client alone: that of a document shows what else is to be paid.
        "portalLink": view,
        **{f"{name}Link": f"{pay}/{alias}" for name, alias in _GATEWAYS.items()},
    }


def _documents(occasion: Occasion, heading: str) -> str:
    if not occasion.documents:
        return ""
    entries = "".join(f"<li>{link(url, name)}</li>" for name, url in occasion.documents)
    return f"<b>{html.escape(heading)}</b><ul>{entries}</ul>"


def _auto_bill(occasion: Occasion, context: Context) -> str:
    day = formats.date(occasion.auto_bill_date, context.locale)
    words = translations("mail", context.locale.language)
    return words["auto_bill"].replace("{date}", day) if day else ""


def _text(record: Mapping[str, Any], key: str) -> str:
    return str(record.get(key) or "")
