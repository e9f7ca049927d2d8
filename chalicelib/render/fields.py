"""What one field of a document prints: its label and its text (http.md 11.4, 11.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.data import by_id
from chalicelib.render.context import Context
from chalicelib.render.formats import date
from chalicelib.render.labels import json_object
from chalicelib.render.names import client_name, full_name
from chalicelib.render.numbers import number

_WORDING: Mapping[str, Mapping[str, str]] = {
    "invoice": {},
    "quote": {
        "invoice_number": "quote_number",
        "invoice_date": "quote_date",
        "due_date": "valid_until",
        "balance_due": "total",
    },
    "credit": {"invoice_number": "credit_number", "invoice_date": "credit_date", "balance_due": "total"},
}

# Codes that print a column as it is: the account decides what its documents show, but only among these.
_PLAIN = {
    "account.company_name": "name",
    "account.website": "website",
    "account.email": "work_email",
    "account.work_email": "work_email",
    "account.phone": "work_phone",
    "account.work_phone": "work_phone",
    "account.address1": "address1",
    "account.address2": "address2",
    "account.city": "city",
    "account.state": "state",
    "account.postal_code": "postal_code",
    "client.address1": "address1",
    "client.address2": "address2",
    "client.city": "city",
    "client.state": "state",
    "client.postal_code": "postal_code",
    "client.website": "website",
    "client.work_phone": "work_phone",
    "client.phone": "phone",
    "contact.email": "email",
    "contact.phone": "phone",
    "invoice.invoice_number": "invoice_number",
    "invoice.po_number": "po_number",
}
_OWNER = {"client.phone": "contact"}


def final_label(context: Context) -> str:
    """What the last total is called: the balance of an invoice, the total of quotes and credit notes."""
    return label("invoice.balance_due", context)


def label(code: str, context: Context) -> str:
    """The label of a detail, by the kind of document."""
    owner, _, field = code.partition(".")
    if not owner:
        return ""
    if field in ("custom_text_value1", "custom_text_value2"):
        return context.custom_label(f"invoice_text{field[-1]}")
    return context.labels.get(_WORDING[context.kind].get(field, field), "")


def value(code: str, context: Context) -> str:
    """What a field prints; empty for fields without a value and for unknown codes."""
    special = _SPECIAL.get(code)
    if special:
        return special(context)
    column = _PLAIN.get(code)
    return _text(_record(_OWNER.get(code, code.partition(".")[0]), context), column) if column else ""


def _record(owner: str, context: Context) -> Mapping[str, Any]:
    records = {
        "account": context.account,
        "client": context.client,
        "contact": context.contact,
        "invoice": context.invoice,
    }
    return records[owner]


def _text(record: Mapping[str, Any], column: str) -> str:
    return str(record.get(column) or "").strip()


def _registration(owner: str, column: str) -> Callable[[Context], str]:
    """An id or VAT number, with its label only where the account gave it a name of its own."""

    def read(context: Context) -> str:
        text = _text(_record(owner, context), column)
        own = json_object(context.account.get("invoice_labels")).get(column)
        return f"{own}: {text}" if own and text else text

    return read


def _custom(owner: str, place: int) -> Callable[[Context], str]:
    """A custom value behind its label; nothing without either of them."""

    def read(context: Context) -> str:
        name = context.custom_label(f"{owner}{place}")
        text = _text(_record(owner, context), f"custom_value{place}")
        return f"{name}: {text}" if name and text else ""

    return read


def _custom_text(place: int) -> Callable[[Context], str]:
    """A text field of the document; like other custom values it needs a label."""

    def read(context: Context) -> str:
        named = context.custom_label(f"invoice_text{place}")
        return _text(context.invoice, f"custom_text_value{place}") if named else ""

    return read


def _town(owner: str, postal_first: bool) -> Callable[[Context], str]:
    """City, state and postal code in one line, in the order of the country."""

    def read(context: Context) -> str:
        record = _record(owner, context)
        city, state, postal = (_text(record, column) for column in ("city", "state", "postal_code"))
        country = by_id("countries", int(record.get("country_id") or 0)) or context.locale.country or {}
        if postal_first or country.get("swap_postal_code"):
            return ", ".join(filter(None, (f"{postal} {city}".strip(), state)))
        return ", ".join(filter(None, (city, f"{state} {postal}".strip())))

    return read


def _country(owner: str) -> Callable[[Context], str]:
    def read(context: Context) -> str:
        row = by_id("countries", int(_record(owner, context).get("country_id") or 0))
        return str(row["name"]) if row else ""

    return read


def _email(context: Context) -> str:
    email = _text(context.contact, "email")
    return "" if email == client_name(context.client, context.contact) else email


def _due_date(context: Context) -> str:
    # A template's due date is a code for a day, not a date.
    if context.invoice.get("is_recurring"):
        return ""
    return _date("partial_due_date")(context) or _date("due_date")(context)


def _date(column: str) -> Callable[[Context], str]:
    return lambda context: date(_text(context.invoice, column), context.locale)


def _partial(context: Context) -> str:
    partial = context.amount("partial")
    return context.money(partial) if partial else ""


def _invoice_total(context: Context) -> str:
    return context.money(context.amount("amount")) if context.kind == "invoice" else ""


def _outstanding(context: Context) -> str:
    return "" if context.kind == "quote" else context.money(number(context.client.get("balance")))


_SPECIAL: Mapping[str, Callable[[Context], str]] = {
    "account.id_number": _registration("account", "id_number"),
    "account.vat_number": _registration("account", "vat_number"),
    "account.city_state_postal": _town("account", postal_first=False),
    "account.postal_city_state": _town("account", postal_first=True),
    "account.country": _country("account"),
    "account.custom_value1": _custom("account", 1),
    "account.custom_value2": _custom("account", 2),
    "client.client_name": lambda context: client_name(context.client, context.contact),
    "client.contact_name": lambda context: full_name(context.contact),
    "client.id_number": _registration("client", "id_number"),
    "client.vat_number": _registration("client", "vat_number"),
    "client.city_state_postal": _town("client", postal_first=False),
    "client.postal_city_state": _town("client", postal_first=True),
    "client.country": _country("client"),
    "client.email": _email,
    "client.custom_value1": _custom("client", 1),
    "client.custom_value2": _custom("client", 2),
    "contact.custom_value1": _custom("contact", 1),
    "contact.custom_value2": _custom("contact", 2),
    "invoice.invoice_date": _date("invoice_date"),
    "invoice.due_date": _due_date,
    "invoice.balance_due": lambda context: context.money(context.amount("balance")),
    "invoice.partial_due": _partial,
    "invoice.invoice_total": _invoice_total,
    "invoice.outstanding": _outstanding,
    "invoice.custom_text_value1": _custom_text(1),
    "invoice.custom_text_value2": _custom_text(2),
}
