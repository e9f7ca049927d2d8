"""Size and preview of a picture. What cannot be read as one is kept all the same, without either."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

TYPES = frozenset({"jpeg", "png", "gif", "tiff", "psd"})
FORMATS = ("JPEG", "PNG", "GIF", "TIFF", "PSD")
SIDE = 300
"""Pixels of the longer side of a preview."""
MOST_PIXELS = 50_000_000
"""Decoded, which takes four bytes each: a small file can claim to be far larger."""


class Picture(NamedTuple):
    """`preview` is empty where none is needed, its type then too."""

    width: int = 0
    height: int = 0
    preview: bytes = b""
    preview_type: str = ""


def inspect(kind: str, content: bytes) -> Picture:
    """What there is to say of a file of this type."""
    if kind not in TYPES:
        return Picture()
    try:
        return _inspect(kind, content)
    except Exception as error:  # each of Pillow's decoders has its own errors for a broken file
        log.info("A %s file cannot be read as a picture: %r", kind, error)
        return Picture()


def _inspect(kind: str, content: bytes) -> Picture:
    from PIL.Image import open as read_head

    with read_head(io.BytesIO(content), formats=FORMATS) as image:
        width, height = image.size
        known = Picture(width, height)
        is_small = max(width, height) <= SIDE and kind in ("jpeg", "png")
        if is_small or width * height > MOST_PIXELS:
            return known
        try:
            return _with_preview(image, known, kind)
        except Exception as error:  # as above; the size in its head is known nevertheless
            log.info("A %s file has no preview: %r", kind, error)
            return known


def _with_preview(image: Image, known: Picture, kind: str) -> Picture:
    image.thumbnail((SIDE, SIDE))
    target = "jpeg" if kind == "jpeg" else "png"
    kept = ("L", "RGB") if target == "jpeg" else ("L", "LA", "RGB", "RGBA", "P")
    drawn = image if image.mode in kept else image.convert("RGB" if target == "jpeg" else "RGBA")
    out = io.BytesIO()
    drawn.save(out, target.upper())
    return known._replace(preview=out.getvalue(), preview_type=target)
