"""The figures of a UBL invoice, which add up to the cent.

All are net of taxes: lines less allowances plus charges are the tax-exclusive amount, with the taxes the
total, less what is paid the balance. Where prices contain their taxes, those are taken out of the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chalicelib.billing.money import cents, round_half_up
from chalicelib.render.context import Context
from chalicelib.render.numbers import ZERO

PRICE_PLACES = 4


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on `base`; `rate` in per cent."""

    name: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """A line: `net` is `qty` times `price` less `discount`, to the cent."""

    item: Mapping[str, Any]
    qty: Decimal
    price: Decimal
    discount: Decimal
    net: Decimal
    taxes: tuple[Tax, ...]


@dataclass(frozen=True, slots=True)
class Amounts:
    """`charges` are (reason, amount) pairs; negative ones are allowances."""

    rows: tuple[Row, ...]
    charges: tuple[tuple[str, Decimal], ...]
    taxes: tuple[Tax, ...]
    balance: Decimal

    @property
    def lines(self) -> Decimal:
        return sum((row.net for row in self.rows), ZERO)

    @property
    def added(self) -> Decimal:
        return sum((amount for _, amount in self.charges if amount > 0), ZERO)

    @property
    def allowed(self) -> Decimal:
        return -sum((amount for _, amount in self.charges if amount < 0), ZERO)

    @property
    def exclusive(self) -> Decimal:
        return self.lines - self.allowed + self.added

    @property
    def taxed(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), ZERO)

    @property
    def inclusive(self) -> Decimal:
        return self.exclusive + self.taxed


def amounts(context: Context) -> Amounts:
    """The figures of a document; without any line that counts there are no rows."""
    return Amounts(
        rows=tuple(_rows(context)),
        charges=tuple(_charges(context)),
        taxes=_taxes(context),
        balance=cents(context.amount("balance")),
    )


def _rows(context: Context) -> Iterator[Row]:
    totals, inclusive = context.totals, context.charges.inclusive
    counted = [place for place, line in enumerate(context.lines) if line.counted]
    contained = totals.tax1 + totals.tax2 if inclusive else ZERO
    shares = _shares(contained, [totals.lines[place] for place in counted])
    for place, share in zip(counted, shares, strict=True):
        line = context.lines[place]
        qty, price = round_half_up(line.qty, 4), round_half_up(line.cost, PRICE_PLACES)
        net = totals.lines[place]
        if inclusive:
            net -= share + sum(totals.item_taxes[place], ZERO)
            price = round_half_up(net / qty, PRICE_PLACES) if qty else price
        yield Row(
            context.items[place], qty, price, cents(qty * price) - net, net, _line_taxes(context, place)
        )


def _shares(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A total in cents, split by weight; what rounding leaves over falls to the heaviest."""
    whole = sum(weights, ZERO)
    found = [cents(total * weight / whole) if whole else ZERO for weight in weights]
    if found:
        found[max(range(len(weights)), key=lambda place: abs(weights[place]))] += total - sum(found, ZERO)
    return found


def _charges(context: Context) -> Iterator[tuple[str, Decimal]]:
    if context.totals.discount:
        yield context.labels["discount"], -context.totals.discount
    for place, value in ((1, context.charges.surcharge1), (2, context.charges.surcharge2)):
        if value:
            yield context.custom_label(f"invoice{place}") or context.labels["surcharge"], cents(value)


def _line_taxes(context: Context, place: int) -> tuple[Tax, ...]:
    line, base = context.lines[place], cents(context.totals.bases[place])
    taxes = context.totals.item_taxes[place]
    if context.charges.inclusive:
        base -= sum(taxes, ZERO)
    rates = zip((1, 2), (line.tax_rate1, line.tax_rate2), taxes, strict=True)
    return tuple(_named(context.items[place], number, rate, base, tax) for number, rate, tax in rates)


def _named(record: Mapping[str, Any], number: int, rate: Decimal, base: Decimal, amount: Decimal) -> Tax:
    return Tax(str(record.get(f"tax_name{number}") or ""), rate, base, amount)


def _taxes(context: Context) -> tuple[Tax, ...]:
    """Every tax of lines and document, by name and rate; those of nothing only where they are named."""
    totals, charges = context.totals, context.charges
    found = [tax for place in range(len(context.lines)) for tax in _line_taxes(context, place)]
    base = totals.taxable
    if charges.inclusive:
        base -= sum((tax.amount for tax in found), totals.tax1 + totals.tax2)
    found.append(_named(context.invoice, 1, charges.tax_rate1, base, totals.tax1))
    found.append(_named(context.invoice, 2, charges.tax_rate2, base, totals.tax2))
    merged: dict[tuple[str, Decimal], Tax] = {}
    for tax in found:
        known = merged.get((tax.name, tax.rate), Tax(tax.name, tax.rate, ZERO, ZERO))
        merged[tax.name, tax.rate] = Tax(tax.name, tax.rate, known.base + tax.base, known.amount + tax.amount)
    return tuple(tax for tax in merged.values() if tax.name or tax.rate or tax.amount)
