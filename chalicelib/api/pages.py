"""Answers that are pages for people: their headers, and the static files beside them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256

from chalicelib.api import response
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import MethodNotAllowed, RouteNotFound

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{style}; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'{origins}; base-uri 'none'; frame-ancestors 'none'"
)
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": POLICY.format(style="", origins=""),
    **PRIVATE,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
FOREVER = "public, max-age=31536000, immutable"


def html(body: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page. Nothing of it may be framed, stored, indexed or run but our own files."""
    return {"statusCode": status, "headers": {**HEADERS, **(headers or {})}, "body": body}


def policy(style: str = "", origins: Sequence[str] = ()) -> str:
    """The content policy of a page with one style of its own, whose forms may lead to foreign origins."""
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    return POLICY.format(
        style=f" 'sha256-{digest}'" if style else "", origins="".join(f" {one}" for one in origins)
    )


def see_other(path: str, headers: Mapping[str, str] | None = None) -> Response:
    """303 to another page, after a form was taken."""
    return html("", 303, {"Location": path, **(headers or {})})


def base_of(request: Request) -> str:
    """The path under which the app answers this caller: empty, or the stage as `/api`."""
    return request.public_path.removesuffix(request.path.rstrip("/"))


def static(request: Request, segments: list[str]) -> Response:
    """`GET /static/{file}`. RouteNotFound."""
    from chalicelib.render.html import assets

    found = assets.find(segments[0]) if len(segments) == 1 else None
    if found is None:
        raise RouteNotFound
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(request.method, ("GET", "HEAD"))
    return response.binary(found.content, {"Content-Type": found.media_type, "Cache-Control": FOREVER})
