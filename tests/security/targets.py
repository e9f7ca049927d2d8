"""Every writable field of every resource, taken from the shapes, and bodies that carry them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.operations.payment_terms import TERM
from chalicelib.operations.shape import Shape
from chalicelib.operations.shapes import ACCOUNT, CLIENT, CONTACT, INVOICE, ITEM, PRODUCT
from chalicelib.resources.catalogue import TAX_RATE

Fields = dict[str, Any]


def writable(shape: Shape) -> tuple[str, ...]:
    return tuple(field.name for field in shape.fields if field.reader is not None)


@dataclass(frozen=True)
class Target:
    """A place for fields: `place` puts them into a body that is otherwise valid.

    `extra` are names that requests read beside the shape. `single` has no list and no POST.
    """

    name: str
    path: str
    fields: tuple[str, ...]
    place: Callable[[Fields], Fields]
    extra: tuple[str, ...] = ()
    single: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        return ("PUT",) if self.single else ("POST", "PUT")

    def __str__(self) -> str:
        return self.name


LIST_WORDS = ("id", "public_id", "include", "serializer", "index", "action", "_method", "api_secret")

TARGETS: tuple[Target, ...] = (
    Target(
        "client",
        "/clients",
        writable(CLIENT),
        lambda fields: {"name": "Acme", **fields},
        ("contact", "contacts", "currency_code", "country_code", "shipping_country_code", "balance", *LIST_WORDS),
    ),
    Target(
        "client.contacts",
        "/clients",
        writable(CONTACT),
        lambda fields: {"name": "Acme", "contacts": [{"first_name": "Ann", **fields}]},
        ("id", "public_id", "is_primary", "contact_key"),
    ),
    Target(
        "contact",
        "/contacts",
        writable(CONTACT),
        lambda fields: {"client_id": 1, "first_name": "A", "last_name": "B", "email": "a@b.test", **fields},
        ("client_id", "is_primary", *LIST_WORDS),
    ),
    Target(
        "product",
        "/products",
        writable(PRODUCT),
        lambda fields: {"product_key": "nut", **fields},
        LIST_WORDS,
    ),
    Target("tax_rate", "/tax_rates", writable(TAX_RATE), lambda fields: {"name": "VAT", "rate": 5, **fields}, LIST_WORDS),
    Target("payment_term", "/payment_terms", writable(TERM), lambda fields: {"num_days": 77, **fields}, LIST_WORDS),
    Target(
        "account",
        "/accounts",
        writable(ACCOUNT),
        lambda fields: {"name": "Kunai", **fields},
        ("logo", "account_key", "email_settings", "include", "serializer", "index"),
        single=True,
    ),
    Target(
        "invoice",
        "/invoices",
        writable(INVOICE),
        lambda fields: {"client_id": 1, "invoice_items": [{"cost": 3, "notes": "work"}], **fields},
        (
            "client_id", "client", "email", "invoice_items", "is_quote", "is_recurring", "auto_bill", "auto_bill_id",
            "paid", "email_invoice", "email_type", "client_enable_auto_bill", "recurring_due_date", "invoice_date_sql",
            "due_date_sql", "set_default_terms", "set_default_footer", "product_key", "cost", "notes", "qty",
            "first_name", "name", "country_code", "contact_id", "invoice_status_id", *LIST_WORDS,
        ),
    ),
    Target(
        "invoice_item",
        "/invoices",
        writable(ITEM),
        lambda fields: {"client_id": 1, "invoice_items": [{"cost": 3, "notes": "work", **fields}]},
        ("id", "public_id", "tax_name", "tax_rate", "item_tax_name1", "item_tax_rate1", "item_tax_rate2"),
    ),
)  # fmt: skip
