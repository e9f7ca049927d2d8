"""What drawing costs: our PDFs against hand-written bytes, fpdf2's own `table()` and ReportLab's platypus.

All draw the same invoice of 10 and of 1,000 lines. The others get a static instance of Noto Sans, made
before the clock starts. `python -m tests.benchmarks.pdf` prints the table.
"""

from __future__ import annotations

import importlib.util
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from time import process_time

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from fpdf import FPDF
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont as ReportLabFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from chalicelib.render.document import Document
from chalicelib.render.pdf import fallback, render
from tests.render.pdf.samples import invoice

SIZES = (10, 1000)
AT_LEAST = 2
SECONDS = 1.0


def rows() -> list[tuple[str, float, str]]:
    """Name, CPU seconds a document, and the ratio to `table()` and to the hand-written bytes."""
    result = []
    for lines in SIZES:
        document = invoice(lines)
        times = _measured(document)
        table, floor = times["fpdf2 table()"], times["hand-written bytes"]
        for name, seconds in times.items():
            ratio = f"{seconds / table:.3f} of table(), {seconds / floor:.1f} x hand-written"
            result.append((f"{lines} lines, {name}", seconds, ratio))
    return result


def _measured(document: Document) -> dict[str, float]:
    size = len(render(document))
    draw: dict[str, Callable[[], object]] = {
        "ours, warm": lambda: render(document),
        "ours, fonts cold": lambda: _cold(document),
        "hand-written bytes": lambda: _by_hand(document, size),
        "fpdf2 table()": lambda: _by_table(document),
        "ReportLab": lambda: _by_reportlab(document),
    }
    return {name: _cpu(action) for name, action in draw.items()}


def _cpu(action: Callable[[], object]) -> float:
    """The best of several runs: least disturbed by what else the machine does."""
    action()
    times: list[float] = []
    while len(times) < AT_LEAST or sum(times) < SECONDS:
        start = process_time()
        action()
        times.append(process_time() - start)
    return min(times)


def _cold(document: Document) -> bytes:
    for cached in (fallback.latin, fallback.ready, fallback.face_of):
        cached.cache_clear()
    return render(document)


def _by_hand(document: Document, size: int) -> bytes:
    """The same rows at fixed places in a core font, filled up to `size` with a stream no one reads."""
    cells = [cell for table in document.tables for row in table.rows for cell in row]
    places = (
        f"1 0 0 1 {40 + index % 6 * 80} {780 - index // 6 % 40 * 18} Tm ({cell}) Tj"
        for index, cell in enumerate(cells)
    )
    content = zlib.compress("\n".join(["BT /F1 9 Tf", *places, "ET"]).encode("latin-1", "replace"))
    bodies = [
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R>>",
        b"<</Filter /FlateDecode /Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ]
    filling = bytes(max(0, size - len(content) - 700))
    bodies.append(b"<</Length %d>>\nstream\n%b\nendstream" % (len(filling), filling))
    bodies.append(b"<</Font <</F1 5 0 R>>>>")
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(bodies) + 1, entries)
    out += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start)
    return bytes(out)


def _by_table(document: Document) -> bytes:
    pdf = FPDF(unit="pt")
    for style, path in _static_fonts().items():
        pdf.add_font("Noto", style, path)
    pdf.add_page()
    pdf.set_font("Noto", size=9)
    for text in _around(document):
        pdf.multi_cell(0, 13, text, new_x="LMARGIN", new_y="NEXT")
    if document.logo is not None:
        pdf.image(BytesIO(document.logo), w=120)
    for table in document.tables:
        align = ["RIGHT" if column.align == "right" else "LEFT" for column in table.columns]
        with pdf.table(
            text_align=align, col_widths=[column.share or 29 for column in table.columns]
        ) as drawn:
            drawn.row([column.label for column in table.columns])
            for cells in table.rows:
                drawn.row(cells)
    return bytes(pdf.output())


def _by_reportlab(document: Document) -> bytes:
    target = BytesIO()
    style = ParagraphStyle("body", fontName=_registered(), fontSize=9, leading=13)
    story: list[object] = [Paragraph(text, style) for text in _around(document)]
    for table in document.tables:
        data = [[column.label for column in table.columns]]
        data += [[Paragraph(cell, style) for cell in cells] for cells in table.rows]
        story.append(Table(data, repeatRows=1))
    SimpleDocTemplate(target, pagesize=A4).build(story)
    return target.getvalue()


def _around(document: Document) -> list[str]:
    totals = [f"{amount.label} {amount.value}" for amount in document.totals]
    details = [f"{label} {value}" for label, value in document.details]
    texts = [document.title, *document.company, *document.address, *document.client, *details, *totals]
    return [*texts, document.notes, document.terms, document.footer]


@cache
def _registered() -> str:
    registerFont(ReportLabFont("Noto", str(_static_fonts()[""])))
    return "Noto"


@cache
def _static_fonts() -> dict[str, Path]:
    spec = importlib.util.find_spec("manimgx_fonts")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(tempfile.mkdtemp())
    fonts = {}
    for style, weight in (("", 400), ("B", 700)):
        font = TTFont(Path(spec.origin).parent / "NotoSans[wght].ttf")
        instantiateVariableFont(font, {"wght": weight}, inplace=True)
        fonts[style] = folder / f"noto{weight}.ttf"
        font.save(fonts[style])
    return fonts


if __name__ == "__main__":
    for name, seconds, ratio in rows():
        print(f"{name:32} {seconds * 1000:10.2f} ms  {ratio}")
