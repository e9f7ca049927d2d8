"""The table of lines: column widths, the repeated header, one band a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.render.document import Column as Heading
from chalicelib.render.document import Table
from chalicelib.render.pdf.band import Band, Item, Shape
from chalicelib.render.pdf.markup import marked
from chalicelib.render.pdf.setting import Setting

_FLEXIBLE_AT_LEAST = 0.22
_WIDEST_FIGURES = 0.3
# Of its share a column of figures keeps this much; what it does not need beyond goes to the flexible columns.
_SHARE_AT_LEAST = 0.75
_HEADER_LINES = 4
_HAIRLINE = 0.6


class LineTable:
    """A table laid out for one width."""

    def __init__(self, table: Table, setting: Setting) -> None:
        look = setting.design.table
        self._table = table
        self._setting = setting
        self._look = look
        # Without a fill behind them, the outer columns are flush with everything else on the page.
        self._edge = look.padding_x if look.header_fill or look.stripe else 0.0
        self._boxes = self._layout()
        keys = (index for index, column in enumerate(table.columns) if column.key.endswith("description"))
        self._rich = next(keys, None)

    def header(self) -> Band:
        look, setting = self._look, self._setting
        cells = [heading.label for heading in self._table.columns]
        band = self._band(cells, look.header_ink, bold=range(len(cells)), size=setting.size - 0.5)
        if look.header_fill:
            band.shapes.append(Shape(0, 0, setting.width, band.height, look.header_fill))
        if look.header_rule:
            band.shapes.append(Shape(0, band.height - _HAIRLINE, setting.width, _HAIRLINE, look.header_rule))
        return band

    def rows(self) -> Iterator[Band]:
        look, setting = self._look, self._setting
        first = setting.primary if look.first_column == "primary" else setting.design.ink
        for number, cells in enumerate(map(self._marked, self._table.rows)):
            band = self._band(cells, setting.design.ink, bold=(0,), size=setting.size, first_color=first)
            if look.stripe and number % 2 == 0:
                band.shapes.append(Shape(0, 0, setting.width, band.height, look.stripe))
            if look.rule:
                band.shapes.append(Shape(0, band.height - _HAIRLINE, setting.width, _HAIRLINE, look.rule))
            yield band

    def _marked(self, cells: tuple[str, ...]) -> Sequence[str]:
        if self._rich is None or self._rich >= len(cells):
            return cells
        return (*cells[: self._rich], marked(cells[self._rich]), *cells[self._rich + 1 :])

    def _band(
        self, cells: Sequence[str], color: str, *, bold: Sequence[int], size: float, first_color: str = ""
    ) -> Band:
        wrap = self._setting.typesetter.wrap
        top, height = self._look.padding_y, size * self._setting.design.leading
        items: list[Item] = []
        most = 1
        for index, (text, (x, width, right)) in enumerate(zip(cells, self._boxes, strict=False)):
            if not text:
                continue
            lines = wrap(text, width, size, bold=index in bold)
            if first_color == "":
                del lines[_HEADER_LINES:]
            most = max(most, len(lines))
            ink = first_color if index == 0 and first_color else color
            y = top
            for line in lines:
                left = x + width - line.width * size / 1000 if right else x
                items.append(Item(left, y, height, line, size, ink))
                y += height
        return Band(2 * top + most * height, items)

    def _layout(self) -> list[tuple[float, float, bool]]:
        """Left edge, width and alignment of each column's text."""
        gap = self._look.padding_x
        widths = self._widths()
        boxes = []
        x = 0.0
        for index, (heading, width) in enumerate(zip(self._table.columns, widths, strict=True)):
            left = self._edge if index == 0 else gap
            right = self._edge if index == len(widths) - 1 else gap
            boxes.append((x + left, max(width - left - right, self._setting.size), heading.align == "right"))
            x += width
        return boxes

    def _widths(self) -> list[float]:
        """Shares, widened where figures or labels would break, narrowed until flexible columns have room."""
        total = self._setting.width
        columns = self._table.columns
        shares = [
            self._wanted(index, column) if column.share else 0.0 for index, column in enumerate(columns)
        ]
        flexible = sum(1 for share in shares if not share)
        available = total * (1 - _FLEXIBLE_AT_LEAST) if flexible else total
        fixed = sum(shares)
        if fixed > available or not flexible:
            shares = [share * available / fixed for share in shares]
            fixed = available
        return [share or (total - fixed) / flexible for share in shares]

    def _wanted(self, index: int, column: Heading) -> float:
        share = column.share / 100 * self._setting.width
        words = max(map(self._natural, column.label.split()), default=0)
        label = min(self._natural(column.label), share)
        if column.align == "left":
            return max(share, words)
        figures = {row[index] for row in self._table.rows if index < len(row)}
        widest = max((self._natural(text, bold=False) for text in figures), default=0)
        return max(share * _SHARE_AT_LEAST, words, label, min(widest, self._setting.width * _WIDEST_FIGURES))

    def _natural(self, text: str, *, bold: bool = True) -> float:
        """The width of a column in which the text needs one line."""
        width = self._setting.typesetter.width(text, bold=bold) * self._setting.size / 1000
        return width + 2 * self._look.padding_x + 1
