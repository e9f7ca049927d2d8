"""Products and tax rates: plain resources."""

from __future__ import annotations

from chalicelib.operations.crud import Plan
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.invoices.catalogue import PLAN as PRODUCT_PLAN
from chalicelib.operations.shape import Shape, boolean, kept, rate, shown, text
from chalicelib.resources.declare import plain

TAX_RATE = Shape(
    "tax_rate",
    (
        shown("id", 0),
        text("name"),
        rate("rate"),
        boolean("is_inclusive"),
        shown("updated_at", 0),
        shown("archived_at", None),
        kept("created_at", 0),
    ),
)

PRODUCTS = plain(
    "products",
    PRODUCT_PLAN,
    example={"product_key": "Design", "notes": "A day of design", "cost": 500, "qty": 1},
    filters=Filterable(
        text=("product_key", "notes", "custom_value1", "custom_value2"),
        sorts=("product_key", "notes", "cost", "qty"),
    ),
)
TAX_RATES = plain(
    "tax_rates",
    Plan(
        TAX_RATE,
        required=("name", "rate"),
        required_update=("name", "rate"),
        admin_only=True,
        deletable=False,
    ),
    order="created",
    open_lookup=True,
    example={"name": "VAT", "rate": 23},
    filters=Filterable(text=("name",), sorts=("name", "rate")),
)
