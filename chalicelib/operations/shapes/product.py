"""Products (resources.md 5.8)."""

from __future__ import annotations

from chalicelib.operations.shape import Shape, custom_values, kept, long_text, quantity, rate, shown, text

PRODUCT = Shape(
    "product",
    (
        shown("id", 0),
        text("product_key", trim=True),
        long_text("notes", trim=True),
        quantity("cost"),
        quantity("qty", "1"),
        text("tax_name1"),
        rate("tax_rate1"),
        text("tax_name2"),
        rate("tax_rate2"),
        shown("updated_at", 0),
        shown("archived_at", None),
        *custom_values(),
        shown("is_deleted", False),
        kept("created_at", 0),
    ),
)
