"""Payments and credits (resources.md 5.6, 5.7)."""

from __future__ import annotations

from chalicelib.operations import coerce
from chalicelib.operations.shape import (
    Field,
    Shape,
    day,
    integer,
    kept,
    long_text,
    money,
    shown,
    static_id,
    text,
)  # fmt: skip

PAYMENT = Shape(
    "payment",
    (
        shown("id", 0),
        money("amount", updates=False),
        text("transaction_reference"),
        day("payment_date"),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_deleted", False),
        static_id("payment_type_id", "payment_types"),
        shown("invoice_id", 0),
        shown("invoice_number"),
        long_text("private_notes"),
        Field("exchange_rate", "1", coerce.quantity, number=True),
        integer("exchange_currency_id"),
        shown("refunded", "0", number=True),
        shown("payment_status_id", 4),
        kept("by_credit", False),
        kept("created_at", 0),
    ),
)

CREDIT = Shape(
    "credit",
    (
        shown("id", 0),
        money("amount"),
        money("balance"),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_deleted", False),
        day("credit_date"),
        shown("credit_number"),
        long_text("private_notes"),
        long_text("public_notes"),
        shown("client_id", 0),
        kept("created_at", 0),
    ),
)
