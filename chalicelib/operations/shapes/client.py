"""Clients and their contacts (resources.md 5.1, 5.2)."""

from __future__ import annotations

from typing import Any

from chalicelib.operations import coerce
from chalicelib.operations.shape import (
    Field,
    Shape,
    address,
    boolean,
    custom_values,
    integer,
    kept,
    long_text,
    quantity,
    shown,
    static_id,
    text,
)  # fmt: skip


def messages(value: Any, _: str) -> str:
    """Custom messages as the JSON text of an object, which is how clients carry them."""
    import orjson

    from chalicelib.operations.maps import json_map

    return orjson.dumps(json_map(value)).decode()


def password(value: Any, _: str) -> str:
    """A contact's password for the portal, hashed; an empty one takes the protection away."""
    from chalicelib.operations import passwords

    sent = coerce.plain_text(value)
    if len(sent) > passwords.LONGEST:
        raise ValueError("The password is too long.")
    return passwords.hashed(sent) if sent else ""


CONTACT = Shape(
    "contact",
    (
        shown("id", 0),
        text("first_name"),
        text("last_name"),
        text("email", trim=True),
        shown("contact_key"),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_primary", False),
        text("phone"),
        shown("last_login"),
        boolean("send_invoice", True),
        *custom_values(),
        Field("password", "", password, hidden=True, about={"type": "string", "writeOnly": True}),
        kept("created_at", 0),
        kept("owner", 0),
        kept("bounced", ""),
    ),
)

CLIENT = Shape(
    "client",
    (
        shown("id", 0),
        text("name"),
        shown("display_name"),
        shown("balance", "0", number=True),
        shown("paid_to_date", "0", number=True),
        shown("updated_at", 0),
        shown("archived_at", None),
        *address(),
        text("work_phone"),
        long_text("private_notes"),
        long_text("public_notes"),
        shown("last_login"),
        text("website"),
        static_id("industry_id", "industries"),
        static_id("size_id", "sizes"),
        shown("is_deleted", False),
        integer("payment_terms"),
        text("vat_number"),
        text("id_number"),
        static_id("language_id", "languages"),
        static_id("currency_id", "currencies"),
        *custom_values(),
        integer("invoice_number_counter", 1),
        integer("quote_number_counter", 1),
        quantity("task_rate"),
        text("shipping_address1"),
        text("shipping_address2"),
        text("shipping_city"),
        text("shipping_state"),
        text("shipping_postal_code"),
        static_id("shipping_country_id", "countries"),
        boolean("show_tasks_in_portal"),
        boolean("send_reminders", True),
        shown("credit_number_counter", 1),
        Field("custom_messages", "{}", messages),
        kept("created_at", 0),
    ),
    children={"contacts": CONTACT},
)
