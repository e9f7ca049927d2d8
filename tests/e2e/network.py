"""HTTP to a server that is known by its address alone, in the place of the local gateway."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from chalicelib.local.gateway import Answer, Request

SECONDS = 60
NETWORK_S_OWN = frozenset({"host", "x-forwarded-proto"})
"""Headers that callers without a network make up."""


class Network:
    """Sends what a request holds and of its own only the host and the length.

    `root` is the server's address; `/api/v1` at its end does not count.
    """

    def __init__(self, root: str) -> None:
        parts = urlsplit(root.rstrip("/").removesuffix("/v1").removesuffix("/api"))
        self._class = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        name = parts.hostname or ""
        # RFC 6761, 6.3: names under localhost are this machine, which not every resolver knows.
        self._name = "127.0.0.1" if name.endswith(".localhost") else name
        self._port = parts.port
        self.host = parts.netloc

    def handle(self, request: Request) -> Answer:
        target = f"{request.path}?{request.query}" if request.query else request.path
        connection = self._class(self._name, self._port, timeout=SECONDS)
        try:
            connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", self.host)
            for name, value in request.headers:
                if name.lower() not in NETWORK_S_OWN:
                    connection.putheader(name, value)
            if request.body or request.method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            got = connection.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            connection.close()
