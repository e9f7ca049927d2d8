"""The blocks around the lines: account, client and document details (http.md 11.5)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.render.context import Context
from chalicelib.render.fields import label, value

BLANK = ".blank"

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "account_fields1": (
        "account.company_name",
        "account.id_number",
        "account.vat_number",
        "account.website",
        "account.email",
        "account.phone",
    ),
    "account_fields2": (
        "account.address1",
        "account.address2",
        "account.city_state_postal",
        "account.country",
        "account.custom_value1",
        "account.custom_value2",
    ),
    "client_fields": (
        "client.client_name",
        "client.id_number",
        "client.vat_number",
        "client.address1",
        "client.address2",
        "client.city_state_postal",
        "client.country",
        "client.email",
        "client.custom_value1",
        "client.custom_value2",
        "contact.custom_value1",
        "contact.custom_value2",
    ),
    "invoice_fields": (
        "invoice.invoice_number",
        "invoice.po_number",
        "invoice.invoice_date",
        "invoice.due_date",
        "invoice.balance_due",
        "invoice.partial_due",
        "invoice.custom_text_value1",
        "invoice.custom_text_value2",
    ),
}


def lines_of(block: str, context: Context) -> tuple[str, ...]:
    """A block of address lines; empty values leave no line, except where a blank one is asked for."""
    texts = ((code, value(code, context)) for code in fields_of(block, DEFAULTS[block], context))
    return tuple(text for code, text in texts if text or code == BLANK)


def details_of(context: Context) -> tuple[tuple[str, str], ...]:
    """The document's own fields as (label, value)."""
    codes = fields_of("invoice_fields", DEFAULTS["invoice_fields"], context)
    rows = ((code, label(code, context), value(code, context)) for code in codes)
    return tuple((name, text) for code, name, text in rows if text or code == BLANK)


def fields_of(block: str, defaults: tuple[str, ...], context: Context) -> tuple[str, ...]:
    """The field codes of a block: the account's choice when it made one."""
    chosen = context.layout.get(block)
    return tuple(code for code in chosen if isinstance(code, str)) if isinstance(chosen, list) else defaults
