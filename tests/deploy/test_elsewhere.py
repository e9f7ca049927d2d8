"""A creation that answers the PDF passes from the function that cannot draw to the one that can."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

import app
from chalicelib.api import elsewhere
from chalicelib.settings import settings
from tests.api_client import Api

NAME = "kunai-test-drawing"
INVOICE = {"client_id": 1, "product_key": "a", "cost": 5, "qty": 1, "download_invoice": True}


class Lambda(BaseHTTPRequestHandler):
    """Lambda's Invoke, as far as we call it: the function's answer, or its failure."""

    calls: list[str] = []
    fails = False

    def do_POST(self) -> None:
        event: Any = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).calls.append(self.path)
        answer = json.dumps({"errorMessage": "no"} if self.fails else app.app(event, None)).encode()
        self.send_response(200)
        if self.fails:
            self.send_header("X-Amz-Function-Error", "Unhandled")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def api(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An account with a client, whose requests reach a function that leaves drawing to another."""
    assert api.post("/clients", {"name": "Acme"}).data
    here, there = dataclasses.replace(settings(), drawing_function=NAME), settings()
    with HTTPServer(("127.0.0.1", 0), Lambda) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{server.server_port}")
        # The first look is that of the function called, the next that of the other one.
        seen: list[int] = []

        def chosen() -> Any:
            seen.append(1)
            return here if len(seen) == 1 else there

        monkeypatch.setattr("chalicelib.api.invoices.settings", chosen)
        monkeypatch.setattr("chalicelib.api.elsewhere.settings", lambda: here)
        monkeypatch.setattr(Lambda, "calls", [])
        elsewhere._client.cache_clear()
        yield api
        server.shutdown()
    elsewhere._client.cache_clear()


def test_the_drawn_answer_comes_back(api: Api) -> None:
    answer = api.post("/invoices", INVOICE)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body.startswith(b"%PDF")
    assert Lambda.calls == [f"/2015-03-31/functions/{NAME}/invocations"]
    assert len(api.get("/invoices").data) == 1


def test_a_failure_is_asked_for_once_and_told(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lambda, "fails", True)
    answer = api.post("/invoices", INVOICE)
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert len(Lambda.calls) == 1
