"""What a printed document shows, as ready-made text: the border between building and drawing.

`chalicelib.render.invoice` builds a `Document` from an invoice, its client and the account (fields in use,
labels, money and dates already formatted). `chalicelib.render.pdf` and `chalicelib.render.html` draw it and
decide nothing. Every text may hold any Unicode script.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of lines. `share` is its width in percent; 0 takes what the others leave."""

    key: str
    label: str
    share: float = 0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of one kind (products, tasks) under a repeated header. A cell may hold line breaks."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """A row of the totals. `strong` marks the amount to pay."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """What the account chose. Colours are `#rrggbb`, empty for the design's own; size in points."""

    design_id: int = 1
    page_size: str = "A4"
    font_size: int = 9
    primary_color: str = ""
    secondary_color: str = ""
    all_pages_header: bool = False
    all_pages_footer: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice, quote or credit note, top to bottom.

    `company`, `address` and `client` are lines of text, the name first. `details` are (label, value) pairs:
    number, dates, amount due. Notes, terms and footer may hold line breaks.
    `pictures` are attached files that are printed below.
    """

    title: str
    company: tuple[str, ...]
    address: tuple[str, ...]
    client: tuple[str, ...]
    details: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    totals: tuple[Amount, ...]
    notes: str = ""
    terms_label: str = ""
    terms: str = ""
    footer: str = ""
    page_label: str = "Page {page} of {pages}"
    language: str = "en"
    logo: bytes | None = None
    pictures: tuple[bytes, ...] = ()
    style: Style = field(default_factory=Style)
