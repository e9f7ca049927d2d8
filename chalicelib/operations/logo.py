"""The account's logo: a small picture in S3, printed on documents.

v4 checks an uploaded logo and then drops it; here it is kept.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from chalicelib.errors import InvalidInput
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.store import files

MOST_BYTES = 200 * 1024
SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"GIF8", "gif", "image/gif"),
)


def keep(context: Context, content: bytes) -> Data:
    """Store a picture; answers the account's fields. InvalidInput: too large, or not of a known type."""
    if len(content) > MOST_BYTES:
        raise InvalidInput.of("logo", "The logo may not be greater than 200 kilobytes.")
    kind = next((row for row in SIGNATURES if content.startswith(row[0])), None)
    if kind is None:
        raise InvalidInput.of("logo", "The logo must be a file of type: jpeg, gif, png.")
    _, extension, media_type = kind
    key = f"{context.account}/logo/{hashlib.sha256(content).hexdigest()}.{extension}"
    files.write(key, content, media_type)
    return {"logo": f"{context.account_key}.{extension}", "logo_file": key}


@lru_cache(maxsize=32)
def read(key: str) -> bytes | None:
    """The picture under a key, which its content names, so that it never changes."""
    return files.read(key) if key else None


def media_type(key: str) -> str:
    """The type of the picture under a key."""
    return next(kind for _, extension, kind in SIGNATURES if key.endswith(f".{extension}"))
