"""Which face draws a character: a ready-made one, else the face of its script, else one with symbols."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from fpdf.unicode_script import UnicodeScript, get_unicode_script

from chalicelib.render.pdf.faces import Face, packaged, ready_made

_NOTO = "manimgx_fonts"
_CJK = ("paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc")
_READY_SCRIPTS = ("latin", "greek", "cyrillic")
_SHAPED = (
    "Arabic",
    "Armenian",
    "Bengali",
    "Devanagari",
    "Ethiopic",
    "Georgian",
    "Gujarati",
    "Gurmukhi",
    "Hebrew",
    "Kannada",
    "Khmer",
    "Lao",
    "Malayalam",
    "Myanmar",
    "Oriya",
    "Sinhala",
    "Tamil",
    "Telugu",
    "Thai",
)
_FACE_OF_SCRIPT = {UnicodeScript[name.upper()]: name for name in _SHAPED}


@cache
def latin(*, bold: bool) -> Face:
    """The face of most texts, which also lends its `.notdef` box to characters nobody has."""
    return ready("latin", bold=bold)


@cache
def ready(script: str, *, bold: bool) -> Face:
    return ready_made(script, bold=bold)


@cache
def noto(file: str, *, shaped: bool = False) -> Face:
    return packaged(_NOTO, file, shaped=shaped)


@cache
def cjk() -> Face:
    return packaged(*_CJK)


@cache
def face_of(char: str, *, bold: bool) -> Face | None:
    """The first face that has the character; None when no face has it."""
    code = ord(char)
    for script in _READY_SCRIPTS:
        if code in (face := ready(script, bold=bold)).glyphs:
            return face
    if (name := _FACE_OF_SCRIPT.get(get_unicode_script(char))) and code in (face := noto_script(name)).glyphs:
        return face
    return next((face for face in _others() if code in face.glyphs), None)


def _others() -> Iterator[Face]:
    """One after the other, since opening a large font takes its time."""
    yield noto("NotoSans[wght].ttf", shaped=True)
    yield cjk()
    yield noto("NotoSansSymbols[wght].ttf")
    yield noto("NotoEmoji[wght].ttf")


def noto_script(name: str) -> Face:
    return noto(f"NotoSans{name}[wght].ttf", shaped=True)
