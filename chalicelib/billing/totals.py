"""What a document costs: lines, discounts, taxes and surcharges (billing 2.1, the stored amount)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from chalicelib.billing.money import EXACT, cents, lenient, round_half_up

ZERO = Decimal(0)
HUNDRED = Decimal(100)
NO_TAX = Decimal("0.00")
LIMIT = Decimal(10_000_000_000)


@dataclass(frozen=True, slots=True)
class Line:
    """One item. `discount` is money or percent as the charges say; `counted` is false for an item that has
    neither cost nor product key nor notes, which stays out of the subtotal."""

    cost: Decimal
    qty: Decimal
    discount: Decimal
    tax_rate1: Decimal
    tax_rate2: Decimal
    counted: bool


@dataclass(frozen=True, slots=True)
class Charges:
    """What applies to the whole document. `is_amount_discount` governs the line discounts too, rates are
    percent with any number of decimals, and `inclusive` means that prices already contain their taxes."""

    discount: Decimal
    is_amount_discount: bool
    tax_rate1: Decimal
    tax_rate2: Decimal
    surcharge1: Decimal
    surcharge2: Decimal
    surcharge1_taxed: bool
    surcharge2_taxed: bool
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """All figures but `bases` have two decimals. Inclusive taxes are contained in `amount`, others are added:
    `amount = subtotal - discount + surcharges + every tax`."""

    lines: tuple[Decimal, ...]
    subtotal: Decimal
    discount: Decimal
    bases: tuple[Decimal, ...]
    """What the taxes of each line are taken from: the line after its share of the document discount."""
    item_taxes: tuple[tuple[Decimal, Decimal], ...]
    taxable: Decimal
    """What the document's taxes are taken from: the discounted subtotal with the taxed surcharges."""
    tax1: Decimal
    tax2: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One printed tax: `rate` in percent, `amount` as it is contained in the total."""

    name: str
    rate: Decimal
    amount: Decimal


def compute(lines: Sequence[Line], charges: Charges) -> Totals:
    """Total of a document. Costs and quantities count with 4 decimals, money with 2, rates as given."""
    with localcontext(EXACT):
        nets = [_net(line, charges.is_amount_discount) for line in lines]
        subtotal = cents(
            sum((cents(net) for net, line in zip(nets, lines, strict=True) if line.counted), ZERO)
        )
        bases = [_base(net, subtotal, charges) for net in nets]
        discount = _discount(subtotal, charges)
        taxed, untaxed = _surcharges(charges)
        taxable = cents(subtotal - discount + taxed)
        tax1, tax2 = (
            _tax(taxable, rate, charges.inclusive) for rate in (charges.tax_rate1, charges.tax_rate2)
        )
        item_taxes = tuple(_line_taxes(line, base, charges) for line, base in zip(lines, bases, strict=True))
        added = ZERO if charges.inclusive else tax1 + tax2 + sum((a + b for a, b in item_taxes), ZERO)
        return Totals(
            lines=tuple(map(cents, nets)),
            subtotal=subtotal,
            discount=discount,
            bases=tuple(bases),
            item_taxes=item_taxes,
            taxable=taxable,
            tax1=tax1,
            tax2=tax2,
            amount=cents(taxable + added + untaxed),
        )


def tax_rows(
    lines: Sequence[Line],
    line_names: Sequence[tuple[str, str]],
    charges: Charges,
    charge_names: tuple[str, str],
    totals: Totals,
) -> tuple[TaxRow, ...]:
    """The taxes of `totals` by name and rate, items before the document, in order of appearance.

    A rate without a name is charged, so it has a row too; taxes of zero have none.
    """
    rows: dict[tuple[str, Decimal], Decimal] = {}
    for line, names, taxes in zip(lines, line_names, totals.item_taxes, strict=True):
        for name, rate, tax in zip(names, (line.tax_rate1, line.tax_rate2), taxes, strict=True):
            rows[name, rate] = rows.get((name, rate), ZERO) + tax
    document = zip(
        charge_names, (charges.tax_rate1, charges.tax_rate2), (totals.tax1, totals.tax2), strict=True
    )
    for name, rate, tax in document:
        rows[name, rate] = rows.get((name, rate), ZERO) + tax
    return tuple(TaxRow(name, rate, tax) for (name, rate), tax in rows.items() if tax)


def exceeds_limit(pairs: Iterable[tuple[object, object]]) -> bool:
    """Whether the raw (quantity, cost) pairs of a document add up to more than v4 accepts (billing 1.2).

    Absent and zero values count as 1, as in v4. Numbers out of range exceed the limit.
    """
    try:
        with localcontext(EXACT):
            return sum((_or_one(qty) * _or_one(cost) for qty, cost in pairs), ZERO) > LIMIT
    except ValueError:
        return True


def _net(line: Line, is_amount: bool) -> Decimal:
    gross = round_half_up(line.cost, 4) * round_half_up(line.qty, 4)
    discount = cents(line.discount)
    return gross - (discount if is_amount else round_half_up(gross * discount / HUNDRED, 4))


def _base(net: Decimal, subtotal: Decimal, charges: Charges) -> Decimal:
    discount = cents(charges.discount)
    if discount <= 0:
        return net
    if not charges.is_amount_discount:
        return net - round_half_up(net * discount / HUNDRED, 4)
    if subtotal == 0:
        return net
    return net - round_half_up(net * discount / subtotal, 4)


def _discount(subtotal: Decimal, charges: Charges) -> Decimal:
    discount = cents(charges.discount)
    return discount if charges.is_amount_discount else cents(subtotal * discount / HUNDRED)


def _surcharges(charges: Charges) -> tuple[Decimal, Decimal]:
    both = (
        (cents(charges.surcharge1), charges.surcharge1_taxed),
        (cents(charges.surcharge2), charges.surcharge2_taxed),
    )
    taxed = sum((value for value, is_taxed in both if is_taxed), ZERO)
    untaxed = sum((value for value, is_taxed in both if not is_taxed), ZERO)
    return taxed, untaxed


def _line_taxes(line: Line, base: Decimal, charges: Charges) -> tuple[Decimal, Decimal]:
    return _tax(base, line.tax_rate1, charges.inclusive), _tax(base, line.tax_rate2, charges.inclusive)


def _tax(base: Decimal, rate: Decimal, inclusive: bool) -> Decimal:
    if not rate:
        return NO_TAX
    if not inclusive:
        return cents(base * rate / HUNDRED)
    # At -100 percent no gross price has a net one; nothing can be contained.
    return cents(base * rate / (HUNDRED + rate)) if rate != -HUNDRED else NO_TAX


def _or_one(value: object) -> Decimal:
    return Decimal(1) if value in (None, "", 0, "0") else lenient(value)
