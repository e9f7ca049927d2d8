"""Invoices, quotes and recurring templates with their lines and invitations (resources.md 5.3 to 5.5)."""

from __future__ import annotations

from chalicelib.operations import coerce
from chalicelib.operations.shape import (
    Field,
    Shape,
    custom_values,
    day,
    integer,
    kept,
    long_text,
    money,
    quantity,
    shown,
    text,
)  # fmt: skip
from chalicelib.store.record import Record

STANDARD, QUOTE, TEMPLATE = 1, 2, 3
"""Sub-types of the record; v4 tells a template by `is_recurring`."""

DRAFT = 1

ITEM = Shape(
    "invoice_item",
    (
        shown("id", 0),
        text("product_key", trim=True),
        shown("updated_at", 0),
        shown("archived_at", None),
        long_text("notes", trim=True),
        quantity("cost"),
        quantity("qty", "1"),
        text("tax_name1"),
        Field("tax_rate1", "0", coerce.item_rate, number=True),
        text("tax_name2"),
        Field("tax_rate2", "0", coerce.item_rate, number=True),
        integer("invoice_item_type_id", 1, 0, 32_767),
        *custom_values(),
        money("discount"),
    ),
)

INVITATION = Shape(
    "invitation",
    (
        shown("id", 0),
        shown("key"),
        shown("link"),
        shown("sent_date"),
        shown("viewed_date"),
        kept("contact_id", 0),
        kept("archived_at", None),
        kept("message_id"),
        kept("email_error"),
        kept("opened_date"),
        kept("signed_by"),
        kept("signature_base64"),
        kept("signature_date"),
    ),
)

INVOICE = Shape(
    "invoice",
    (
        shown("id", 0),
        shown("amount", "0", number=True),
        shown("balance", "0", number=True),
        shown("client_id", 0),
        shown("invoice_status_id", 1),
        shown("updated_at", 0),
        shown("archived_at", None),
        text("invoice_number", trim=True),
        money("discount"),
        text("po_number", trim=True),
        day("invoice_date"),
        day("due_date"),
        long_text("terms", trim=True),
        long_text("public_notes", trim=True),
        long_text("private_notes"),
        shown("is_deleted", False),
        shown("invoice_type_id", STANDARD),
        shown("is_recurring", False),
        integer("frequency_id", 0, 0, 10),
        day("start_date"),
        day("end_date"),
        day("last_sent_date"),
        shown("recurring_invoice_id", 0),
        text("tax_name1"),
        Field("tax_rate1", "0", coerce.rate, number=True),
        text("tax_name2"),
        Field("tax_rate2", "0", coerce.rate, number=True),
        Field("is_amount_discount", False, lambda value, _: coerce.loose_truth(value)),
        long_text("invoice_footer", trim=True),
        money("partial"),
        day("partial_due_date"),
        Field("has_tasks", False, lambda value, _: coerce.strict_truth(value)),
        shown("auto_bill", False),
        shown("auto_bill_id", 0),
        Field("custom_value1", "0", coerce.surcharge, number=True),
        Field("custom_value2", "0", coerce.surcharge, number=True),
        shown("custom_taxes1", False),
        shown("custom_taxes2", False),
        Field("has_expenses", False, lambda value, _: coerce.strict_truth(value)),
        shown("quote_invoice_id", 0),
        long_text("custom_text_value1", trim=True),
        long_text("custom_text_value2", trim=True),
        shown("is_quote", False),
        Field("is_public", False, lambda value, _: coerce.strict_truth(value)),
        shown("filename"),
        integer("invoice_design_id", 1),
        kept("created_at", 0),
        kept("inclusive_taxes", False),
        kept("client_enable_auto_bill", False),
        kept("quote_id", 0),
        kept("first_item_id", 0),
        kept("items_at", 0),
        kept("task_ids", []),
        kept("expense_ids", []),
        kept("overdue_told", []),
    ),
    children={"invoice_items": ITEM, "invitations": INVITATION},
)


def edited_as(record: Record) -> str:
    """The kind whose permission lets a user edit the record; quotes are invoices with one of their own."""
    is_quote = record.kind == INVOICE.kind and record.subtype == QUOTE
    return "quote" if is_quote else record.kind
