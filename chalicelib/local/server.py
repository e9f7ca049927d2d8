"""The gateway as a WSGI application, and the HTTP server that `make run` puts before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from socket import socket
from threading import local
from typing import TYPE_CHECKING, Any, cast

from chalicelib.local.gateway import REQUEST_BYTES, Answer, Application, Gateway, Request, refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREADS = 32


class ThreadLocalRequests:
    """Mixed into a Chalice app's class: keeps the state of a request apart for each thread.

    Chalice holds it on the app, since a Lambda environment serves one request at a time.
    """

    _current = local()

    @property
    def current_request(self) -> Any:
        return getattr(self._current, "request", None)

    @current_request.setter
    def current_request(self, value: Any) -> None:
        self._current.request = value

    @property
    def lambda_context(self) -> Any:
        return getattr(self._current, "context", None)

    @lambda_context.setter
    def lambda_context(self, value: Any) -> None:
        self._current.context = value


def threaded(app: Any) -> Application:
    """Make that Chalice app serve requests side by side; returns the same object."""
    if not isinstance(app, ThreadLocalRequests):
        app.__class__ = type("LocalApp", (ThreadLocalRequests, app.__class__), {})
    return cast(Application, app)


class Server:
    """WSGI application around a gateway; `after_write` is called after each request that may have changed
    something.
    """

    def __init__(self, gateway: Gateway, after_write: Callable[[], None] = lambda: None) -> None:
        self._gateway = gateway
        self._after_write = after_write

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if int(environ.get("CONTENT_LENGTH") or 0) > REQUEST_BYTES:
            return _send(refusal(413, "Request Too Long"), environ, start_response)
        request = read_request(environ)
        answer = self._gateway.handle(request)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self._after_write()
        return _send(answer, environ, start_response)


def read_request(environ: WSGIEnvironment) -> Request:
    """The request as API Gateway would see it, with the headers that its front adds."""
    # PATH_INFO is decoded already; REQUEST_URI is what the client sent.
    path, _, query = environ["REQUEST_URI"].partition("?")
    names = [name for name in environ if name.startswith("HTTP_")]
    headers = [(name[5:].replace("_", "-").title(), environ[name]) for name in names]
    names = [name for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)]
    headers += [(name.replace("_", "-").title(), environ[name]) for name in names]
    source = environ.get("REMOTE_ADDR") or "127.0.0.1"
    headers += [
        ("X-Forwarded-For", source),
        ("X-Forwarded-Proto", environ["wsgi.url_scheme"]),
        ("X-Forwarded-Port", environ["SERVER_PORT"]),
    ]
    body = environ["wsgi.input"].read()
    return Request(environ["REQUEST_METHOD"], path, query, headers, body, source)


def _send(answer: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    length = ("Content-Length", str(len(answer.body)))
    start_response(f"{answer.status} {phrase}", [*answer.headers, length])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


def serve(server: Server, listener: socket, on_ready: Callable[[], None]) -> None:
    """Serve at that bound socket; returns when interrupted, after the requests under way."""
    from waitress.server import create_server

    http = create_server(
        server,
        sockets=[listener],
        threads=THREADS,
        ident=None,
        # The gateway refuses these itself; this only keeps them from filling the disk.
        max_request_body_size=8 * REQUEST_BYTES,
        clear_untrusted_proxy_headers=True,
    )
    on_ready()
    http.run()
