"""Pictures: decoded once per process, bounded in size, refused when they are no PNG, JPEG or GIF."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from fpdf.image_datastructures import RasterImageInfo
from fpdf.image_parsing import get_img_info
from PIL import Image

_FORMATS = ("PNG", "JPEG", "GIF")
_MAX_BYTES = 10_000_000
_MAX_PIXELS = 40_000_000
# 120 points at some 600 dots per inch.
_KEPT_PIXELS = 1000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture, in pixels."""

    width: int
    height: int
    info: RasterImageInfo

    def for_document(self, number: int) -> RasterImageInfo:
        """What fpdf2 keeps of a document's picture; it writes the object number into it."""
        return RasterImageInfo(self.info, i=number, usages=1)

    def fit(self, width: float, height: float) -> tuple[float, float]:
        """The largest size inside the box with the proportions kept."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale


@lru_cache(maxsize=32)
def decode(data: bytes) -> Picture | None:
    """None for what cannot be drawn: a document must come out whatever files were uploaded."""
    if len(data) > _MAX_BYTES:
        return None
    try:
        return _decode(data)
    except Exception as error:  # decoders raise anything on malformed files
        _log.warning("picture left out: %s", type(error).__name__)
        return None


def _decode(data: bytes) -> Picture | None:
    image: Image.Image = Image.open(BytesIO(data), formats=_FORMATS)
    if image.width * image.height > _MAX_PIXELS:
        return None
    image.load()
    image.info.pop("icc_profile", None)
    small = max(image.size) <= _KEPT_PIXELS
    if image.format == "JPEG" and small and "A" not in image.mode:
        info = get_img_info("picture", BytesIO(data))
        info.pop("iccp", None)
    else:
        info = get_img_info("picture", _reduced(image))
    return Picture(image.width, image.height, info)


def _reduced(image: Image.Image) -> Image.Image:
    transparent = "A" in image.mode or "transparency" in image.info
    reduced = image.convert("RGBA" if transparent else "RGB")
    reduced.thumbnail((_KEPT_PIXELS, _KEPT_PIXELS))
    return reduced
