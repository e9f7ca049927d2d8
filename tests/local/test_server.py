"""A Chalice app behind the real HTTP server."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread
from typing import Any

import pytest
from chalice.app import Chalice, Response
from waitress.server import create_server

from chalicelib.local.gateway import REQUEST_BYTES, Gateway
from chalicelib.local.server import THREADS, Server, threaded

METHODS = ["GET", "POST", "HEAD"]
AT_ONCE = 20


def make_app() -> Chalice:
    app = Chalice("sample", env={})
    meeting = Barrier(AT_ONCE, timeout=20)

    @app.route("/v1/meet/{name}", methods=METHODS, content_types=["text/plain"])
    def meet(name: str) -> dict[str, str]:
        meeting.wait()
        request: Any = app.current_request
        return {"path": name, "request": request.uri_params["name"]}

    @app.route("/v1/echo", methods=METHODS, content_types=["text/plain"])
    def echo() -> Response:
        request: Any = app.current_request
        headers: dict[str, Any] = {"Content-Type": "application/json", "Set-Cookie": ["a=1", "b=2"]}
        return Response(
            json.dumps({"body": request.raw_body.decode(), "host": request.headers["host"]}), headers
        )

    return app


class Site:
    def __init__(self, url: str) -> None:
        self.url = url
        self.writes = 0

    def count_write(self) -> None:
        self.writes += 1

    def send(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any, bytes]:
        headers = {"Content-Type": "text/plain"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()


@pytest.fixture(scope="module")
def site() -> Site:
    listener = socket.create_server(("127.0.0.1", 0))
    site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}")
    wsgi = Server(Gateway(threaded(make_app())), after_write=site.count_write)
    http = create_server(wsgi, sockets=[listener], threads=THREADS, max_request_body_size=8 * REQUEST_BYTES)
    # It ends with the process: waitress cannot be closed from another thread.
    Thread(target=http.run, daemon=True).start()
    return site


def test_requests_are_served_side_by_side_and_kept_apart(site: Site) -> None:
    """Every handler waits for the others, so all of them are under way at the same moment."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda n: site.send("GET", f"/api/v1/meet/{n}"), range(AT_ONCE)))
    assert [json.loads(body) for _, _, body in answers] == [
        {"path": str(n), "request": str(n)} for n in range(AT_ONCE)
    ]


def test_a_body_and_repeated_headers_pass(site: Site) -> None:
    status, headers, body = site.send("POST", "/api/v1/echo", "größer".encode())
    assert status == 200
    assert json.loads(body) == {"body": "größer", "host": site.url.removeprefix("http://")}
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_get_may_carry_a_body(site: Site) -> None:
    assert json.loads(site.send("GET", "/api/v1/echo", b"text")[2])["body"] == "text"


def test_head_tells_the_length_and_sends_nothing(site: Site) -> None:
    full = site.send("GET", "/api/v1/echo")[2]
    status, headers, body = site.send("HEAD", "/api/v1/echo")
    assert (status, headers["Content-Length"], body) == (200, str(len(full)), b"")


def test_only_writes_are_reported(site: Site) -> None:
    before = site.writes
    site.send("GET", "/api/v1/echo")
    assert site.writes == before
    site.send("POST", "/api/v1/echo", b"x")
    assert site.writes == before + 1


def test_a_body_over_the_limit_is_refused(site: Site) -> None:
    status, _, body = site.send("POST", "/api/v1/echo", bytes(REQUEST_BYTES + 1))
    assert status == 413
    assert json.loads(body) == {"error": {"message": "Request Too Long"}}
