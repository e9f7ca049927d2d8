"""10,000 random invoices against the calculator in fractions, to the last unit; 100 through the API.

Amounts are drawn as their currency writes them: without decimals (JPY), with two (EUR) and with three (KWD).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from chalicelib.billing.money import round_half_up
from chalicelib.billing.totals import Charges, Line, compute
from tests.api_client import Api
from tests.billing.test_totals import second_opinion
from tests.operations import steps

PLACES = {"JPY": 0, "EUR": 2, "KWD": 3}
INVOICES = 10_000
THROUGH_THE_API = 100


class Draw:
    """Random documents whose money has so many decimals."""

    def __init__(self, number: int, places: int) -> None:
        self._random = Random(number)
        self._places = places

    def money(self, low: int, high: int) -> Decimal:
        scale = 10**self._places
        return Decimal(self._random.randint(low * scale, high * scale)).scaleb(-self._places)

    def rate(self) -> Decimal:
        thousandths = self._random.choice((0, 0, 5000, 9975, 19_000, self._random.randint(0, 30_000)))
        return Decimal(thousandths) / 1000

    def line(self) -> Line:
        quarters = self._random.choice((4, 4, 8, self._random.randint(-20, 500)))
        qty = Decimal(quarters) / 4
        discount = self.money(0, 20) if self._random.random() < 0.3 else Decimal(0)
        return Line(self.money(-50, 5000), qty, discount, self.rate(), self.rate(), counted=True)

    def charges(self) -> Charges:
        some = self._random.random
        return Charges(
            discount=self.money(0, 40) if some() < 0.4 else Decimal(0),
            is_amount_discount=some() < 0.5,
            tax_rate1=self.rate(),
            tax_rate2=self.rate(),
            surcharge1=self.money(-20, 50) if some() < 0.3 else Decimal(0),
            surcharge2=self.money(-20, 50) if some() < 0.3 else Decimal(0),
            surcharge1_taxed=some() < 0.5,
            surcharge2_taxed=some() < 0.5,
            inclusive=some() < 0.3,
        )

    def document(self) -> tuple[list[Line], Charges]:
        return [self.line() for _ in range(self._random.randint(1, 8))], self.charges()


@pytest.mark.parametrize("currency", PLACES)
def test_ten_thousand_totals(currency: str) -> None:
    places = PLACES[currency]
    for number in range(INVOICES // len(PLACES) + 1):
        lines, charges = Draw(number, places).document()
        amount = compute(lines, charges).amount
        assert Fraction(amount) == second_opinion(lines, charges), (number, lines, charges)
        assert amount == round_half_up(amount, 2)


def sent(lines: list[Line], charges: Charges) -> dict[str, Any]:
    items = [
        steps.line(
            str(line.cost),
            str(line.qty),
            discount=str(line.discount),
            tax_rate1=str(line.tax_rate1),
            tax_rate2=str(line.tax_rate2),
        )
        for line in lines
    ]
    return {
        "client_id": 1,
        "invoice_items": items,
        "discount": str(charges.discount),
        "is_amount_discount": charges.is_amount_discount,
        "tax_rate1": str(charges.tax_rate1),
        "tax_rate2": str(charges.tax_rate2),
        "custom_value1": str(charges.surcharge1),
        "custom_value2": str(charges.surcharge2),
        "is_public": True,
    }


@pytest.mark.parametrize("currency", PLACES)
@pytest.mark.parametrize("inclusive", [False, True])
def test_a_hundred_totals_through_the_api(api: Api, currency: str, inclusive: bool) -> None:
    api.post("/clients", {"currency_code": currency})
    steps.hidden_settings(
        api, inclusive_taxes=inclusive, custom_invoice_taxes1=True, custom_invoice_taxes2=False
    )
    owed = Fraction(0)
    for number in range(THROUGH_THE_API // (2 * len(PLACES)) + 1):
        lines, charges = Draw(number + 500, PLACES[currency]).document()
        made = api.post("/invoices", sent(lines, charges)).data
        counted = replace(charges, inclusive=inclusive, surcharge1_taxed=True, surcharge2_taxed=False)
        amount = second_opinion(lines, counted)
        assert (made["amount"], made["balance"]) == (float(amount), float(amount))
        owed += amount
    assert api.get("/clients/1").data["balance"] == float(owed)
