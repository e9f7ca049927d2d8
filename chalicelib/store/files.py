"""Bytes in S3: drawn documents under keys derived from what they show."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.settings import settings
from chalicelib.store.connection import connection, reaching

LINK_SECONDS = 600


@lru_cache(maxsize=1)
def _client() -> Any:
    config = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"})
    return connection().session.create_client("s3", config=config)


def read(key: str) -> bytes | None:
    """The object, or None. Unavailable."""
    try:
        with reaching():
            answer = _client().get_object(Bucket=settings().bucket, Key=key)
            content: bytes = answer["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return content


def write(key: str, content: bytes, media_type: str) -> None:
    with reaching():
        _client().put_object(Bucket=settings().bucket, Key=key, Body=content, ContentType=media_type)


def link(key: str, name: str) -> str:
    """A presigned URL that downloads the object under a file name."""
    params = {
        "Bucket": settings().bucket,
        "Key": key,
        "ResponseContentDisposition": f'attachment; filename="{name}"',
    }
    url: str = _client().generate_presigned_url("get_object", Params=params, ExpiresIn=LINK_SECONDS)
    return url
