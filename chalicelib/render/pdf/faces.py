"""The font files: which characters each draws, how wide they are, and what of it goes into a PDF.

Faces of the common scripts are ready-made subsets beside this module, embedded whole from bytes compressed
once per process. All others come from font packages, opened when a text first needs them and subset to the
glyphs a document uses.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

_READY_MADE = Path(__file__).parent / "fonts"
_NEEDED_IN_PDF = {"glyf", "loca", "head", "hhea", "hmtx", "maxp"}
_SUBSETS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Program:
    """A font program as a PDF embeds it; `file`, `to_unicode` and `cid_to_gid` are deflated streams."""

    name: str
    descriptor: str
    widths: str
    file: bytes
    file_length: int
    to_unicode: bytes
    cid_to_gid: bytes | None


class Face:
    """One font file. Glyphs are addressed by their number in the file, widths are thousandths of the size."""

    def __init__(self, path: Path, *, ready: bool = False, shaped: bool = False) -> None:
        """Everything is read at once: fontTools' lazy reading would not bear several threads."""
        self.shaped = shaped
        self._ready = ready
        self._data = path.read_bytes()
        self._name = "Kunai" + "".join(filter(str.isalnum, path.stem.title()))
        font = self._open()
        self.scale = 1000 / float(font["head"].unitsPerEm)
        """Thousandths of the size per font unit."""
        self._order: list[str] = font.getGlyphOrder()
        metrics = font["hmtx"].metrics
        self.advances = [round(metrics[name][0] * self.scale) for name in self._order]
        numbers = font.getReverseGlyphMap()
        self.glyphs: dict[int, int] = {code: numbers[name] for code, name in font.getBestCmap().items()}
        """Glyph number of each code point."""
        self._measures = _measures(font["head"], font["hhea"], self.scale)

    @property
    def thickened(self) -> bool:
        """Whether bold text has to be imitated, since the face comes in one weight."""
        return not self._ready

    def _open(self) -> Any:
        return TTFont(BytesIO(self._data), fontNumber=0, lazy=True, recalcTimestamp=False)

    @cached_property
    def codes(self) -> dict[str, str]:
        """What a PDF string holds for each character."""
        return {chr(code): string_code(glyph) for code, glyph in self.glyphs.items()}

    @cached_property
    def widths(self) -> dict[str, int]:
        return {chr(code): self.advances[glyph] for code, glyph in self.glyphs.items()}

    @cached_property
    def shaper(self) -> Any:
        """The face as HarfBuzz knows it, imported only for scripts that need shaping."""
        import uharfbuzz

        return uharfbuzz.Font(uharfbuzz.Face(self._data))

    def program(self, used: Mapping[int, str]) -> Program:
        """What to embed so that the glyphs in `used` can be drawn; its values are the text they stand for."""
        if self._ready:
            return self._whole
        return _subset(self, tuple(sorted(used.items())))

    @cached_property
    def _whole(self) -> Program:
        texts = {glyph: chr(code) for code, glyph in sorted(self.glyphs.items(), reverse=True)}
        return self._program(self._name, self._data, range(len(self.advances)), texts, None)

    def _program(
        self,
        name: str,
        data: bytes,
        glyphs: Iterable[int],
        texts: Mapping[int, str],
        cid_to_gid: bytes | None,
    ) -> Program:
        return Program(
            name=name,
            descriptor=f"/Type /FontDescriptor /FontName /{name} {self._measures}",
            widths="[" + " ".join(f"{glyph} [{self.advances[glyph]}]" for glyph in glyphs) + "]",
            file=zlib.compress(data, 9),
            file_length=len(data),
            to_unicode=zlib.compress(_to_unicode(texts).encode("ascii"), 9),
            cid_to_gid=zlib.compress(cid_to_gid, 9) if cid_to_gid is not None else None,
        )

    def subset(self, used: tuple[tuple[int, str], ...]) -> Program:
        glyphs = [glyph for glyph, _ in used]
        font = self._open()
        font.setGlyphOrder(list(self._order))
        options = Options(hinting=False, layout_features=[], layout_closure=False, recommended_glyphs=False)
        options.glyph_names = True
        options.drop_tables = sorted(set(font.reader.keys()) - _NEEDED_IN_PDF)
        subsetter = Subsetter(options)
        subsetter.populate(gids=[0, *glyphs])
        names = {glyph: self._order[glyph] for glyph in glyphs}
        subsetter.subset(font)
        target = BytesIO()
        font.save(target)
        numbers = font.getReverseGlyphMap()
        mapping = bytearray(2 * (max(glyphs) + 1))
        for glyph, name in names.items():
            mapping[2 * glyph : 2 * glyph + 2] = numbers[name].to_bytes(2, "big")
        data = target.getvalue()
        tag = "".join(chr(65 + byte % 26) for byte in sha256(data).digest()[:6])
        return self._program(f"{tag}+{self._name}", data, glyphs, dict(used), bytes(mapping))


def _measures(head: Any, hhea: Any, scale: float) -> str:
    """The entries of a font descriptor; those of stems and capitals only guide substitute fonts."""
    box = " ".join(str(round(edge * scale)) for edge in (head.xMin, head.yMin, head.xMax, head.yMax))
    return (
        f"/Flags 4 /FontBBox [{box}] /ItalicAngle 0 /Ascent {round(hhea.ascent * scale)} "
        f"/Descent {round(hhea.descent * scale)} /CapHeight 728 /StemV 80"
    )


@lru_cache(maxsize=_SUBSETS_KEPT)
def _subset(face: Face, used: tuple[tuple[int, str], ...]) -> Program:
    return face.subset(used)


def string_code(glyph: int) -> str:
    """Two bytes inside a PDF literal string, as Latin-1 characters, escaped."""
    return "".join(
        f"\\{char}" if char in "()\\" else "\\r" if char == "\r" else char for char in _bytes(glyph)
    )


def _bytes(glyph: int) -> str:
    return glyph.to_bytes(2, "big").decode("latin-1")


def _to_unicode(texts: Mapping[int, str]) -> str:
    entries = [
        f"<{glyph:04X}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(texts.items()) if text
    ]
    blocks = (entries[start : start + 100] for start in range(0, len(entries), 100))
    ranges = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{ranges}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def ready_made(script: str, *, bold: bool) -> Face:
    return Face(_READY_MADE / f"{script}-{'bold' if bold else 'regular'}.ttf", ready=True)


def packaged(package: str, file: str, *, shaped: bool = False) -> Face:
    """A face of an installed font package, found without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the font package {package} is not installed", name=package)
    return Face(Path(spec.origin).parent / file, shaped=shaped)
