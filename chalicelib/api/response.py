"""Answers in API Gateway's form."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from typing import Any

import orjson

from chalicelib.errors import InvalidInput

VERSION = "4.5.50"
LARGEST = 5 * 1024 * 1024
"""Bytes of an uncompressed text answer; Lambda refuses more than 6 MB of payload."""
LARGEST_BINARY = 4_400_000
"""Bytes that still fit when base64 has grown them by a third."""

HEADERS = {
    "Content-Type": "application/json",
    "X-Ninja-Version": VERSION,
    "X-Total-Count": "0",
    "Cache-Control": "no-cache, private",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "X-Ninja-Version, X-Total-Count, Retry-After, Content-Disposition, Idempotent-Replayed, "
        "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Server-Timing, X-Kunai-Capacity"
    ),
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": (
        "Content-Type, X-Ninja-Token, X-Ninja-Secret, X-Requested-With, X-HTTP-Method-Override, "
        "Idempotency-Key, X-Kunai-Trace"
    ),
    "Access-Control-Max-Age": "86400",
}

Response = dict[str, Any]


def text(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return {"statusCode": status, "headers": {**HEADERS, **(headers or {})}, "body": body}


def json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Pretty-printed, a key a line, as real clients and scripts expect it."""
    return text(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode(), status, headers)


def binary(content: bytes, headers: Mapping[str, str]) -> Response:
    return {
        "statusCode": 200,
        "headers": {**HEADERS, **headers},
        "body": base64.b64encode(content).decode(),
        "isBase64Encoded": True,
    }


def redirect(url: str) -> Response:
    """303 to a presigned URL, for what does not fit into an answer."""
    return text("", 303, {"Location": url})


def fitted(response: Response, accepts_gzip: bool) -> Response:
    """The answer if the gateway can carry it, compressed if need be. InvalidInput: ask for fewer rows."""
    body = response["body"]
    if response.get("isBase64Encoded") or len(body) <= LARGEST // 4 or len(body.encode()) <= LARGEST:
        return response
    packed = gzip.compress(body.encode(), 6, mtime=0) if accepts_gzip else b""
    if not packed or len(packed) > LARGEST * 3 // 4:
        raise InvalidInput.of("per_page", "The answer would be too large. Please ask for fewer records.")
    answer = binary(packed, {**response["headers"], "Content-Encoding": "gzip"})
    answer["statusCode"] = response["statusCode"]
    return answer
