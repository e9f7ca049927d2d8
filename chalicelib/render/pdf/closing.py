"""What follows the lines: totals to the right, notes and terms to the left of them; the footer."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.render.document import Amount, Document
from chalicelib.render.pdf.band import Band, Placed, Shape
from chalicelib.render.pdf.markup import marked
from chalicelib.render.pdf.pictures import Picture
from chalicelib.render.pdf.setting import Setting

_TOTALS_SHARE = 0.42
_NOTES_SHARE = 0.5
_HAIRLINE = 0.6
_ROW_PADDING = 3.5
_STRONG_PADDING = 8
_PICTURE = 150
_PICTURE_GAP = 12
PICTURES_A_ROW = 3


def totals(document: Document, setting: Setting) -> Band:
    band = Band(0)
    for amount in document.totals:
        _amount(band, amount, setting)
    return band


def _amount(band: Band, amount: Amount, setting: Setting) -> None:
    """A label and its figures, which end where those of the lines end."""
    design = setting.design
    table = design.table
    filled = bool(table.header_fill or table.stripe)
    inset = table.padding_x if filled else 0
    width = setting.width * _TOTALS_SHARE
    left = setting.width - width
    size = round(setting.size * 1.25, 1) if amount.strong else setting.size
    padding = _STRONG_PADDING if amount.strong else _ROW_PADDING
    figures = setting.typesetter.line(amount.value, bold=amount.strong).width * size / 1000
    value_width = min(figures + 1, width * 0.7)
    top = band.height + padding
    label = setting.column(left + table.padding_x, width - value_width - inset - 2 * table.padding_x, top=top)
    label.add(amount.label, size, design.ink if amount.strong else design.muted, bold=amount.strong)
    value = setting.column(setting.width - inset - value_width, value_width, "right", top=top)
    value.add(amount.value, size, setting.primary if amount.strong else design.ink, bold=amount.strong)
    bottom = max(label.y, value.y) + padding
    if amount.strong and design.amount_fill:
        band.shapes.append(Shape(left, band.height, width, bottom - band.height, design.amount_fill))
    elif amount.strong:
        band.shapes.append(Shape(left, band.height, width, _HAIRLINE, table.header_rule or design.rule))
    band.items += label.items + value.items
    band.height = bottom


def notes(document: Document, setting: Setting) -> Band:
    """Notes and terms; beside the totals, or over the whole width where there are none."""
    width = setting.width * (_NOTES_SHARE if document.totals else 1)
    column = setting.column(0, width, top=_ROW_PADDING)
    if document.notes:
        column.add(marked(document.notes), setting.size, setting.design.muted)
    if document.terms:
        if document.notes:
            column.y += setting.size
        if document.terms_label:
            column.add(document.terms_label, setting.size, setting.design.ink, bold=True)
        column.add(marked(document.terms), setting.size, setting.design.muted)
    return Band(column.y if column.items else 0, column.items)


def pictures(row: Sequence[Picture], first: int, setting: Setting) -> Band:
    """A row of attached pictures, of which `first` is the number in the document (http.md 11.6)."""
    place = setting.width / PICTURES_A_ROW
    side = min(_PICTURE, place - _PICTURE_GAP)
    band = Band(0)
    for column, picture in enumerate(row):
        width, height = picture.fit(side, side)
        band.pictures.append(Placed(first + column, column * place, 0, width, height))
        band.height = max(band.height, height)
    return band


def footer(document: Document, setting: Setting) -> Band:
    if not document.footer:
        return Band(0)
    column = setting.column(0, setting.width)
    column.add(document.footer, setting.size - 1, setting.design.muted)
    return Band(column.y, column.items)


def page_number(document: Document, setting: Setting, number: int, count: int) -> Band:
    text = document.page_label.replace("{page}", str(number)).replace("{pages}", str(count))
    column = setting.column(0, setting.width, "right")
    column.add(text, setting.size - 1.5, setting.design.muted)
    return Band(column.y, column.items[:1])
