"""The pages' own styles and scripts, under names that change with their content, so browsers keep them."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "static"
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


class Asset(NamedTuple):
    content: bytes
    media_type: str


def file_name(name: str) -> str:
    """`pages.css` as it is addressed: `pages.1b2c3d4e5f.css`."""
    stem, _, extension = name.rpartition(".")
    return f"{stem}.{sha256(_all()[name].content).hexdigest()[:10]}.{extension}"


def find(file: str) -> Asset | None:
    """The static file of an address; None for one that is unknown, or not this version of it."""
    stem, _, extension = file.rpartition(".")
    name = f"{stem.partition('.')[0]}.{extension}"
    return _all()[name] if name in _all() and file_name(name) == file else None


@lru_cache(maxsize=1)
def _all() -> dict[str, Asset]:
    files = (path for path in sorted(FOLDER.iterdir()) if path.suffix in MEDIA_TYPES)
    return {path.name: Asset(path.read_bytes(), MEDIA_TYPES[path.suffix]) for path in files}
