"""From an API Gateway event to its answer: routing, errors and what every answer has in common."""

from __future__ import annotations

import logging
from typing import Any

from chalicelib.api import crud, response
from chalicelib.api.auth import authenticate
from chalicelib.api.request import Event, Request
from chalicelib.api.response import Response
from chalicelib.api.routes import BULK, ENDPOINTS, OUTSIDE, declared, function
from chalicelib.errors import InvalidInput, KunaiError, MethodNotAllowed, RouteNotFound
from chalicelib.observe import scope
from chalicelib.operations.coerce import loose_truth
from chalicelib.resources.registry import RESOURCES

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
    if version in OUTSIDE:
        return function(OUTSIDE[version])(request, segments)
    if version != "v1" or not segments or len(segments) > MOST_SEGMENTS:
        raise RouteNotFound
    name, rest = segments[0], segments[1:]
    methods = _methods(name, rest)
    if request.method == "OPTIONS":
        return response.text("", 200, {"Allow": ", ".join(methods), **response.PREFLIGHT})
    if request.method not in methods:
        raise MethodNotAllowed(request.method, methods)
    if _is_bulk(name, rest):
        from chalicelib.api import bulk

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
    return rest == [BULK] and name in RESOURCES and RESOURCES[name].act is not None


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


def routes() -> dict[str, Any]:
    """The paths to declare at the gateway; each takes every method, our own code answers 405."""
    return dict.fromkeys(declared(), EVERY_METHOD)
