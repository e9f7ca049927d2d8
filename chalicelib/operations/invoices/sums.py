"""From a record's data to the pure calculation and back (billing 2)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chalicelib.billing.money import decimal_text, round_half_up
from chalicelib.billing.status import clamp_partial
from chalicelib.billing.totals import Charges, Line, Totals, compute
from chalicelib.errors import InvalidInput
from chalicelib.operations.shape import Data

LARGEST = Decimal("99999999999.99")


def line_of(item: Data) -> Line:
    return Line(
        cost=Decimal(item["cost"]),
        qty=Decimal(item["qty"]),
        discount=Decimal(item["discount"]),
        tax_rate1=Decimal(item["tax_rate1"]),
        tax_rate2=Decimal(item["tax_rate2"]),
        counted=bool(Decimal(item["cost"]) or item["product_key"] or item["notes"]),
    )


def charges_of(invoice: Data) -> Charges:
    return Charges(
        discount=Decimal(invoice["discount"]),
        is_amount_discount=invoice["is_amount_discount"],
        tax_rate1=Decimal(invoice["tax_rate1"]),
        tax_rate2=Decimal(invoice["tax_rate2"]),
        surcharge1=Decimal(invoice["custom_value1"]),
        surcharge2=Decimal(invoice["custom_value2"]),
        surcharge1_taxed=invoice["custom_taxes1"],
        surcharge2_taxed=invoice["custom_taxes2"],
        inclusive=invoice["inclusive_taxes"],
    )


def totals_of(invoice: Data) -> Totals:
    return compute([line_of(item) for item in invoice["invoice_items"]], charges_of(invoice))


def settle(invoice: Data) -> Decimal:
    """Compute the total with the rates as sent, then bring the rates to their stored scale (billing 2.6).

    InvalidInput: a total that the column cannot hold.
    """
    amount = totals_of(invoice).amount
    if abs(amount) > LARGEST:
        raise InvalidInput.of("invoice_items", "The invoice exceeds the maximum amount")
    for row in (invoice, *invoice["invoice_items"]):
        for name in ("tax_rate1", "tax_rate2"):
            row[name] = decimal_text(round_half_up(Decimal(row[name]), 3))
    invoice["amount"] = decimal_text(amount)
    return amount


def limit_partial(invoice: Data) -> None:
    """The deposit stays within the open balance; without one its date is meaningless (billing 2.8)."""
    partial = clamp_partial(Decimal(invoice["partial"]), Decimal(invoice["balance"]))
    invoice["partial"] = decimal_text(partial)
    if not partial:
        invoice["partial_due_date"] = ""


def amount(data: dict[str, Any], name: str) -> Decimal:
    return Decimal(data[name])
