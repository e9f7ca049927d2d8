"""Texts that a plain walk over characters would spoil: direction, ligatures, marks, fallback faces."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection

from chalicelib.render.pdf.faces import Face
from chalicelib.render.pdf.fallback import face_of, latin

_KEPT_CONTROLS = "\u200c\u200d\u200e\u200f\u061c"  # joiners and direction marks
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Glyph:
    """A placed glyph: advance and offsets in thousandths of the size, `text` what copying it gives."""

    number: int
    advance: float
    text: str
    right: float = 0
    up: float = 0


@dataclass(frozen=True, slots=True)
class GlyphRun:
    """Neighbouring glyphs of one face, in the order they are drawn."""

    face: Face
    glyphs: tuple[Glyph, ...]


def runs(text: str, *, bold: bool) -> list[GlyphRun]:
    """The glyphs of one line, left to right as seen."""
    clean = "".join(_clean(text))
    placed: list[GlyphRun] = []
    for fragment, right_to_left in _directions(clean):
        pieces = list(_by_face(fragment, bold=bold))
        for face, piece in reversed(pieces) if right_to_left else pieces:
            if glyphs := tuple(_glyphs(face, piece, right_to_left=right_to_left)):
                placed.append(GlyphRun(face, glyphs))
    return placed


def has_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)


def is_right_to_left(text: str) -> bool:
    """Whether the first character with a direction of its own runs from right to left."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def _clean(text: str) -> Iterator[str]:
    """Drop what has no picture, overriding direction controls among it: text must not disguise an amount."""
    for char in text:
        category = unicodedata.category(char)
        if category == "Zs" or char == "\t":
            yield " "
        elif category == "Cs":
            yield _REPLACEMENT
        elif char in _KEPT_CONTROLS or not (category in _UNSEEN or _modifies_picture(char)):
            yield char


def _modifies_picture(char: str) -> bool:
    """Variation selectors and skin tones."""
    return (
        "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _directions(text: str) -> list[tuple[str, bool]]:
    """Pieces of one direction in the order seen, each in reading order, with whether it runs leftwards."""
    if not has_right_to_left(text):
        return [(text, False)]
    base = TextDirection.RTL if is_right_to_left(text) else TextDirection.LTR
    characters = BidiParagraph(text, base, preserve_bn_chars=True).get_characters_with_embedding_level()
    pieces = [
        ("".join(char.character for char in group), level)
        for level, group in groupby(characters, key=lambda char: char.embedding_level)
    ]
    return [(piece, level % 2 == 1) for piece, level in _as_seen(pieces)]


def _as_seen(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Rule L2 of the Unicode bidirectional algorithm, on whole pieces of one level."""
    highest = max((level for _, level in pieces), default=0)
    for lowest in range(highest, 0, -1):
        turned: list[tuple[str, int]] = []
        for inside, group in groupby(pieces, key=lambda piece: piece[1] >= lowest):
            level_run = list(group)
            turned += level_run[::-1] if inside else level_run
        pieces = turned
    return pieces


def _by_face(text: str, *, bold: bool) -> Iterator[tuple[Face, str]]:
    current: Face | None = None
    start = 0
    for index, char in enumerate(text):
        if current is not None and _stays(char, current):
            continue
        face = face_of(char, bold=bold) or latin(bold=bold)
        if current is not None and face is not current:
            yield current, text[start:index]
            start = index
        current = face
    if current is not None:
        yield current, text[start:]


def _stays(char: str, face: Face) -> bool:
    """Spaces, marks and joiners go with the letters before them, so that shaping sees them together."""
    if char in _KEPT_CONTROLS:
        return True
    follows = unicodedata.category(char).startswith("M") or (char == " " and face.shaped)
    return follows and ord(char) in face.glyphs


def _glyphs(face: Face, text: str, *, right_to_left: bool) -> Iterator[Glyph]:
    if face.shaped:
        yield from _shape(face, text, right_to_left=right_to_left)
        return
    for char in text[::-1].translate(_MIRRORED) if right_to_left else text:
        if char in _KEPT_CONTROLS:
            continue
        number = face.glyphs.get(ord(char), 0)
        yield Glyph(number, face.advances[number], char)


def _shape(face: Face, text: str, *, right_to_left: bool) -> Iterator[Glyph]:
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    uharfbuzz.shape(face.shaper, buffer)
    texts = _cluster_texts(text, sorted({info.cluster for info in buffer.glyph_infos}))
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        yield Glyph(
            info.codepoint,
            position.x_advance * face.scale,
            texts.pop(info.cluster, ""),
            position.x_offset * face.scale,
            position.y_offset * face.scale,
        )


def _cluster_texts(text: str, starts: list[int]) -> dict[int, str]:
    return {start: text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)}
