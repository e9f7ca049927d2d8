"""Build the ready-made faces in `chalicelib/render/pdf/fonts` from the Inter variable font.

Run by hand when Inter or the character set changes: `pip install fontpkg-inter==4.1.post1`, then
`python -m tests.render.pdf.build_fonts`. The result is committed, so that drawing a document in these scripts
instantiates and subsets nothing. Figures are replaced by Inter's tabular ones: columns of money line up.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).parents[3] / "chalicelib" / "render" / "pdf" / "fonts"
WEIGHTS = {"regular": 400, "bold": 600}
_PUNCTUATION = "–—‘’‚“”„†‡•…‰′″‹›⁄№™←↑→↓−≈≠≤≥✓"
SCRIPTS = {
    "latin": [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x218, 0x21C), *range(0x20A0, 0x20C1), 0x1E9E]
    + [ord(char) for char in _PUNCTUATION],
    "greek": [*range(0x384, 0x3CF)],
    "cyrillic": [
        *range(0x400, 0x460),
        *range(0x490, 0x4A4),
        *range(0x4AE, 0x4B4),
        0x4BA,
        0x4BB,
        0x4D8,
        0x4D9,
        0x4E8,
        0x4E9,
    ],
}
DROPPED = ["GDEF", "GPOS", "GSUB", "STAT", "name", "kern", "MVAR", "HVAR", "avar", "gasp", "DSIG", "meta"]


def main() -> None:
    for weight, value in WEIGHTS.items():
        for script, characters in SCRIPTS.items():
            path = TARGET / f"{script}-{weight}.ttf"
            _build(value, characters).save(path)
            print(path.name, path.stat().st_size)


def _build(weight: int, characters: list[int]) -> Any:
    spec = importlib.util.find_spec("fontpkg_inter")
    assert spec is not None
    assert spec.origin is not None
    font = TTFont(Path(spec.origin).parent / "files" / "Inter[opsz,wght].ttf", recalcTimestamp=False)
    instantiateVariableFont(font, {"wght": weight, "opsz": 14}, inplace=True)
    _use_tabular_figures(font)
    options = Options(
        hinting=False, layout_features=[], notdef_outline=True, recommended_glyphs=False, glyph_names=False
    )
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def _use_tabular_figures(font: Any) -> None:
    glyphs = set(font.getGlyphOrder())
    for table in font["cmap"].tables:
        if not table.isUnicode():
            continue
        for code, name in list(table.cmap.items()):
            if f"{name}.tf" in glyphs and 0x30 <= code <= 0x39:
                table.cmap[code] = f"{name}.tf"


if __name__ == "__main__":
    main()
