"""Totals against the recorded vectors (totals.json: billing 11.1) and a second calculator in fractions."""

import json
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.billing.money import lenient
from chalicelib.billing.totals import Charges, Line, TaxRow, compute, exceeds_limit, tax_rows

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("totals.json").read_text("utf-8"))


def line(cost: str, qty: str = "1", discount: str = "0", rate1: str = "0", rate2: str = "0") -> Line:
    return Line(lenient(cost), lenient(qty), lenient(discount), lenient(rate1), lenient(rate2), counted=True)


def charges(discount: str = "0", rate1: str = "0", rate2: str = "0", **others: Any) -> Charges:
    return Charges(
        discount=lenient(discount),
        tax_rate1=lenient(rate1),
        tax_rate2=lenient(rate2),
        surcharge1=lenient(others.get("surcharge1")),
        surcharge2=lenient(others.get("surcharge2")),
        is_amount_discount=others.get("is_amount_discount", False),
        surcharge1_taxed=others.get("surcharge1_taxed", False),
        surcharge2_taxed=others.get("surcharge2_taxed", False),
        inclusive=others.get("inclusive", False),
    )


def from_vector(vector: dict[str, Any]) -> tuple[list[Line], list[tuple[str, str]], Charges, tuple[str, str]]:
    def pair(taxes: list[list[str]]) -> list[list[str]]:
        return [*taxes, ["", "0"], ["", "0"]][:2]

    lines, names = [], []
    for item in vector["lines"]:
        (name1, rate1), (name2, rate2) = pair(item.get("taxes", []))
        lines.append(line(item["cost"], item["qty"], item.get("discount", "0"), rate1, rate2))
        names.append((name1, name2))
    whole = dict(vector["charges"])
    (name1, rate1), (name2, rate2) = pair(whole.pop("taxes", []))
    return lines, names, charges(rate1=rate1, rate2=rate2, **whole), (name1, name2)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['id']} {vector['case']}")
def test_recorded_vector(vector: dict[str, Any]) -> None:
    lines, names, whole, whole_names = from_vector(vector)
    totals = compute(lines, whole)
    assert str(totals.subtotal) == vector["subtotal"]
    assert str(totals.discount) == vector["discount"]
    assert [str(tax) for tax in (totals.tax1, totals.tax2) if tax] == vector["invoice_taxes"]
    assert str(totals.amount) == vector["amount"]
    rows = tax_rows(lines, names, whole, whole_names, totals)
    of_items = {row.name: str(row.amount) for row in rows if row.name not in whole_names}
    assert of_items == vector["item_taxes"]


def test_every_vector_is_there() -> None:
    assert [vector["id"] for vector in VECTORS] == list(range(1, 55))


def test_steps_of_the_worked_example() -> None:
    lines, _, whole, _ = from_vector(VECTORS[41])
    totals = compute(lines, whole)
    assert totals.lines == (Decimal("56.97"), Decimal("125.00"), Decimal("-10.00"))
    assert totals.bases == (Decimal("52.6986"), Decimal("115.625"), Decimal("-9.25"))
    assert totals.item_taxes[0] == (Decimal("3.69"), Decimal(0))
    assert totals.item_taxes[1] == (Decimal("8.09"), Decimal("3.47"))
    assert totals.taxable == Decimal("171.57")


@pytest.mark.parametrize(
    ("lines", "whole", "amount"),
    [
        ([line("0.30", rate1="15")] * 3, charges(), "1.05"),
        ([line("100")], charges("150", rate1="10"), "-55.00"),
        ([line("100")], charges(rate1="10", surcharge1="5"), "115.00"),
        ([], charges(surcharge1="5", surcharge1_taxed=True, rate1="10"), "5.50"),
        ([], charges(), "0.00"),
        ([line("100")], charges(rate1="-100", inclusive=True), "100.00"),
        ([line("100"), line("13.80")], charges("20", rate1="10"), "100.14"),
    ],
)
def test_amount(lines: list[Line], whole: Charges, amount: str) -> None:
    assert str(compute(lines, whole).amount) == amount


def test_an_item_without_cost_key_and_notes_stays_out_of_the_subtotal() -> None:
    empty = Line(Decimal(0), Decimal(1), Decimal(3), Decimal(0), Decimal(0), counted=False)
    totals = compute([line("10"), empty], charges(is_amount_discount=True))
    assert totals.subtotal == Decimal("10.00")
    assert totals.lines[1] == Decimal("-3.00")


def test_rows_of_equal_name_and_rate_are_one() -> None:
    lines = [line("100", rate1="20", rate2="5"), line("10", rate1="20.0", rate2="0"), line("10", rate1="7")]
    names = [("VAT", "City"), ("VAT", ""), ("VAT", "")]
    whole = charges(rate1="20", rate2="1")
    totals = compute(lines, whole)
    rows = tax_rows(lines, names, whole, ("VAT", ""), totals)
    assert rows == (
        TaxRow("VAT", Decimal(20), Decimal("46.00")),
        TaxRow("City", Decimal(5), Decimal("5.00")),
        TaxRow("VAT", Decimal(7), Decimal("0.70")),
        TaxRow("", Decimal(1), Decimal("1.20")),
    )
    assert sum(row.amount for row in rows) == totals.amount - totals.subtotal


@pytest.mark.parametrize(
    ("pairs", "exceeded"),
    [
        ([(1, 10_000_000_000)], False),
        ([("1", "10,000,000,000.01")], True),
        ([(None, "9999999999"), (0, 0)], False),
        ([("", 9_999_999_999), (0, 0), (None, None)], True),
        ([("abc", 20_000_000_000)], False),
        ([(2, 10_000_000_000), (1, -15_000_000_000)], False),
        ([(1e300, 1)], True),
        ([], False),
    ],
)
def test_limit(pairs: list[tuple[object, object]], exceeded: bool) -> None:
    assert exceeds_limit(pairs) is exceeded


def test_the_ambient_context_does_not_matter() -> None:
    lines, _, whole, _ = from_vector(VECTORS[41])
    with localcontext() as context:
        context.prec = 3
        assert compute(lines, whole).amount == Decimal("193.50")


# The second calculator: same rules, other arithmetic.


def half_up(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * 10**places
    rounded = Fraction(floor(scaled + Fraction(1, 2)), 10**places)
    return rounded if value >= 0 else -rounded


def second_opinion(lines: Sequence[Line], whole: Charges) -> Fraction:
    percent = not whole.is_amount_discount
    discount = half_up(Fraction(whole.discount), 2)
    after = []
    for item in lines:
        value = half_up(Fraction(item.cost), 4) * half_up(Fraction(item.qty), 4)
        own = half_up(Fraction(item.discount), 2)
        after.append(value - (half_up(value * own / 100, 4) if percent else own))
    subtotal = sum((half_up(v, 2) for v, item in zip(after, lines, strict=True) if item.counted), Fraction(0))
    item_tax = Fraction(0)
    for value, item in zip(after, lines, strict=True):
        share = Fraction(0)
        if discount > 0 and percent:
            share = half_up(value * discount / 100, 4)
        elif discount > 0 and subtotal:
            share = half_up(value / subtotal * discount, 4)
        for rate in (item.tax_rate1, item.tax_rate2):
            item_tax += half_up((value - share) * Fraction(rate) / 100, 2)
    net = subtotal - (half_up(subtotal * discount / 100, 2) if percent else discount)
    late = Fraction(0)
    for surcharge, taxed in (
        (whole.surcharge1, whole.surcharge1_taxed),
        (whole.surcharge2, whole.surcharge2_taxed),
    ):
        net += half_up(Fraction(surcharge), 2) * taxed
        late += half_up(Fraction(surcharge), 2) * (not taxed)
    if not whole.inclusive:
        rates = (Fraction(whole.tax_rate1), Fraction(whole.tax_rate2))
        net = half_up(net + sum(half_up(net * rate / 100, 2) for rate in rates), 2) + item_tax
    return net + late


def numbers(low: int, high: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, places).flatmap(
        lambda p: st.integers(low * 10**p, high * 10**p).map(lambda n: Decimal(n).scaleb(-p))
    )


LINES = st.lists(
    st.builds(
        Line,
        cost=numbers(-1000, 10_000, 5),
        qty=numbers(-5, 100, 4),
        discount=numbers(0, 120, 3),
        tax_rate1=numbers(-10, 30, 4),
        tax_rate2=numbers(0, 30, 3),
        counted=st.booleans(),
    ),
    max_size=6,
)
CHARGES = st.builds(
    Charges,
    discount=numbers(0, 150, 3),
    is_amount_discount=st.booleans(),
    tax_rate1=numbers(-10, 30, 4),
    tax_rate2=numbers(0, 30, 3),
    surcharge1=numbers(-100, 100, 3),
    surcharge2=numbers(-100, 100, 2),
    surcharge1_taxed=st.booleans(),
    surcharge2_taxed=st.booleans(),
    inclusive=st.booleans(),
)


@given(LINES, CHARGES)
def test_both_calculators_agree(lines: list[Line], whole: Charges) -> None:
    assert Fraction(compute(lines, whole).amount) == second_opinion(lines, whole)


@given(LINES, CHARGES)
def test_printed_figures_add_up_to_the_amount(lines: list[Line], whole: Charges) -> None:
    totals = compute(lines, whole)
    rows = tax_rows(lines, [("A", "B")] * len(lines), whole, ("A", "C"), totals)
    surcharges = sum(
        (value.quantize(Decimal("0.01"), "ROUND_HALF_UP") for value in (whole.surcharge1, whole.surcharge2)),
        Decimal(0),
    )
    taxes = sum((row.amount for row in rows), Decimal(0))
    printed = totals.subtotal - totals.discount + surcharges + (0 if whole.inclusive else taxes)
    assert printed == totals.amount
    figures = (*totals.lines, totals.subtotal, totals.discount, totals.tax1, totals.tax2, totals.amount)
    assert all(figure.as_tuple().exponent == -2 and str(figure) != "-0.00" for figure in figures)
    assert len({(row.name, row.rate) for row in rows}) == len(rows)
