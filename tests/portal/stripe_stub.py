"""Stripe's API on loopback: notes what it is asked, and answers with sessions or as it is told."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import orjson

from chalicelib.operations.stripe.remote import Remote

SESSION = "https://checkout.stripe.com/c/pay/cs_test_1#fid"


@dataclass(frozen=True)
class Asked:
    """`headers` have lower-case names."""

    path: str
    headers: dict[str, str]
    fields: dict[str, str]


@dataclass
class Stub:
    """`answers` come first, as (status, body); then every request gets a session."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)

    @property
    def remote(self) -> Remote:
        return Remote(lambda: http.client.HTTPConnection("127.0.0.1", self.port, timeout=5), pause=0)

    def answer(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if self.answers else (200, orjson.dumps({"id": "cs_1", "url": SESSION}))


@contextmanager
def serving() -> Iterator[Stub]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = dict(parse_qsl(body, strict_parsing=True))
            stub.asked.append(
                Asked(self.path, {name.lower(): text for name, text in self.headers.items()}, sent)
            )
            status, content = stub.answer()
            self.send_response(status)
            self.send_header("Location", f"http://127.0.0.1:{stub.port}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = Stub(server.server_port)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
