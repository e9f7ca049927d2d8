"""Documents to draw in tests and benchmarks."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image

from chalicelib.render.document import Amount, Column, Document, Style, Table

COLUMNS = (
    Column("item", "Item", 14),
    Column("description", "Description"),
    Column("cost", "Unit Cost", 14, "right"),
    Column("quantity", "Quantity", 14, "right"),
    Column("tax", "Tax", 15, "right"),
    Column("total", "Line Total", 14, "right"),
)
_WORK = (
    "Consulting on the new warehouse layout and its lighting",
    "Delivery",
    "Installation of shelves, including material, travel and a second visit to see that all is in place",
)


def invoice(lines: int, *, style: Style | None = None, **changes: Any) -> Document:
    """An invoice whose lines all differ."""
    rows = tuple(line(number) for number in range(1, lines + 1))
    fields: dict[str, Any] = {
        "title": "Invoice",
        "company": ("Brightwater Studio Ltd", "VAT GB 123 4567 89", "hello@brightwater.example"),
        "address": ("12 Harbour Street", "Bristol, BS1 4QA", "United Kingdom"),
        "client": ("Nordlys & Söhne GmbH", "Lindenallee 7", "10115 Berlin", "Germany"),
        "details": (
            ("Invoice Number", "2024-0042"),
            ("Due Date", "Apr 3, 2024"),
            ("Balance Due", "€12,480.00"),
        ),
        "tables": (Table(COLUMNS, rows),),
        "totals": (
            Amount("Subtotal", "€10,400.00"),
            Amount("VAT 20%", "€2,080.00"),
            Amount("Balance Due", "€12,480.00", strong=True),
        ),
        "notes": "Thank you for your business. We look forward to working with you again.",
        "terms_label": "Terms",
        "terms": "Payment within 30 days of the invoice date.",
        "footer": "Registered in England 01234567 · IBAN GB29 NWBK 6016 1331 9268 19",
        "logo": logo(),
        "style": style or Style(),
    }
    return Document(**(fields | changes))


def line(number: int) -> tuple[str, ...]:
    work = f"{_WORK[number % 3]}, job {number}"
    return (
        f"SKU-{number:04d}",
        work,
        f"{number * 1.25:.2f}",
        f"{number % 7 + 1}",
        "20%",
        f"€{number * 11.5:,.2f}",
    )


def table(*texts: str) -> Table:
    return Table(
        COLUMNS, tuple((f"{number}", text, "1.00", "1", "", "1.00") for number, text in enumerate(texts))
    )


@cache
def logo(kind: str = "PNG", size: tuple[int, int] = (600, 200), mode: str = "RGBA") -> bytes:
    target = BytesIO()
    Image.new(mode, size, 0 if mode in {"L", "P"} else (55, 163, 198, 200)[: len(mode)]).save(target, kind)
    return target.getvalue()
