"""Bytes in S3: drawn documents under keys derived from what they show, attached files and logos."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.observe import scope
from chalicelib.settings import settings
from chalicelib.store.connection import connection, reaching

LINK_SECONDS = 600


@lru_cache(maxsize=1)
def _client() -> Any:
    config = Config(
        connect_timeout=1,
        read_timeout=5,
        retries={"total_max_attempts": 2, "mode": "standard"},
        signature_version="s3v4",  # of links and forms too, which some regions otherwise refuse
        # Links name the region: from the host of all regions S3 leads those to a new bucket astray at first.
        s3={"addressing_style": "virtual"},
    )
    return connection().session.create_client("s3", config=config)


def read(key: str) -> bytes | None:
    """The object, or None. Unavailable."""
    try:
        with reaching(), scope.waiting("s3"):
            answer = _client().get_object(Bucket=settings().bucket, Key=key)
            content: bytes = answer["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return content


class Stored(NamedTuple):
    """An object as it is read piece by piece."""

    media_type: str
    size: int
    pieces: Iterator[bytes]


def opened(key: str, piece: int) -> Stored:
    """An object in pieces of at most so many bytes. Unavailable; any piece may raise botocore's errors."""
    with reaching():
        answer = _client().get_object(Bucket=settings().bucket, Key=key)
    return Stored(answer["ContentType"], answer["ContentLength"], answer["Body"].iter_chunks(piece))


def keys(prefix: str) -> Iterator[str]:
    """All keys that begin so, in their order. Unavailable."""
    request = {"Bucket": settings().bucket, "Prefix": prefix}
    while True:
        with reaching():
            answer = _client().list_objects_v2(**request)
        for row in answer.get("Contents", ()):
            yield row["Key"]
        if not answer["IsTruncated"]:
            return
        request["ContinuationToken"] = answer["NextContinuationToken"]


def size(key: str) -> int | None:
    """Bytes of the object, or None. Unavailable."""
    try:
        with reaching(), scope.waiting("s3"):
            found: int = _client().head_object(Bucket=settings().bucket, Key=key)["ContentLength"]
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return None
        raise
    return found


def write(key: str, content: bytes, media_type: str) -> None:
    with reaching(), scope.waiting("s3"):
        _client().put_object(Bucket=settings().bucket, Key=key, Body=content, ContentType=media_type)


def remove(key: str) -> None:
    """Without effect when there is none. Unavailable."""
    with reaching(), scope.waiting("s3"):
        _client().delete_object(Bucket=settings().bucket, Key=key)


def form(key: str, media_type: str, size: int) -> dict[str, Any]:
    """A presigned POST for exactly this object: its `url` and the `fields` to send before the file."""
    conditions: list[Any] = [{"Content-Type": media_type}, ["content-length-range", size, size]]
    found: dict[str, Any] = _client().generate_presigned_post(
        Bucket=settings().bucket,
        Key=key,
        Fields={"Content-Type": media_type},
        Conditions=conditions,
        ExpiresIn=LINK_SECONDS,
    )
    return found


def disposition(name: str) -> str:
    """The header that has a browser save a file under its name, whatever marks that has."""
    plain = "".join(mark if " " <= mark <= "~" and mark not in '"\\' else "_" for mark in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, '')}"


def link(key: str, name: str) -> str:
    """A presigned URL that downloads the object under a file name."""
    params = {
        "Bucket": settings().bucket,
        "Key": key,
        "ResponseContentDisposition": disposition(name),
    }
    url: str = _client().generate_presigned_url("get_object", Params=params, ExpiresIn=LINK_SECONDS)
    return url
