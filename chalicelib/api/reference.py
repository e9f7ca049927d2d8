"""The API's own description: `GET /v1/openapi.json`, and a page under `/docs` that shows it."""

from __future__ import annotations

import gzip
import html
from functools import lru_cache
from pathlib import Path

import orjson

from chalicelib.api import response
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import MethodNotAllowed, RouteNotFound

VIEWER = Path(__file__).parents[1] / "data" / "viewer" / "redoc.standalone.js.gz"
"""Redoc 2.5.4 as published, compressed; its licence lies beside it."""
SCRIPT = "redoc.js"
KEPT = "public, max-age=86400"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; worker-src blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kunai API reference</title>
<style>body { margin: 0; font-family: system-ui, sans-serif }</style>
</head>
<body>
<noscript>The page needs JavaScript; the description itself is <a href="%(base)s/v1/openapi.json">here</a>.</noscript>
<redoc spec-url="%(base)s/v1/openapi.json" sort-required-props-first hide-hostname native-scrollbars></redoc>
<script src="%(base)s/docs/redoc.js"></script>
</body>
</html>
"""  # noqa: E501


def openapi(request: Request, _: list[str]) -> Response:
    from chalicelib.api.openapi.document import document

    server = request.url.removesuffix("/openapi.json")
    answer = response.text(orjson.dumps(document(server)).decode())
    answer["headers"]["Cache-Control"] = "public, max-age=300"
    return answer


def docs(request: Request, segments: list[str]) -> Response:
    """The page, or the viewer's script. RouteNotFound."""
    if segments not in ([], [SCRIPT]):
        raise RouteNotFound
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(request.method, ("GET", "HEAD"))
    return _script(request) if segments else _page(request)


def _page(request: Request) -> Response:
    base = html.escape(request.public_path.removesuffix("/docs"))
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
    return response.text(PAGE % {"base": base}, headers=headers)


def _script(request: Request) -> Response:
    headers = {"Content-Type": "text/javascript; charset=utf-8", "Cache-Control": KEPT}
    if request.accepts_gzip():
        return response.binary(_packed(), {**headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
    return response.binary(gzip.decompress(_packed()), headers)


@lru_cache(maxsize=1)
def _packed() -> bytes:
    return VIEWER.read_bytes()
