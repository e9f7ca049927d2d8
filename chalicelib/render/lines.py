"""The tables of lines: products and tasks, with only the columns that are in use (http.md 11.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chalicelib.render import formats
from chalicelib.render.blocks import fields_of
from chalicelib.render.context import Context, is_blank
from chalicelib.render.document import Align, Column, Table
from chalicelib.render.numbers import ZERO, number

TASK = 2
PRODUCT_FIELDS = (
    "product.item",
    "product.description",
    "product.custom_value1",
    "product.custom_value2",
    "product.unit_cost",
    "product.quantity",
    "product.tax",
    "product.line_total",
)
_QUANTITIES = ("product.quantity", "product.hours")
TASK_FIELDS = (
    "product.service",
    "product.description",
    "product.custom_value1",
    "product.custom_value2",
    "product.rate",
    "product.hours",
    "product.tax",
    "product.line_total",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line with what it costs; `taxes` are those of the line, whether added or contained."""

    item: Mapping[str, Any]
    total: Decimal
    taxes: Decimal

    def number(self, key: str) -> Decimal:
        return number(self.item.get(key))

    def text(self, key: str) -> str:
        return str(self.item.get(key) or "")


@dataclass(frozen=True, slots=True)
class Spec:
    """How a column is filled and drawn, and when it is in use; a share of 0 takes the rest."""

    label: str
    share: float
    cell: Callable[[Row, Context], str]
    align: Align = "left"
    in_use: Callable[[Row], bool] | None = None


def tables_of(context: Context) -> tuple[Table, ...]:
    """The lines of products and of tasks, each kind in its own table; one empty table without any line."""
    rows = _printed(context)
    products = [row for row in rows if row.item.get("invoice_item_type_id") != TASK]
    tasks = [row for row in rows if row.item.get("invoice_item_type_id") == TASK]
    groups = [("product_fields", PRODUCT_FIELDS, products), ("task_fields", TASK_FIELDS, tasks)]
    filled = [group for group in groups if group[2]] or groups[:1]
    return tuple(_table(block, defaults, group, context) for block, defaults, group in filled)


def _printed(context: Context) -> list[Row]:
    """The lines worth printing: a blank one only where nothing stands before it, as v4."""
    totals = context.totals
    rows = [
        Row(item, total, sum(taxes, ZERO))
        for item, total, taxes in zip(context.items, totals.lines, totals.item_taxes, strict=True)
    ]
    printed: list[Row] = []
    for row in rows:
        if not (printed and is_blank(row.item)):
            printed.append(row)
    return printed


def _table(block: str, defaults: tuple[str, ...], rows: Sequence[Row], context: Context) -> Table:
    chosen = fields_of(block, defaults, context)
    if chosen == defaults and context.account.get("hide_quantity"):
        chosen = tuple(code for code in chosen if code not in _QUANTITIES)
    keys = [code for code in chosen if code in _SPECS] or list(defaults)
    keys = [key for key in keys if _in_use(_SPECS[key], rows)]
    return Table(
        columns=tuple(_column(key, keys, context) for key in keys),
        rows=tuple(tuple(_SPECS[key].cell(row, context) for key in keys) for row in rows),
    )


def _in_use(spec: Spec, rows: Sequence[Row]) -> bool:
    return spec.in_use is None or any(map(spec.in_use, rows))


def _column(key: str, keys: Sequence[str], context: Context) -> Column:
    spec = _SPECS[key]
    label = context.labels.get(spec.label) or context.custom_label(spec.label)
    share = spec.share if "product.description" in keys else 100 / len(keys)
    return Column(key.partition(".")[2], label, share, spec.align)


def _unit_cost(row: Row, context: Context) -> str:
    cost = row.number("cost")
    return formats.unit_cost(cost, context.locale) if cost else ""


def _quantity(row: Row, context: Context) -> str:
    quantity = row.number("qty")
    return formats.quantity(quantity, context.locale) if quantity else ""


def _discount(row: Row, context: Context) -> str:
    discount = row.number("discount")
    if not discount:
        return ""
    return context.money(discount) if context.charges.is_amount_discount else context.percent(discount)


def _taxes(row: Row, context: Context) -> str:
    rates = [row.number(f"tax_rate{place}") for place in (1, 2) if _taxed(row, place)]
    return "  ".join(context.percent(rate) for rate in rates)


def _taxed(row: Row, place: int) -> bool:
    return bool(row.text(f"tax_name{place}") or row.number(f"tax_rate{place}"))


def _line_total(row: Row, context: Context) -> str:
    inline = context.account.get("include_item_taxes_inline") and not context.charges.inclusive
    total = row.total + row.taxes if inline else row.total
    return context.money(total) if total else ""


def _custom(place: int) -> Spec:
    key = f"custom_value{place}"
    return Spec(f"product{place}", 10, lambda row, _: row.text(key), in_use=lambda row: bool(row.text(key)))


_SPECS: Mapping[str, Spec] = {
    "product.item": Spec("item", 14, lambda row, _: row.text("product_key")),
    "product.service": Spec("service", 14, lambda row, _: row.text("product_key")),
    "product.description": Spec("description", 0, lambda row, _: row.text("notes")),
    "product.custom_value1": _custom(1),
    "product.custom_value2": _custom(2),
    "product.unit_cost": Spec("unit_cost", 14, _unit_cost, "right"),
    "product.rate": Spec("rate", 14, _unit_cost, "right"),
    "product.quantity": Spec("quantity", 14, _quantity, "right"),
    "product.hours": Spec("hours", 14, _quantity, "right"),
    "product.discount": Spec("discount", 15, _discount, "right", lambda row: bool(row.number("discount"))),
    "product.tax": Spec("tax", 15, _taxes, "right", lambda row: _taxed(row, 1) or _taxed(row, 2)),
    "product.line_total": Spec("line_total", 14, _line_total, "right"),
}
