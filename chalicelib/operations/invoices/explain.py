"""How the total of a document came about, step by step (billing 2.1)."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.billing.money import decimal_text
from chalicelib.operations.invoices.sums import charges_of, totals_of
from chalicelib.operations.shape import Data, number
from chalicelib.operations.shapes import INVOICE
from chalicelib.store.record import Record


def explain(record: Record) -> Data:
    """Every step of the total, from the stored values; a later step builds on those before it."""
    invoice = INVOICE.full(record.data)
    totals, charges = totals_of(invoice), charges_of(invoice)
    lines = [
        {
            "product_key": item["product_key"],
            "cost": _shown(item["cost"]),
            "qty": _shown(item["qty"]),
            "discount": _shown(item["discount"]),
            "net": _shown(net),
            "taxable": _shown(base),
            "tax1": _shown(taxes[0]),
            "tax2": _shown(taxes[1]),
        }
        for item, net, base, taxes in zip(
            invoice["invoice_items"], totals.lines, totals.bases, totals.item_taxes, strict=True
        )
    ]
    return {
        "lines": lines,
        "subtotal": _shown(totals.subtotal),
        "discount": _shown(totals.discount),
        "surcharges": [
            {"amount": _shown(charges.surcharge1), "taxed": charges.surcharge1_taxed},
            {"amount": _shown(charges.surcharge2), "taxed": charges.surcharge2_taxed},
        ],
        "taxable": _shown(totals.taxable),
        "tax1": _shown(totals.tax1),
        "tax2": _shown(totals.tax2),
        "item_taxes": _shown(sum((sum(pair, Decimal(0)) for pair in totals.item_taxes), Decimal(0))),
        "inclusive": charges.inclusive,
        "amount": _shown(totals.amount),
        "stored_amount": _shown(invoice["amount"]),
        "paid": _shown(Decimal(invoice["amount"]) - Decimal(invoice["balance"])),
        "balance": _shown(invoice["balance"]),
    }


def _shown(value: Decimal | str) -> int | float | None:
    return number(decimal_text(Decimal(value)))
