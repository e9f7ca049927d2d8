"""What a reader gets out of a PDF."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader


def opened(pdf: bytes) -> PdfReader:
    """Strict: a damaged cross-reference table or stream length raises."""
    return PdfReader(BytesIO(pdf), strict=True)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, line by line."""
    return [page.extract_text() for page in opened(pdf).pages]


def text(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def streams(pdf: bytes) -> list[bytes]:
    """The content stream of each page, inflated."""
    contents = [page.get_contents() for page in opened(pdf).pages]
    return [content.get_data() for content in contents if content is not None]
