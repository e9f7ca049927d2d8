"""One HTTP POST to an address that a user named, and to no other.

The name is resolved here, every answer is checked, and the connection goes to the checked address itself, so
that nothing can change in between. No redirect, no proxy and no cookie is followed.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from functools import lru_cache
from threading import Timer
from typing import Any, NamedTuple

from chalicelib.operations.addresses import BadTarget, Target, may_reach, parse_target

MOST_SECONDS = 10.0
"""From the first look-up of the name to the last byte of the answer's head."""

_resolvers = ThreadPoolExecutor(16, "resolver")


class Forbidden(Exception):
    """The address may not be reached; no connection was made."""


class Unreached(Exception):
    """No answer came; the text says why."""


class Answer(NamedTuple):
    status: int
    retry_after: int


class Address(NamedTuple):
    """As the system's look-up gives it."""

    family: socket.AddressFamily
    place: tuple[Any, ...]


def post(url: str, body: bytes, headers: Mapping[str, str], allow_loopback: bool) -> Answer:
    """Forbidden, Unreached."""
    try:
        target = parse_target(url, allow_loopback)
    except BadTarget as error:
        raise Forbidden(str(error)) from error
    ends = time.monotonic() + MOST_SECONDS
    address = _resolve(target, allow_loopback)
    try:
        return _exchange(target, address, body, headers, ends)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreached(_reason(error, ends)) from error


def _reason(error: Exception, ends: float) -> str:
    if time.monotonic() >= ends or isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLError):
        return "TLS failed"
    return "connection failed" if isinstance(error, OSError) else "malformed answer"


def _resolve(target: Target, allow_loopback: bool) -> Address:
    """Where to connect to. Forbidden: any of the name's addresses is not public."""
    looked_up = _resolvers.submit(socket.getaddrinfo, target.host, target.port, type=socket.SOCK_STREAM)
    try:
        rows = looked_up.result(MOST_SECONDS / 2)
    except (OSError, UnicodeError, Late) as error:
        raise Unreached("the name was not found") from error
    found = [Address(family, place) for family, _, _, _, place in rows]
    if not found or not all(may_reach(str(address.place[0]), allow_loopback) for address in found):
        raise Forbidden("The name does not lead to a public address.")
    return min(found, key=lambda address: address.family != socket.AF_INET)


def _exchange(
    target: Target, address: Address, body: bytes, headers: Mapping[str, str], ends: float
) -> Answer:
    connection = _Pinned(target, address, ends)
    # A read has its own time-out, which an answer byte by byte would never meet.
    alarm = Timer(max(ends - time.monotonic(), 0.01), connection.cut)
    alarm.daemon = True
    alarm.start()
    try:
        connection.request("POST", target.path, body, {"Host": target.authority, **headers})
        answer = connection.getresponse()
        if time.monotonic() >= ends:
            raise TimeoutError
        wait = answer.getheader("Retry-After") or ""
        return Answer(answer.status, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 6 else 0)
    finally:
        alarm.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one address; TLS is still checked against the name."""

    def __init__(self, target: Target, address: Address, ends: float) -> None:
        super().__init__(target.host, target.port)
        self._target, self._address, self._ends = target, address, ends

    def connect(self) -> None:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock = socket.socket(self._address.family, socket.SOCK_STREAM)
        self.sock.settimeout(left)
        self.sock.connect(self._address.place)
        if self._target.scheme == "https":
            self.sock = _tls().wrap_socket(self.sock, server_hostname=self._target.host)

    def cut(self) -> None:
        """End whatever waits on the connection."""
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
