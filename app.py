"""Composition only: the Chalice app, its routes and its event handlers."""

from __future__ import annotations

from typing import Any

from chalice.app import Chalice, Response

from chalicelib.starting import starting

with starting():
    from chalicelib.api import gateway


class Kunai(Chalice):
    """Chalice packages the routes and the event sources; requests go straight to `gateway.serve`.

    Chalice's own request path refuses binary answers without a matching Accept and content types that a
    route does not list, and turns errors into its own 500 before our code sees them.
    """

    def __call__(self, event: Any, context: Any) -> Any:
        if "httpMethod" in event:
            return gateway.serve(event)
        return super().__call__(event, context)


app = Kunai(app_name="kunai")
app.api.binary_types = ["*/*"]


def _view(**_: str) -> Response:
    """Serves callers that go through Chalice's own dispatch, such as its test client."""
    request = app.current_request
    assert request is not None  # noqa: S101  (Chalice calls views within a request)
    answer = gateway.serve(request.to_original_event())
    return Response(answer["body"], answer["headers"], answer["statusCode"])


for path, methods in gateway.routes().items():
    app.route(path, methods=list(methods))(_view)


@app.lambda_function(name="stream")
def stream(event: Any, _: Any) -> Any:
    """Batches of the events table's stream; `delivery.queues` says how they are mapped."""
    from chalicelib.delivery.stream import consume

    return consume(event)


@app.lambda_function(name="worker")
def worker(event: Any, _: Any) -> Any:
    """Batches of the working queues."""
    from chalicelib.delivery.worker import work

    return work(event)


@app.schedule("rate(1 minute)")
def sweep(_: Any) -> int:
    """What is due and in no queue any more."""
    from chalicelib.delivery.sweeper import sweep

    return sweep()


@app.schedule("rate(1 hour)")
def overdue(_: Any) -> int:
    """What should have been paid by now."""
    from chalicelib.schedules.overdue import look

    return look()
