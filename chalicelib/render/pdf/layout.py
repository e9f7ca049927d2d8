"""Draws a document: head, lines, totals with notes, and what stands at the foot of the pages."""

from __future__ import annotations

from chalicelib.render.document import Document
from chalicelib.render.pdf import blocks, closing, paper
from chalicelib.render.pdf.band import Band
from chalicelib.render.pdf.canvas import assemble
from chalicelib.render.pdf.flow import Flow, Frame
from chalicelib.render.pdf.lines import LineTable
from chalicelib.render.pdf.pictures import decode
from chalicelib.render.pdf.setting import Setting, setting_of

# Narrower paper shows what a page of this width would, reduced: columns of figures need their room.
_NARROWEST = 500.0
_FOOTER_GAP = 14
_TABLE_GAP = 20
_TALLEST_FOOTER = 0.25
_TALLEST_REPEATED_HEAD = 0.4
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "iw", "ps", "ur", "yi"})


def draw(document: Document) -> bytes:
    sheet = paper.size(document.style.page_size)
    scale = min(1.0, sheet[0] / _NARROWEST)
    width, height = sheet[0] / scale, sheet[1] / scale
    setting = setting_of(document.style, width)
    return _Drawing(document, setting, width, height).finish(sheet, scale)


class _Drawing:
    def __init__(self, document: Document, setting: Setting, width: float, height: float) -> None:
        self._document = document
        self._setting = setting
        self._logo = decode(document.logo) if document.logo else None
        self._attached = list(filter(None, map(decode, document.pictures)))
        footer = closing.footer(document, setting)
        self._footer = footer if footer.height <= height * _TALLEST_FOOTER else Band(0)
        self._flowing_footer = footer if footer.height > self._footer.height else Band(0)
        margin = setting.design.margin
        frame = Frame(
            width=width,
            height=height,
            margin=margin,
            bottom=margin + (self._footer.height + _FOOTER_GAP if self._footer.height else 0),
            mirrored=document.language[:2].lower() in _RIGHT_TO_LEFT,
        )
        self._flow = Flow(frame)

    def finish(self, sheet: tuple[float, float], scale: float) -> bytes:
        self._head()
        self._lines_and_totals()
        self._pictures()
        if self._flowing_footer.height:
            self._flow.space(_TABLE_GAP)
            self._flow.add(self._flowing_footer, keep=0)
        self._feet()
        return assemble(
            self._flow.pages,
            self._setting.typesetter,
            paper=sheet,
            scale=scale,
            pictures=[*filter(None, (self._logo,)), *self._attached],
            title=self._document.title,
            language=self._document.language,
        )

    def _head(self) -> None:
        bands = blocks.head(self._document, self._logo, self._setting)
        for band in bands:
            self._flow.add(band)
        height = sum(band.height for band in bands) + _TABLE_GAP
        if self._document.style.all_pages_header and height <= self._flow.frame.body * _TALLEST_REPEATED_HEAD:
            self._flow.repeat += [*bands, Band(_TABLE_GAP)]

    def _lines_and_totals(self) -> None:
        totals = closing.totals(self._document, self._setting)
        tables = [table for table in self._document.tables if table.columns]
        for table in tables:
            self._flow.space(_TABLE_GAP)
            self._lines(LineTable(table, self._setting), totals if table is tables[-1] else Band(0))
        self._flow.space(_TABLE_GAP / 2)
        notes = closing.notes(self._document, self._setting)
        both = Band(max(totals.height, notes.height), totals.items + notes.items, totals.shapes)
        self._flow.add(both, keep=totals.height)

    def _pictures(self) -> None:
        first = 2 if self._logo else 1
        for start in range(0, len(self._attached), closing.PICTURES_A_ROW):
            row = self._attached[start : start + closing.PICTURES_A_ROW]
            self._flow.space(_TABLE_GAP)
            self._flow.add(closing.pictures(row, first + start, self._setting))

    def _lines(self, table: LineTable, following: Band) -> None:
        """The header stays with the first row, the last row with what follows the table."""
        header, rows = table.header(), table.rows()
        row = next(rows, Band(0))
        self._flow.add(header, reserve=row.height)
        self._flow.repeat.append(header)
        for later in rows:
            self._flow.add(row)
            row = later
        self._flow.add(row, reserve=following.height + _TABLE_GAP if following.height else 0)
        self._flow.repeat.pop()

    def _feet(self) -> None:
        flow, document, setting = self._flow, self._document, self._setting
        frame, count = flow.frame, len(flow.pages)
        foot = frame.height - frame.margin - self._footer.height
        for number, page in enumerate(flow.pages, start=1):
            if self._footer.height and (number == count or document.style.all_pages_footer):
                flow.draw(page, self._footer, foot)
            if count > 1 and document.page_label:
                label = closing.page_number(document, setting, number, count)
                flow.draw(page, label, frame.height - frame.margin / 2 - label.height / 2)
