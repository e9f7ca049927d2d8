"""Faults put between the code and AWS, through botocore's events.

`before-send` handlers that raise an Exception look like a network failure and are retried by botocore; a
BaseException ends everything, as the death of a process does. Handlers that return a response replace AWS.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError

from chalicelib.delivery import mail
from chalicelib.store import files
from chalicelib.store.connection import connection

Handler = Callable[..., Any]


class Died(BaseException):
    """The process is gone."""


def dynamodb() -> Any:
    return connection().client


def s3() -> Any:
    return files._client()


def ses() -> Any:
    return mail._ses()


@contextmanager
def hooked(client: Any, event: str, handler: Handler) -> Iterator[None]:
    """`event` without the service, such as `before-send` or `before-send.TransactWriteItems`."""
    moment, _, operation = event.partition(".")
    name = f"{moment}.{client.meta.service_model.service_id.hyphenize()}" + f".{operation}" * bool(operation)
    client.meta.events.register(name, handler)
    try:
        yield
    finally:
        client.meta.events.unregister(name, handler)


class Counter:
    """Counts calls in the order in which they are made."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)


@contextmanager
def counting(*clients: Any) -> Iterator[list[str]]:
    counter = Counter()
    with ExitStack() as stack:
        for client in clients:
            stack.enter_context(hooked(client, "before-call", counter))
        yield counter.calls


@contextmanager
def dying(moment: str, at: int, *clients: Any) -> Iterator[None]:
    """The process dies `before-call` or `after-call` of call number `at`, counted from 0 over all clients."""
    seen = 0

    def strike(**_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == at + 1:
            raise Died

    with ExitStack() as stack:
        for client in clients:
            stack.enter_context(hooked(client, moment, strike))
        yield


@contextmanager
def unreachable(client: Any, operation: str = "") -> Iterator[list[str]]:
    """No connection can be made; collects the attempts."""
    attempts: list[str] = []

    def fail(request: Any, **_: Any) -> None:
        attempts.append(request.url)
        raise EndpointConnectionError(endpoint_url=request.url)

    event = f"before-send.{operation}" if operation else "before-send"
    with hooked(client, event, fail):
        yield attempts


class Body:
    """What botocore reads a response from."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def refusal(request: Any, code: str, status: int = 400, **more: Any) -> AWSResponse:
    """DynamoDB's answer of an error."""
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "injected", **more}
    headers = HTTPHeaders.from_dict({"content-type": "application/x-amz-json-1.0"})
    return AWSResponse(request.url, status, headers, Body(json.dumps(body).encode()))


@contextmanager
def answering(
    client: Any, operation: str, times: int, answer: Callable[[Any], AWSResponse]
) -> Iterator[list[Any]]:
    """The first `times` requests get that answer; collects them."""
    met: list[Any] = []

    def intercept(request: Any, **_: Any) -> AWSResponse | None:
        if len(met) >= times:
            return None
        met.append(request)
        return answer(request)

    with hooked(client, f"before-send.{operation}", intercept):
        yield met
