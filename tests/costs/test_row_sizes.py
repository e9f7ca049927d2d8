"""How large rows are: a write unit is 1,024 bytes, and an invoice stands in two or three indexes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.costs import samples
from tests.costs.conftest import Shop
from tests.costs.meter import Meter

UNIT = 1_024
SHORT = samples.lines(10)
WORDY = samples.wordy_lines()
ACCENTED = [{**line, "notes": f"Größere Änderung für {line['notes']}"} for line in SHORT]
FULL = [{**line, "discount": 5, "tax_name2": "Muni", "tax_rate2": "1.25"} for line in WORDY]


def sizes(meter: Meter, shop: Shop, lines: list[dict[str, Any]], **more: Any) -> dict[str, int]:
    """The bytes of the largest row of each kind that the second of two equal invoices wrote."""
    assert shop.api.post("/invoices", samples.invoice(shop.client, invoice_items=lines)).data
    with meter.measure() as cost:
        assert shop.api.post("/invoices", samples.invoice(shop.client, invoice_items=lines, **more)).data
    found: dict[str, int] = {}
    for row in cost.writes:
        found[row.kind] = max(row.size, found.get(row.kind, 0))
    return found


@pytest.mark.parametrize("lines", [SHORT, WORDY, ACCENTED, FULL])
def test_an_invoice_of_ten_lines_takes_one_write_unit(
    shop: Shop, meter: Meter, lines: list[dict[str, Any]]
) -> None:
    found = sizes(meter, shop, lines, private_notes="Ask Tom about the second building first.")
    assert found["invoice"] <= UNIT


@pytest.mark.parametrize(
    ("lines", "invoice", "event"),
    [(SHORT[:1], 330, 500), (SHORT, 720, 900), (samples.lines(50), 950, 1_150), (WORDY, 880, UNIT + 40)],
)
def test_typical_sizes(
    shop: Shop, meter: Meter, lines: list[dict[str, Any]], invoice: int, event: int
) -> None:
    """Bounds a little above what was measured; the event holds invoice and client."""
    found = sizes(meter, shop, lines)
    assert found["invoice"] <= invoice
    assert found["kunai-events"] <= event
    assert found["head"] <= 110


def test_a_client_with_a_contact_takes_one_write_unit(shop: Shop, meter: Meter) -> None:
    with meter.measure() as cost:
        assert shop.api.post("/clients", samples.CLIENT).data
    assert max(row.size for row in cost.writes) <= 330
