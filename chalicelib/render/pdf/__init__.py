"""PDFs of documents, drawn with fpdf2 by our own layout: `render(document)`.

Imported only by what draws: it brings in fpdf2, fontTools and Pillow. The way through the package: `layout`
decides the order, `blocks`, `lines` and `closing` make bands of lines and shapes, `flow` breaks them into
pages, `canvas` writes them. `typesetter` measures, wraps and encodes text with the fonts of `faces` and
`fallback`; `design` holds how designs differ.
"""

from __future__ import annotations

from chalicelib.render.document import Document
from chalicelib.render.pdf.layout import draw
from chalicelib.render.version import VERSION

__all__ = ("VERSION", "render")


def render(document: Document) -> bytes:
    """The document as a PDF, the same bytes whenever drawn. No text and no logo is refused."""
    return draw(document)
