"""From text to lines ready to draw: measured, wrapped to a width, encoded for the fonts of one document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import TypeVar

from chalicelib.render.pdf.faces import Face, Program, string_code
from chalicelib.render.pdf.fallback import latin
from chalicelib.render.pdf.markup import BOLD, REGULAR
from chalicelib.render.pdf.shaping import Glyph, GlyphRun, has_right_to_left, runs

# Between these a line may break anywhere; closing punctuation stays with what it closes.
_IDEOGRAPHS = (
    "\u2e80-\u2fff\u3003-\u3007\u3012-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_CLOSING = (
    "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\u30fc\u3063\u30c3"
)
_ATOM = re.compile(rf"[{_IDEOGRAPHS}][{_CLOSING}]* *|[^ {_IDEOGRAPHS}]+ *| +")
_JOINT = re.compile(r"(?<=[@/_-])(?=\S)|(?<=[^\W\d])(?=\.\w)")
_LINE_BREAKS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_MARKED = re.compile(f"([{BOLD}{REGULAR}]?)([^{BOLD}{REGULAR}]+)")
_JOINER = "\u200d"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Run:
    """An operator that shows text in one font of the document."""

    font: int
    show: str
    thickened: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Width in thousandths of the size, and the runs that draw it."""

    width: float
    runs: tuple[Run, ...]


@dataclass(slots=True)
class FontUse:
    """A face as one document uses it: its number there, and the text behind each glyph drawn."""

    index: int
    glyphs: dict[int, str] = field(default_factory=dict)


class _Cache(dict[str, _T]):
    """Computes what it lacks; a hit costs no call."""

    def __init__(self, compute: Callable[[str], _T]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, text: str) -> _T:
        value = self[text] = self._compute(text)
        return value


class Typesetter:
    """Sets the texts of one document. Everything is cached by text, since the cells of a table repeat."""

    def __init__(self) -> None:
        self._fonts: dict[Face, FontUse] = {}
        self._lines = tuple(_Cache(partial(self._set, bold=bold)) for bold in (False, True))
        self._widths = tuple(_Cache(partial(self._measure, bold=bold)) for bold in (False, True))
        self._extents = tuple(_Cache(partial(self._extent, bold=bold)) for bold in (False, True))

    def programs(self) -> dict[int, Program]:
        """The fonts to embed, by the number that the lines use."""
        return {use.index: face.program(use.glyphs) for face, use in self._fonts.items()}

    def line(self, text: str, *, bold: bool = False) -> Line:
        """The text on one line, however wide."""
        return self._lines[bold][text]

    def width(self, text: str, *, bold: bool = False) -> float:
        """Of the text on one line, in thousandths of the size."""
        return self._widths[bold][text]

    def wrap(self, text: str, width: float, size: float, *, bold: bool = False) -> list[Line]:
        """Lines no wider than `width` points: words move down whole, words wider than a line are broken."""
        limit = width * 1000 / size
        if text.isprintable() and self._widths[bold][text] <= limit:
            return [self._lines[bold][text]]
        lines: list[Line] = []
        for paragraph in _LINE_BREAKS.split(text):
            if self._widths[bold][paragraph] <= limit:
                lines.append(self._lines[bold][paragraph])
            else:
                lines += [self._lines[bold][part] for part in self._break(paragraph, limit, bold=bold)]
        return lines

    def _break(self, text: str, limit: float, *, bold: bool) -> Iterator[str]:
        extents = self._extents[bold]
        start = end = 0
        width = 0.0
        for atom in _ATOM.findall(text):
            for piece in (atom,) if extents[atom][0] <= limit else self._pieces(atom, limit, bold=bold):
                inked, full = extents[piece]
                if width + inked > limit and end > start:
                    yield text[start:end].rstrip(" ")
                    start, width = end, 0.0
                end += len(piece)
                width += full
        yield text[start:end].rstrip(" ")

    def _pieces(self, word: str, limit: float, *, bold: bool) -> Iterator[str]:
        """Of a word too wide for a line: as addresses are split, else anywhere between letters."""
        for piece in _JOINT.split(word):
            if self._extents[bold][piece][0] <= limit:
                yield piece
            else:
                yield from _clusters(piece)

    def _extent(self, atom: str, *, bold: bool) -> tuple[float, float]:
        """Width without and with the spaces after it."""
        widths, word = self._widths[bold], atom.rstrip(" ")
        inked = widths[word]
        return inked, inked + widths[" "] * (len(atom) - len(word))

    def _measure(self, text: str, *, bold: bool) -> float:
        try:
            return sum(map(latin(bold=bold).widths.__getitem__, text))
        except KeyError:
            return self._lines[bold][text].width

    def _set(self, text: str, *, bold: bool) -> Line:
        """One face draws nearly all texts whole, without shaping."""
        face = latin(bold=bold)
        try:
            codes = "".join(map(face.codes.__getitem__, text))
        except KeyError:
            marked = (BOLD in text or REGULAR in text) and not has_right_to_left(text)
            return self._marked(text) if marked else self._shaped(text, bold=bold)
        return Line(self._widths[bold][text], (Run(self._use(face).index, f"({codes})Tj"),) if text else ())

    def _marked(self, text: str) -> Line:
        parts = [self._lines[mark == BOLD][part] for mark, part in _MARKED.findall(text)]
        return Line(sum(part.width for part in parts), tuple(run for part in parts for run in part.runs))

    def _shaped(self, text: str, *, bold: bool) -> Line:
        shaped = runs(text, bold=bold)
        width = sum(glyph.advance for run in shaped for glyph in run.glyphs)
        return Line(width, tuple(self._run(run, bold=bold) for run in shaped))

    def _run(self, run: GlyphRun, *, bold: bool) -> Run:
        use = self._use(run.face)
        for glyph in run.glyphs:
            use.glyphs.setdefault(glyph.number, glyph.text)
        return Run(use.index, "".join(_show(run.face, run.glyphs)), thickened=bold and run.face.thickened)

    def _use(self, face: Face) -> FontUse:
        if (use := self._fonts.get(face)) is None:
            use = self._fonts[face] = FontUse(len(self._fonts) + 1)
        return use


def _show(face: Face, glyphs: tuple[Glyph, ...]) -> Iterator[str]:
    """TJ moves left by thousandths of the size; what the offset moved right is taken back after the glyph."""
    raised = 0.0
    yield "["
    for glyph in glyphs:
        if glyph.up != raised:
            raised = glyph.up
            yield f"]TJ {raised / 1000:.3f} Ts ["
        if glyph.right:
            yield f"{-glyph.right:.0f}"
        yield f"({string_code(glyph.number)})"
        if back := round(face.advances[glyph.number] + glyph.right - glyph.advance):
            yield f"{back}"
    yield "]TJ 0 Ts" if raised else "]TJ"


def _clusters(text: str) -> Iterator[str]:
    """Characters with the marks that belong to them, so that a break never tears a letter apart."""
    starts = [index for index in range(1, len(text)) if not _belongs(text[index - 1], text[index])]
    return (text[start:end] for start, end in pairwise([0, *starts, len(text)]))


def _belongs(before: str, char: str) -> bool:
    return _JOINER in (before, char) or unicodedata.category(char).startswith("M")
