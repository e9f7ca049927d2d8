"""The blocks above the lines: logo, parties, title and details, put side by side as the design's rows say."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.render.document import Document
from chalicelib.render.pdf.band import Band, Column, Placed, Shape
from chalicelib.render.pdf.design import BlockName, Cell, Row
from chalicelib.render.pdf.pictures import Picture
from chalicelib.render.pdf.setting import Setting

_GUTTER = 16
_HAIRLINE = 0.6


def head(document: Document, picture: Picture | None, setting: Setting) -> list[Band]:
    """One band for each row of the design that shows anything, space above included."""
    bands: list[Band] = []
    for row in setting.design.rows:
        band = _row(row, document, picture, setting)
        if band.items or band.pictures:
            bands.append(band.lowered(row.space_above if bands else 0))
    return bands


def _row(row: Row, document: Document, picture: Picture | None, setting: Setting) -> Band:
    band = Band(0)
    inset = row.padding if row.fill else 0
    x = float(inset)
    for index, cell in enumerate(row.cells):
        width = (setting.width - 2 * inset) * cell.share
        gutter = _GUTTER if index < len(row.cells) - 1 else 0
        _add(cell, band, document, picture, setting, x, width - gutter)
        x += width
    return _decorated(row, band, setting)


def _decorated(row: Row, band: Band, setting: Setting) -> Band:
    if not (row.framed or row.fill) or not band.items:
        return band
    band = band.lowered(row.padding)
    band.height += row.padding
    if row.fill:
        band.shapes.insert(0, Shape(0, 0, setting.width, band.height, row.fill))
    if row.framed:
        for y in (0.0, band.height - _HAIRLINE):
            band.shapes.append(Shape(0, y, setting.width, _HAIRLINE, setting.design.rule))
    return band


def _add(
    cell: Cell,
    band: Band,
    document: Document,
    picture: Picture | None,
    setting: Setting,
    x: float,
    width: float,
) -> None:
    if cell.block == "logo":
        if picture is not None:
            wide, high = picture.fit(min(width, setting.design.logo[0]), setting.design.logo[1])
            left = x + width - wide if cell.align == "right" else x
            band.pictures.append(Placed(1, left, 0, wide, high))
            band.height = max(band.height, high)
        return
    if cell.block == "details":
        _details(band, document, setting, x, width)
        return
    column = setting.column(x, width, cell.align)
    _TEXTS[cell.block](column, document, setting)
    band.items += column.items
    band.height = max(band.height, column.y)


def _company(column: Column, document: Document, setting: Setting) -> None:
    _named(column, document.company, setting, setting.primary)


def _client(column: Column, document: Document, setting: Setting) -> None:
    _named(column, document.client, setting, setting.design.ink)


def _named(column: Column, lines: tuple[str, ...], setting: Setting, name_color: str) -> None:
    for line in lines[:1]:
        column.add(line, setting.size, name_color, bold=True)
    for line in lines[1:]:
        column.add(line, setting.size, setting.design.muted)


def _address(column: Column, document: Document, setting: Setting) -> None:
    for line in document.address:
        column.add(line, setting.size, setting.design.muted)


def _title(column: Column, document: Document, setting: Setting) -> None:
    column.add(document.title, round(setting.size * setting.design.title_size), setting.primary, bold=True)


def _details(band: Band, document: Document, setting: Setting, x: float, width: float) -> None:
    """Labels and values in two columns, the labels' as wide as the longest needs."""
    typesetter, size = setting.typesetter, setting.size
    labels = [typesetter.line(label).width * size / 1000 for label, _ in document.details]
    label_width = min(max(labels, default=0) + _GUTTER, width * 0.55)
    y = 0.0
    for label, value in document.details:
        left = setting.column(x, label_width - _GUTTER / 2, top=y)
        left.add(label, size, setting.design.muted)
        right = setting.column(x + label_width, width - label_width, top=y)
        right.add(value, size, setting.design.ink)
        band.items += left.items + right.items
        y = max(left.y, right.y)
    band.height = max(band.height, y)


_TEXTS: dict[BlockName, Callable[[Column, Document, Setting], None]] = {
    "company": _company,
    "address": _address,
    "title": _title,
    "client": _client,
}
