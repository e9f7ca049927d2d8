"""A receiver of webhooks on loopback, which notes what it gets and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request; `headers` have lower-case names."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """`answer` decides on the status of each request; None hangs until the receiver ends."""

    url: str
    got: list[Got] = field(default_factory=list)
    answer: Callable[[Got], int | None] = lambda _: 200
    headers: dict[str, str] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def at(self, path: str) -> list[Got]:
        return [got for got in self.got if got.path == path]

    def wait_for(self, path: str, count: int = 1, seconds: float = 20) -> None:
        """Until so many requests for a path have arrived. AssertionError: they never do."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.at(path)) >= count, seconds), self.got


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got = Got(self.path, {name.lower(): text for name, text in self.headers.items()}, body)
            with receiver.arrived:
                receiver.got.append(got)
                receiver.arrived.notify_all()
            status = receiver.answer(got)
            if status is None:
                receiver.ended.wait(30)
                return
            self.send_response(status)
            for name, text in receiver.headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        server.shutdown()
        server.server_close()
