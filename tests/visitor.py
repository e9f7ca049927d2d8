"""Somebody at the account's own pages, without a browser: keeps the cookie and fills in forms."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from chalicelib.local.gateway import Request
from tests.api_client import PASSWORD, Answer, Api, Door

ORIGIN = "https://kunai.test"
LOGIN = "/api/settings/login"


class Visitor:
    """Paths are relative to `/api/settings`. Keywords of `get` and `send` are headers, as `Api`'s are."""

    def __init__(self, gateway: Door, address: str = "127.0.0.1") -> None:
        self._gateway = gateway
        self.address = address
        self.cookie = ""

    @property
    def token(self) -> str:
        """What the cookie holds."""
        return self.cookie.partition("=")[2]

    @property
    def is_out(self) -> bool:
        """Whether the pages send this visitor away to sign in."""
        answer = self.get()
        return (answer.status, answer.headers.get("location")) == (303, LOGIN)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> Answer:
        return self.send("POST", "/login", {"email": email, "password": password, **more})

    def csrf(self) -> str:
        """The token of this session's forms."""
        found = re.search('name="csrf_token" value="([0-9a-f]+)"', self.get().text)
        assert found
        return found[1]

    def get(self, path: str = "", **headers: str | None) -> Answer:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, /, **fields: Any) -> Answer:
        """Send a form of this session, with the names of fields that Python reserves ending in `_`."""
        sent = {name.rstrip("_"): value for name, value in fields.items()}
        return self.send("POST", path, {"csrf_token": self.csrf(), **sent})

    def send(
        self, method: str, path: str, form: dict[str, Any] | None = None, **headers: str | None
    ) -> Answer:
        sent = {"host": "kunai.test", "x_forwarded_proto": "https", "cookie": self.cookie or None}
        if form is not None:
            sent |= {"content_type": "application/x-www-form-urlencoded", "origin": ORIGIN}
        lines = [(name.replace("_", "-"), value) for name, value in {**sent, **headers}.items() if value]
        address, _, query = path.partition("?")
        body = urlencode(form).encode() if form else b""
        answer = self._gateway.handle(
            Request(method, f"/api/settings{address}", query, lines, body, self.address)
        )
        found = Answer(answer.status, {name.lower(): text for name, text in answer.headers}, answer.body)
        if "set-cookie" in found.headers:
            self.cookie = found.headers["set-cookie"].partition(";")[0]
        return found


def signed_in(api: Api, email: str = "") -> Visitor:
    """The user of `api`, or another one of the account, at the pages."""
    visitor = Visitor(api._gateway)
    assert visitor.sign_in(email or api.email).status == 303
    return visitor


def person(email: str, **more: Any) -> dict[str, Any]:
    """A user to make."""
    return {"first_name": "A", "last_name": "B", "email": email, "password": PASSWORD, **more}
