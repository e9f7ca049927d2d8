"""From an API Gateway event to its answer: routing, errors and what every answer has in common."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from chalicelib.api import bulk, crud, inbound, pages, portal, reference, response
from chalicelib.api.auth import authenticate
from chalicelib.api.endpoints import ENDPOINTS as SINGLE
from chalicelib.api.hooks import ENDPOINTS as HOOK_ENDPOINTS
from chalicelib.api.request import Event, Request
from chalicelib.api.response import Response
from chalicelib.errors import InvalidInput, KunaiError, MethodNotAllowed, RouteNotFound
from chalicelib.observe import scope
from chalicelib.operations.coerce import loose_truth
from chalicelib.resources.registry import RESOURCES

ENDPOINTS = SINGLE | HOOK_ENDPOINTS | inbound.ENDPOINTS


def _account_pages(request: Request, segments: list[str]) -> Response:
    from chalicelib.api import account_pages

    return account_pages.serve(request, segments)


PAGES: dict[str, Callable[[Request, list[str]], Response]] = {
    "docs": reference.docs,
    "settings": _account_pages,
    "static": pages.static,
    **dict.fromkeys(portal.NAMES, portal.serve),
}
"""What answers outside `/v1`, by the first segment of its path."""

log = logging.getLogger(__name__)

MOST_SEGMENTS = 3
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def serve(event: Event) -> Response:
    """Never raises: what is not a known error is logged and answered as 500 without details."""
    request = Request(event)
    try:
        answer = response.fitted(_route(request), request.accepts_gzip())
    except KunaiError as error:
        answer = _refusal(request, error)
    except Exception:
        log.exception("Unhandled error at %s", scope.current().label)
        answer = response.json({"error": {"message": "Internal Server Error"}}, 500)
    if request.allowance:
        answer["headers"] = {**request.allowance.headers, **answer["headers"]}
    if event["httpMethod"] == "HEAD":
        answer["body"] = ""
        answer["isBase64Encoded"] = False
    return answer


def _refusal(request: Request, error: KunaiError) -> Response:
    if isinstance(error, RouteNotFound) and not request.headers.get("x-ninja-token"):
        return response.json({"message": ""}, error.status)
    if isinstance(error, InvalidInput) and _is_mobile(request):
        return response.json({"error": {"message": error.first()}}, 400)
    return response.json(error.body(), error.status, error.headers)


def _is_mobile(request: Request) -> bool:
    """Requests that carry the API secret as a field get v4's short form of validation errors."""
    try:
        return loose_truth(request.field("api_secret"))
    except InvalidInput:
        return False


def _route(request: Request) -> Response:
    version, *segments = request.segments or [""]
    if version in PAGES:
        return PAGES[version](request, segments)
    if version in inbound.NAMES:
        return inbound.serve(request, [version, *segments])
    if version != "v1" or not segments or len(segments) > MOST_SEGMENTS:
        raise RouteNotFound
    name, rest = segments[0], segments[1:]
    methods = _methods(name, rest)
    if request.method == "OPTIONS":
        return response.text("", 200, {"Allow": ", ".join(methods), **response.PREFLIGHT})
    if request.method not in methods:
        raise MethodNotAllowed(request.method, methods)
    if _is_bulk(name, rest):
        return bulk.serve(authenticate(request), RESOURCES[name], request)
    for endpoint in ENDPOINTS.get(name, ()):
        if endpoint.depth == len(rest):
            request.harmless = endpoint.harmless
            return endpoint.serve(request, rest)
    context = authenticate(request)
    resource = RESOURCES[name]
    if rest:
        return crud.member(context, resource, request, rest[0])
    return crud.collection(context, resource, request)


def _is_bulk(name: str, rest: list[str]) -> bool:
    return rest == [bulk.PATH] and name in RESOURCES and RESOURCES[name].act is not None


def _methods(name: str, rest: list[str]) -> tuple[str, ...]:
    """What a path can do. RouteNotFound: it is none."""
    if _is_bulk(name, rest):
        return ("POST",)
    depth = len(rest)
    for endpoint in ENDPOINTS.get(name, ()):
        if endpoint.depth == depth:
            return endpoint.methods
    if name not in RESOURCES or depth > 1:
        raise RouteNotFound
    resource = RESOURCES[name]
    if depth:
        return ("GET", "HEAD", "PUT", "PATCH", "DELETE")
    return ("GET", "HEAD", "POST") if resource.create else ("GET", "HEAD")


def drawn() -> tuple[str, ...]:
    """The paths whose answers are drawn: documents and pages.

    What draws is larger than the rest together, so a deployment has a function of its own for them.
    """
    names = [name for name, endpoints in ENDPOINTS.items() if any(endpoint.draws for endpoint in endpoints)]
    return (
        *(f"/v1/{name}{rest}" for name in names for rest in ("", "/{key}", "/{key}/{more}")),
        "/docs",
        "/docs/{file}",
        "/settings",
        "/settings/{page}",
        "/settings/{page}/{key}",
        "/static/{file}",
        *portal.PATHS,
    )


def routes() -> dict[str, Any]:
    """The paths to declare at the gateway; each takes every method, our own code answers 405."""
    paths = (
        "/v1",
        "/v1/{name}",
        "/v1/{name}/{key}",
        "/v1/{name}/{key}/{more}",
        *inbound.ROUTES,
        *drawn(),
    )
    return dict.fromkeys(paths, EVERY_METHOD)
