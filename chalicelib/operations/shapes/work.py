"""Work and its cost: projects, tasks, expenses and their categories (resources.md 5.11 to 5.16)."""

from __future__ import annotations

from chalicelib.operations import coerce
from chalicelib.operations.shape import (
    Field,
    Shape,
    boolean,
    custom_values,
    day,
    decimal_field,
    integer,
    kept,
    long_text,
    money,
    quantity,
    rate,
    shown,
    static_id,
    text,
)  # fmt: skip

PROJECT = Shape(
    "project",
    (
        shown("id", 0),
        text("name"),
        shown("client_id", 0),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_deleted", False),
        quantity("task_rate"),
        day("due_date"),
        long_text("private_notes"),
        decimal_field("budgeted_hours", 2, "999999.99"),
        *custom_values(),
        kept("created_at", 0),
    ),
)

TASK = Shape(
    "task",
    (
        shown("id", 0),
        long_text("description", trim=True),
        shown("duration", 0),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("invoice_id", 0),
        shown("client_id", 0),
        shown("project_id", 0),
        shown("is_deleted", False),
        shown("time_log", "[]"),
        boolean("is_running"),
        *custom_values(),
        integer("task_status_id", 0, 0),
        integer("task_status_sort_order", 9999, 0, 32_767),
        kept("created_at", 0),
    ),
)

EXPENSE_CATEGORY = Shape(
    "expense_category",
    (
        shown("id", 0),
        text("name"),
        shown("updated_at", 0),
        shown("archived_at", None),
        kept("created_at", 0),
    ),
)

EXPENSE = Shape(
    "expense",
    (
        shown("id", 0),
        long_text("private_notes"),
        long_text("public_notes"),
        boolean("should_be_invoiced", True),
        shown("updated_at", 0),
        shown("archived_at", None),
        text("transaction_id"),
        text("transaction_reference"),
        integer("bank_id", 0, 0),
        static_id("expense_currency_id", "currencies"),
        shown("expense_category_id", 0),
        money("amount"),
        day("expense_date"),
        day("payment_date"),
        boolean("invoice_documents", True),
        static_id("payment_type_id", "payment_types"),
        Field("exchange_rate", "1", coerce.quantity, number=True),
        static_id("invoice_currency_id", "currencies"),
        shown("is_deleted", False),
        text("tax_name1"),
        text("tax_name2"),
        rate("tax_rate1"),
        rate("tax_rate2"),
        shown("client_id", 0),
        shown("invoice_id", 0),
        shown("vendor_id", 0),
        *custom_values(),
        kept("created_at", 0),
    ),
)
