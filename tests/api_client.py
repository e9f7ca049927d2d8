"""A caller of the API for tests: requests pass the gateway and the Lambda handler, without a network."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from types import SimpleNamespace
from typing import Any, Protocol
from urllib.parse import urlencode

import pytest

from chalicelib.local import gateway as local
from chalicelib.local.gateway import Gateway, Request

PASSWORD = "correct horse battery staple"
_numbers = count(1)


class Door(Protocol):
    """Takes requests in: the local gateway, or a network with one at its other end."""

    def handle(self, request: Request) -> local.Answer: ...


@dataclass(frozen=True)
class Answer:
    """`headers` have lower-case names; `body` is what the wire carries."""

    status: int
    headers: dict[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        """The content of the envelope. AssertionError: the request failed."""
        assert self.status == 200, (self.status, self.text)
        return self.json["data"]

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def errors(self) -> dict[str, list[str]]:
        """Messages by field. AssertionError: this is not a validation error."""
        assert self.status == 422, (self.status, self.text)
        errors: dict[str, list[str]] = self.json["errors"]
        return errors


class Api:
    """One caller; without a token until `register` or until `token` is set.

    Paths are relative to `/api/v1` and may carry a query. Keywords are headers, `x_ninja_token` for
    `X-Ninja-Token`; None leaves one out. A body is sent as JSON unless it is bytes. Requests come from the IP
    address `address`.
    """

    def __init__(self, gateway: Door, token: str = "") -> None:
        self._gateway = gateway
        self.token = token
        self.email = ""
        self.address = "127.0.0.1"

    def register(self, **fields: Any) -> Api:
        """Opens a fresh account and becomes its owner, Jane Owner."""
        self.email = fields.get("email", f"owner{next(_numbers)}@example.com")
        owner = {"first_name": "Jane", "last_name": "Owner", "email": self.email, "password": PASSWORD}
        self.token = self.post("/register", {**owner, **fields}).data[0]["token"]
        return self

    def get(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        return self.send("GET", path, body, **headers)

    def post(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str | None) -> Answer:
        return self.send("DELETE", path, body, **headers)

    def post_form(self, path: str, fields: dict[str, Any], /, **headers: str | None) -> Answer:
        form = {"content_type": "application/x-www-form-urlencoded"}
        return self.send("POST", path, urlencode(fields).encode(), **{**form, **headers})

    def send(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        sent = {"host": "kunai.test", "x_forwarded_proto": "https", "x_ninja_token": self.token or None}
        if body is not None and not isinstance(body, bytes):
            body, sent["content_type"] = json.dumps(body).encode(), "application/json"
        lines = [(name.replace("_", "-"), value) for name, value in {**sent, **headers}.items() if value]
        address, _, query = path.partition("?")
        answer = self._gateway.handle(
            Request(method, f"/api/v1/{address.lstrip('/')}", query, lines, body or b"", self.address)
        )
        return Answer(answer.status, {name.lower(): text for name, text in answer.headers}, answer.body)


class Clock:
    """What time the API takes it to be; a test moves it. It starts at noon (UTC) of 22 November 2026."""

    def __init__(self) -> None:
        self.now = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp())

    def tick(self, seconds: int = 1) -> int:
        self.now += seconds
        return self.now

    def set(self, year: int, month: int, day: int) -> None:
        """Noon (UTC) of a day."""
        self.now = int(datetime(year, month, day, 12, tzinfo=UTC).timestamp())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the time at which requests arrive; nothing else looks at it."""
    clock = Clock()
    shifted = SimpleNamespace(time=lambda: float(clock.now), monotonic=time.monotonic)
    monkeypatch.setattr("chalicelib.api.auth.time", shifted)
    return clock


@pytest.fixture
def api(gateway: Gateway) -> Api:
    """The owner of a fresh account."""
    return Api(gateway).register()


@pytest.fixture
def anonymous(gateway: Gateway) -> Api:
    """A caller without a token."""
    return Api(gateway)
