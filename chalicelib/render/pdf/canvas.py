"""Pages and their content streams, written into an fpdf2 document with the fonts of a `Typesetter`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from fpdf import FPDF
from fpdf.output import OutputProducer, PDFInfo
from fpdf.syntax import PDFObject

from chalicelib.render.pdf.faces import Program
from chalicelib.render.pdf.pictures import Picture
from chalicelib.render.pdf.typesetter import Line, Typesetter

_THICKENING = 0.035
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*")
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)


class Page:
    """One page: shapes below, text above in a single text object. Coordinates in points from the top left.

    The size stands in the text matrix, so that encoded lines hold no length and serve at every size.
    """

    def __init__(self, height: float) -> None:
        self._height = height
        self._shapes: list[str] = []
        self._texts: list[str] = []
        self._font = 0
        self._color = ""
        self._size = 0.0
        self._scaling = ""

    def text(self, x: float, baseline: float, line: Line, size: float, color: str) -> None:
        """Write a line with its left end at `x`."""
        out = self._texts
        if color != self._color:
            self._color = color
            out.append(f"{rgb(color)} rg")
        if size != self._size:
            self._size = size
            self._scaling = f"{size:g} 0 0 {size:g}"
        out.append(f"{self._scaling} {x:.2f} {self._height - baseline:.2f} Tm")
        for run in line.runs:
            if run.font != self._font:
                self._font = run.font
                out.append(f"/F{run.font} 1 Tf")
            if run.thickened:
                out.append(f"2 Tr {size * _THICKENING:.2f} w {rgb(color)} RG {run.show} 0 Tr")
            else:
                out.append(run.show)

    def fill(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self._shapes.append(
            f"{rgb(color)} rg {x:.2f} {self._height - y - height:.2f} {width:.2f} {height:.2f} re f"
        )

    def rule(self, x: float, y: float, width: float, thickness: float, color: str) -> None:
        """A horizontal line whose upper edge is at `y`."""
        self.fill(x, y, width, thickness, color)

    def picture(self, number: int, x: float, y: float, width: float, height: float) -> None:
        """One of the document's pictures, counted from 1."""
        self._shapes.append(
            f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {self._height - y - height:.2f} cm /I{number} Do Q"
        )

    def content(self, scale: float) -> bytearray:
        parts = self._shapes + (["BT", *self._texts, "ET"] if self._texts else [])
        if scale != 1:
            parts.insert(0, f"{scale:.5f} 0 0 {scale:.5f} 0 0 cm")
        return bytearray("\n".join(parts).encode("latin-1"))


@lru_cache(maxsize=256)
def rgb(color: str) -> str:
    """The operands of a colour operator for `#rrggbb`."""
    return " ".join(f"{int(color[start : start + 2], 16) / 255:.3g}" for start in (1, 3, 5))


class _Object(PDFObject):
    """An object whose body is written already; `references` are completed once all numbers are known."""

    def __init__(
        self, head: str, stream: bytes | None = None, references: dict[str, PDFObject] | None = None
    ) -> None:
        super().__init__()
        self._head = head
        self._stream = stream
        self._references = references or {}

    def serialize(self, *_: Any, **__: Any) -> Any:
        head = self._head + "".join(f" /{key} {item.ref}" for key, item in self._references.items())
        if self._stream is None:
            return f"{self.id} 0 obj\n<<{head}>>\nendobj"
        opening = f"{self.id} 0 obj\n<<{head} /Filter /FlateDecode /Length {len(self._stream)}>>\nstream\n"
        return b"%b%b\nendstream\nendobj" % (opening.encode("latin-1"), self._stream)


class _Pdf(FPDF):
    programs: dict[int, Program]


class _Producer(OutputProducer):
    """Puts font programs in as they are, where fpdf2 would subset anew, and leaves the creation date out."""

    fpdf: _Pdf

    def _add_fonts(self, *_: Any) -> dict[int, Any]:
        return {index: self._add_program(program) for index, program in sorted(self.fpdf.programs.items())}

    def _add_program(self, program: Program) -> PDFObject:
        file = self._added(_Object(f"/Length1 {program.file_length}", program.file))
        to_unicode = self._added(_Object("", program.to_unicode))
        descriptor = self._added(_Object(program.descriptor, references={"FontFile2": file}))
        links = {"FontDescriptor": descriptor}
        identity = "/CIDToGIDMap /Identity"
        if program.cid_to_gid is not None:
            links["CIDToGIDMap"] = self._added(_Object("", program.cid_to_gid))
            identity = ""
        head = (
            f"/Type /Font /Subtype /CIDFontType2 /BaseFont /{program.name} {identity} /W {program.widths} "
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
        )
        descendant = self._added(_Object(head, references=links))
        head = (
            f"/Type /Font /Subtype /Type0 /BaseFont /{program.name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant.ref}]"
        )
        return self._added(_Object(head, references={"ToUnicode": to_unicode}))

    def _added(self, item: PDFObject) -> PDFObject:
        self._add_pdf_obj(item, "fonts")
        return item

    def _add_info(self) -> PDFInfo:
        info = super()._add_info()
        info.creation_date = None  # type: ignore[assignment]
        return info


def assemble(
    pages: list[Page],
    typesetter: Typesetter,
    *,
    paper: tuple[float, float],
    scale: float,
    pictures: Sequence[Picture],
    title: str,
    language: str,
) -> bytes:
    """The finished PDF. `scale` shrinks what the pages hold to the paper."""
    pdf = _Pdf(unit="pt", format=paper)
    pdf.programs = typesetter.programs()
    pdf.single_resources_object = True
    pdf.pdf_version = "1.4"
    pdf.creation_date = _NO_DATE
    pdf.str_alias_nb_pages = ""
    pdf.set_title(title.encode("utf-8", "replace").decode("utf-8"))
    pdf.set_lang(language if _LANGUAGE.fullmatch(language) else "en")
    for number, picture in enumerate(pictures, start=1):
        pdf.image_cache.images[str(number)] = picture.for_document(number)
    for number, page in enumerate(pages, start=1):
        pdf.add_page()
        pdf.pages[number].contents = page.content(scale)
    return bytes(pdf.output(output_producer_class=_Producer))
