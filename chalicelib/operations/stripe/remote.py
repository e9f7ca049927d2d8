"""One call to Stripe's API: its fixed host, checked TLS, no redirects, short time-outs, nothing logged."""

from __future__ import annotations

import http.client
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

import orjson

HOST, VERSION = "api.stripe.com", "2024-06-20"
SECONDS = 5.0
"""For connecting, and for each wait for an answer."""
MOST_BYTES = 1024 * 1024
ATTEMPTS = 4
CONFLICT = 409
"""The same request is being served at this moment, as after a double click."""


class Unreached(Exception):
    """No answer came, or none that can be read."""


class Reply(NamedTuple):
    status: int
    body: Mapping[str, Any]


def _connect() -> http.client.HTTPConnection:
    return http.client.HTTPSConnection(HOST, timeout=SECONDS, context=ssl.create_default_context())


@dataclass(frozen=True, slots=True)
class Remote:
    """`pause` is the time in seconds between attempts while the same request is being served."""

    connect: Callable[[], http.client.HTTPConnection] = _connect
    pause: float = 0.6

    def post(self, path: str, fields: Mapping[str, str], secret: str, once: str) -> Reply:
        """The answer; the same `once` makes no second object. Unreached."""
        headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Idempotency-Key": once,
            "Stripe-Version": VERSION,
        }
        body = urlencode(fields).encode()
        for _ in range(ATTEMPTS - 1):
            reply = self._exchange(path, body, headers)
            if reply.status != CONFLICT:
                return reply
            time.sleep(self.pause)
        return self._exchange(path, body, headers)

    def _exchange(self, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        connection = self.connect()
        try:
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            found = orjson.loads(answer.read(MOST_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as error:
            # The text of an error about a header would hold the key.
            raise Unreached(type(error).__name__) from None
        finally:
            connection.close()
        if not isinstance(found, dict):
            raise Unreached("no object")
        return Reply(answer.status, found)
