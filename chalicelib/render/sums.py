"""The totals of a document, row by row (http.md 11.5): they add up to the stored amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from chalicelib.billing.totals import TaxRow, tax_rows
from chalicelib.render.context import Context
from chalicelib.render.document import Amount
from chalicelib.render.fields import final_label
from chalicelib.render.numbers import ZERO


def sums_of(context: Context) -> tuple[Amount, ...]:
    """Subtotal, discount, surcharges, taxes and what is left to pay, in v4's order."""
    return (*_charges(context), *_balance(context))


def _charges(context: Context) -> Iterator[Amount]:
    totals, labels = context.totals, context.labels
    yield Amount(labels["subtotal"], context.money(totals.subtotal))
    if totals.discount:
        yield Amount(labels["discount"], context.money(totals.discount))
    yield from _surcharges(context, taxed=True)
    yield from (_tax(row, context) for row in _taxes(context))
    yield from _surcharges(context, taxed=False)


def _surcharges(context: Context, *, taxed: bool) -> Iterator[Amount]:
    charges = context.charges
    both = (
        (1, charges.surcharge1, charges.surcharge1_taxed),
        (2, charges.surcharge2, charges.surcharge2_taxed),
    )
    for place, value, is_taxed in both:
        if value and is_taxed == taxed:
            label = context.custom_label(f"invoice{place}") or context.labels["surcharge"]
            yield Amount(label, context.money(value))


def _taxes(context: Context) -> tuple[TaxRow, ...]:
    """The taxes charged, and the document's own taxes of nothing: an exemption has to be named."""
    item_names = [(_name(item, 1), _name(item, 2)) for item in context.items]
    names = (_name(context.invoice, 1), _name(context.invoice, 2))
    rows = tax_rows(context.lines, item_names, context.charges, names, context.totals)
    charged = {(row.name, row.rate) for row in rows}
    own = zip(names, (context.charges.tax_rate1, context.charges.tax_rate2), strict=True)
    exempt = (
        TaxRow(name, rate, ZERO) for name, rate in own if (name or rate) and (name, rate) not in charged
    )
    return (*rows, *exempt)


def _name(record: Mapping[str, Any], place: int) -> str:
    return str(record.get(f"tax_name{place}") or "")


def _tax(row: TaxRow, context: Context) -> Amount:
    label = f"{row.name or context.labels['tax']} {context.percent(row.rate)}"
    return Amount(label, context.money(row.amount))


def _balance(context: Context) -> Iterator[Amount]:
    amount, balance, partial = (context.amount(key) for key in ("amount", "balance", "partial"))
    if context.kind == "invoice" and _shows_paid(amount - balance, context):
        yield Amount(context.labels["paid_to_date"], context.money(amount - balance))
    yield Amount(final_label(context), context.money(balance), strong=not partial)
    if partial:
        yield Amount(context.labels["partial_due"], context.money(partial), strong=True)


def _shows_paid(paid: Decimal, context: Context) -> bool:
    return bool(paid) or not context.account.get("hide_paid_to_date")
