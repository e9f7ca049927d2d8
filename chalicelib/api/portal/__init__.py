"""The client portal over HTTP: pages for the holders of invitation links (http.md 9)."""

from __future__ import annotations

from chalicelib.api.request import Request
from chalicelib.api.response import Response

NAMES = ("approve", "download", "payment", "view")
"""The first segments of its addresses."""
PATHS = (
    *("/view/{key}", "/view/{key}/{part}", "/view/{key}/{part}/{more}"),
    *("/download/{key}", "/approve/{key}", "/payment/{key}", "/payment/{key}/{part}"),
)
"""The paths to declare at the gateway."""


def serve(request: Request, segments: list[str]) -> Response:
    """An answer for people; the API's own requests never import what makes it."""
    from chalicelib.api.portal.routes import serve

    return serve(request, segments)
