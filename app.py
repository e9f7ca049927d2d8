"""Composition only: the Chalice app, its routes and its event handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.starting import starting

with starting():
    from chalice.app import Chalice, Response

    from chalicelib.api import gateway
    from chalicelib.entry import requests
    from chalicelib.settings import settings

    if settings().log_format == "json":
        from chalicelib.observe import logs

        logs.configure(settings().log_level)


class Kunai(Chalice):
    """Chalice packages the routes and the event sources; requests go straight to `requests.serve`.

    Chalice's own request path refuses binary answers without a matching Accept and content types that a
    route does not list, and turns errors into its own 500 before our code sees them.
    """

    def __call__(self, event: Any, context: Any) -> Any:
        if "httpMethod" in event:
            return requests.serve(event, context)
        return super().__call__(event, context)


app = Kunai(app_name="kunai", configure_logs=False)
app.api.binary_types = ["*/*"]


def _view(**_: str) -> Response:
    """Serves callers that go through Chalice's own dispatch, such as its test client."""
    request = app.current_request
    assert request is not None  # noqa: S101  (Chalice calls views within a request)
    answer = requests.serve(request.to_original_event(), app.lambda_context)
    return Response(answer["body"], answer["headers"], answer["statusCode"])


for path, methods in gateway.routes().items():
    app.route(path, methods=list(methods))(_view)


def _run(name: str, handle: Callable[[], Any], event: Any, context: Any) -> Any:
    from chalicelib.entry import functions

    return functions.run(name, handle, event, context)


@app.lambda_function(name="stream")
def stream(event: Any, context: Any) -> Any:
    """Batches of the events table's stream; `delivery.queues` says how they are mapped."""
    from chalicelib.delivery.stream import consume

    return _run("stream", lambda: consume(event), event, context)


@app.lambda_function(name="worker")
def worker(event: Any, context: Any) -> Any:
    """Batches of the working queues."""
    from chalicelib.delivery.worker import work

    return _run("worker", lambda: work(event), event, context)


@app.schedule("rate(1 minute)")
def sweep(event: Any) -> Any:
    """What is due and in no queue any more."""
    from chalicelib.delivery.sweeper import sweep

    return _run("sweep", sweep, None, event.context)


@app.schedule("rate(1 hour)")
def overdue(event: Any) -> Any:
    """What should have been paid by now."""
    from chalicelib.schedules.overdue import look

    return _run("overdue", look, None, event.context)
