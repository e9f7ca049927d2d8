"""Horizontal pieces of a page: lines and shapes placed relative to their top, divisible between lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from chalicelib.render.pdf.typesetter import Line, Typesetter


class Item(NamedTuple):
    """A line: left end, top of the space it takes, that space's height."""

    x: float
    y: float
    height: float
    line: Line
    size: float
    color: str


class Shape(NamedTuple):
    """A filled rectangle; a thin one is a rule."""

    x: float
    y: float
    width: float
    height: float
    color: str


class Placed(NamedTuple):
    """Where one of the document's pictures goes; the logo is number 1 where there is one."""

    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Band:
    height: float
    items: list[Item] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    pictures: list[Placed] = field(default_factory=list)

    def lowered(self, by: float) -> Band:
        """The same with empty space above."""
        return Band(
            self.height + by,
            [item._replace(y=item.y + by) for item in self.items],
            [shape._replace(y=shape.y + by) for shape in self.shapes],
            [placed._replace(y=placed.y + by) for placed in self.pictures],
        )

    def split(self, limit: float, *, force: bool) -> tuple[Band, Band]:
        """What ends above `limit`, and the rest; `force` puts at least the first line into the upper part."""
        rest = [item for item in self.items if item.y + item.height > limit]
        if force and rest and len(rest) == len(self.items):
            first = min(item.y for item in rest)
            rest = [item for item in rest if item.y > first]
        cut = min((item.y for item in rest), default=self.height)
        upper = [item for item in self.items if item.y < cut]
        lower = [item._replace(y=item.y - cut) for item in self.items if item.y >= cut]
        head = Band(min(limit, cut), upper, _above(self.shapes, min(limit, cut)), self.pictures)
        return head, Band(self.height - cut, lower, _below(self.shapes, cut))


def _above(shapes: list[Shape], cut: float) -> list[Shape]:
    return [shape._replace(height=min(shape.height, cut - shape.y)) for shape in shapes if shape.y < cut]


def _below(shapes: list[Shape], cut: float) -> list[Shape]:
    clipped = (
        shape._replace(y=max(0, shape.y - cut), height=min(shape.height, shape.y + shape.height - cut))
        for shape in shapes
    )
    return [shape for shape in clipped if shape.height > 0]


class Column:
    """Lines stacked below each other in a column, from which a band is made."""

    def __init__(
        self,
        typesetter: Typesetter,
        x: float,
        width: float,
        leading: float,
        align: Literal["left", "right"] = "left",
        *,
        top: float = 0,
    ) -> None:
        self.items: list[Item] = []
        self.y = top
        self._typesetter = typesetter
        self._x = x
        self._width = width
        self._leading = leading
        self._align = align

    def add(self, text: str, size: float, color: str, *, bold: bool = False) -> None:
        height = size * self._leading
        right = self._align == "right"
        for line in self._typesetter.wrap(text, self._width, size, bold=bold):
            x = self._x + self._width - line.width * size / 1000 if right else self._x
            self.items.append(Item(x, self.y, height, line, size, color))
            self.y += height
