"""API Gateway in one process: HTTP requests become REST proxy events, the handler's answer becomes HTTP.

It mirrors what our template sets up: a regional REST API, stage `api`, binary media type `*/*`, and
gateway responses in v4's error shape. Limits are AWS's: 10 MB a request, 6 MB an event or an answer, 29 s.
"""

from __future__ import annotations

import base64
import json
import logging
import time
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, Protocol
from urllib.parse import parse_qsl

STAGE = "api"
REQUEST_BYTES = 10 * 1024 * 1024
EVENT_BYTES = 6 * 1024 * 1024
ANSWER_BYTES = 6_291_556
SECONDS = 29.0

# What API Gateway keeps for itself: it renames these on the way out, or decides on them alone.
REMAPPED = {
    "authorization",
    "connection",
    "content-md5",
    "date",
    "expect",
    "host",
    "max-forwards",
    "server",
    "user-agent",
    "www-authenticate",
}
DROPPED = {"content-length", "te", "trailer", "transfer-encoding"}

Event = dict[str, Any]

log = logging.getLogger(__name__)


class Application(Protocol):
    """What we need of a Chalice app: its routes by path and method, and the Lambda handler it is."""

    @property
    def routes(self) -> Mapping[str, Mapping[str, Any]]: ...

    def __call__(self, event: Event, context: Any, /) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """`path` and `query` are as sent, percent-encoded; `query` has no question mark."""

    method: str
    path: str
    query: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    source_ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class LambdaContext:
    """The context object of one invocation, as far as handlers use it."""

    function_name = "kunai-local"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:kunai-local"
    memory_limit_in_mb = 1769

    def __init__(self, seconds: float) -> None:
        self.aws_request_id = str(uuid.uuid4())
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self._end - time.monotonic()) * 1000))


def refusal(status: int, message: str) -> Answer:
    """One of the gateway's own answers, in the shape that our template gives them."""
    body = json.dumps({"error": {"message": message}}, separators=(",", ":")).encode()
    return Answer(status, [("Content-Type", "application/json")], body)


class Router:
    """Finds the resource of a path as API Gateway does: literal segments win over `{placeholders}`."""

    def __init__(self, resources: Iterable[str]) -> None:
        self._by_length: dict[int, list[tuple[str, list[str]]]] = {}
        for resource in sorted(resources, key=lambda path: [part[:1] == "{" for part in path.split("/")]):
            parts = resource.split("/")
            self._by_length.setdefault(len(parts), []).append((resource, parts))

    def match(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The resource and its parameters, still percent-encoded; a slash at the end does not count."""
        given = (path.rstrip("/") or "/").split("/")
        for resource, parts in self._by_length.get(len(given), []):
            if all(part == own or (own[:1] == "{" and part) for part, own in zip(given, parts, strict=True)):
                pairs = zip(given, parts, strict=True)
                return resource, {own[1:-1]: part for part, own in pairs if own[:1] == "{"}
        return None


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def _last(groups: dict[str, list[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in groups.items()}


def build_event(request: Request, path: str, resource: str, parameters: dict[str, str]) -> Event:
    """The REST proxy event (payload version 1.0); `path` is the request's path without the stage."""
    headers = _grouped(request.headers)
    query = _grouped(parse_qsl(request.query, keep_blank_values=True))
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.method,
        "headers": _last(headers),
        "multiValueHeaders": headers,
        "queryStringParameters": _last(query) or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": _request_context(request, resource, headers),
        "body": base64.b64encode(request.body).decode() if request.body else None,
        "isBase64Encoded": bool(request.body),
    }


def _request_context(request: Request, resource: str, headers: dict[str, list[str]]) -> Event:
    now = time.time()
    named = {name.lower(): values[-1] for name, values in headers.items()}
    request_id = str(uuid.uuid4())
    return {
        "accountId": "123456789012",
        "apiId": "local",
        "domainName": named.get("host", "localhost"),
        "domainPrefix": "local",
        "extendedRequestId": request_id,
        "httpMethod": request.method,
        "identity": {"sourceIp": request.source_ip, "userAgent": named.get("user-agent")},
        "path": request.path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": "local",
        "resourcePath": resource,
        "stage": STAGE,
    }


def read_answer(response: Mapping[str, Any]) -> Answer:
    """The HTTP answer of a proxy response; raises on what API Gateway calls malformed."""
    several = {name: list(values) for name, values in (response.get("multiValueHeaders") or {}).items()}
    taken = {name.lower() for name in several}
    single = response.get("headers") or {}
    pairs = [(name, str(value)) for name, value in single.items() if name.lower() not in taken]
    pairs += [(name, str(value)) for name, values in several.items() for value in values]
    headers = [
        (f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name, value)
        for name, value in pairs
        if name.lower() not in DROPPED
    ]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    body: str = response.get("body") or ""
    decoded = base64.b64decode(body, validate=True) if response.get("isBase64Encoded") else body.encode()
    return Answer(int(response["statusCode"]), headers, decoded)


class Gateway:
    """Serves requests by calling the app as Lambda would, each in a thread of its own."""

    def __init__(self, app: Application, *, seconds: float = SECONDS) -> None:
        self._app = app
        self._seconds = seconds
        self._router = Router(app.routes)

    def handle(self, request: Request) -> Answer:
        if len(request.body) > REQUEST_BYTES:
            return refusal(413, "Request Too Long")
        path = request.path.removeprefix(f"/{STAGE}")
        if not path.startswith("/"):
            path = request.path
        match = self._router.match(path)
        if match is None or request.method not in self._app.routes[match[0]]:
            return refusal(404, "Route does not exist")
        event = build_event(request, path, *match)
        if len(json.dumps(event)) > EVENT_BYTES:
            return refusal(413, "Request Too Long")
        return self._invoke(event)

    def _invoke(self, event: Event) -> Answer:
        call = _start(self._app, event, LambdaContext(self._seconds))
        wait([call], self._seconds)
        if not call.done():
            log.error("%s %s: no answer within %s s", event["httpMethod"], event["path"], self._seconds)
            return refusal(504, "Endpoint request timed out")
        try:
            response = call.result()
            if len(json.dumps(response, ensure_ascii=False).encode()) > ANSWER_BYTES:
                raise ValueError("The answer is larger than the 6 MB that Lambda passes on.")
            return read_answer(response)
        except Exception:
            # Whatever a handler raises or sends that is no proxy response, a client is told just this.
            log.exception("%s %s failed", event["httpMethod"], event["path"])
            return refusal(502, "Internal server error")


def _start(app: Application, event: Event, context: LambdaContext) -> Future[Mapping[str, Any]]:
    """Call the app in a thread; past its time it goes on alone, as a Lambda function behind API Gateway."""
    future: Future[Mapping[str, Any]] = Future()

    def call() -> None:
        try:
            future.set_result(app(event, context))
        except BaseException as error:
            future.set_exception(error)

    # A daemon, so that a request that hangs keeps nobody from stopping the server.
    Thread(target=call, name=context.aws_request_id, daemon=True).start()
    return future
