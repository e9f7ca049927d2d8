"""Fills pages from top to bottom, breaking between bands, and inside a band only where it fits on no page."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.render.pdf.band import Band
from chalicelib.render.pdf.canvas import Page

_ROUNDING = 0.01
# How far the baseline lies below the middle of the space of a line, in parts of the size.
_MIDDLE = 0.355


@dataclass(frozen=True, slots=True)
class Frame:
    """The page and the part of it that content may fill; `mirrored` for scripts that run right to left."""

    width: float
    height: float
    margin: float
    bottom: float
    mirrored: bool = False

    @property
    def body(self) -> float:
        return self.height - self.margin - self.bottom


class Flow:
    """Where the next band goes. `repeat` is drawn at the top of each following page."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.pages: list[Page] = []
        self.repeat: list[Band] = []
        self._y = 0.0
        self._start = 0.0
        self._open_page()

    @property
    def room(self) -> float:
        return self.frame.margin + self.frame.body - self._y

    def space(self, height: float) -> None:
        """Leave space, except at the top of a page."""
        if self._y > self._start:
            self._y += min(height, max(0, self.room))

    def add(self, band: Band, *, keep: float | None = None, reserve: float = 0) -> None:
        """Draw a band. Its first `keep` points (all by default) stay on one page, together with `reserve`
        points that are to follow, as far as a page can hold them."""
        wanted = min(band.height if keep is None else keep, band.height) + reserve
        if wanted > self.room + _ROUNDING and self._y > self._start and wanted <= self.frame.body:
            self.break_page()
        while band.height > self.room + _ROUNDING:
            head, band = band.split(self.room, force=self._y <= self._start)
            if not head.items and not band.items:
                break
            self._place(head)
            self.break_page()
        self._place(band)

    def break_page(self) -> None:
        self._open_page()
        for band in self.repeat:
            self._place(band)
        self._start = self._y

    def draw(self, page: Page, band: Band, y: float) -> None:
        """Draw a band anywhere, outside the flow."""
        margin, mirrored = self.frame.margin, self.frame.width if self.frame.mirrored else 0
        for x, top, width, height, color in band.shapes:
            left = mirrored - margin - x - width if mirrored else margin + x
            page.fill(left, y + top, width, height, color)
        for x, top, height, line, size, color in band.items:
            baseline = y + top + height / 2 + _MIDDLE * size
            left = mirrored - margin - x - line.width * size / 1000 if mirrored else margin + x
            page.text(left, baseline, line, size, color)
        for number, x, top, width, height in band.pictures:
            left = mirrored - margin - x - width if mirrored else margin + x
            page.picture(number, left, y + top, width, height)

    def _place(self, band: Band) -> None:
        self.draw(self.pages[-1], band, self._y)
        self._y += band.height

    def _open_page(self) -> None:
        self.pages.append(Page(self.frame.height))
        self._y = self._start = self.frame.margin
