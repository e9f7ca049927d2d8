"""Requests: what each took and used, for the log, for its account and, when asked, for the caller."""

from __future__ import annotations

import logging
import time
from time import perf_counter
from typing import Any

from chalicelib.api import gateway
from chalicelib.api.request import Event
from chalicelib.api.response import Response
from chalicelib.api.routes import ENDPOINTS
from chalicelib.entry import lines
from chalicelib.entry.lines import milliseconds
from chalicelib.observe import scope, tally
from chalicelib.observe.scope import Scope
from chalicelib.resources.registry import RESOURCES
from chalicelib.store import usage

WISH = "x-kunai-trace"
NO = frozenset({"", "0", "false"})
FAILED = 500


def serve(event: Event, context: Any = None) -> Response:
    """The API's answer. Headers that tell of the work go to callers with a token only: of others, what a
    request cost could tell whether something is there."""
    began = perf_counter()
    with scope.entered(_scope(event, context)) as work:
        answer = gateway.serve(event)
        work.done[tally.REQUESTS] = int(answer["statusCode"] < FAILED)  # nobody is charged for our failures
        spent = perf_counter() - began
        now = time.time()
        _log(event, work, answer["statusCode"], spent, now)
        if work.is_trusted and _is_asked(event):
            answer["headers"] = {**answer["headers"], **told(work, spent)}
        tally.TALLY.add(work, now)
    if answer["statusCode"] < FAILED:
        usage.flush(now)
    return answer


def _scope(event: Event, context: Any) -> Scope:
    around = event.get("requestContext") or {}
    return Scope(
        label=_route(event),
        request=str(around.get("requestId", "")),
        invocation=str(getattr(context, "aws_request_id", "")),
    )


def _route(event: Event) -> str:
    """The path as it is declared, with the name of what it leads to: the rest may be anybody's secret."""
    resource, named = str(event.get("resource") or ""), (event.get("pathParameters") or {}).get("name")
    if isinstance(named, str) and (named in ENDPOINTS or named in RESOURCES):
        return resource.replace("{name}", named)
    return resource


def _log(event: Event, work: Scope, status: int, spent: float, now: float) -> None:
    level = logging.ERROR if status >= FAILED else logging.INFO
    fields = lines.opened(level)
    if fields is None:
        return
    method, took = event["httpMethod"], milliseconds(spent)
    fields |= {"method": method, "route": work.label, "status": status, "latency": took}
    fields |= lines.consumed(work) | ({"errors": 1} if status >= FAILED else {})
    text = "%s %s: %s in %s ms, %s calls, %g read, %g written"
    lines.write(
        level, fields, now, text, method, work.label, status, took, work.calls, work.reads, work.writes
    )


def _is_asked(event: Event) -> bool:
    sent = event.get("headers") or {}
    return any(name.lower() == WISH and str(value).lower() not in NO for name, value in sent.items())


def told(work: Scope, spent: float) -> dict[str, str]:
    """`Server-Timing` as browsers show it, in milliseconds, and DynamoDB's units and calls."""
    waited = [f"{name};dur={milliseconds(seconds)}" for name, seconds in work.seconds.items()]
    return {
        "Server-Timing": ", ".join([f"total;dur={milliseconds(spent)}", *waited]),
        "Timing-Allow-Origin": "*",
        "X-Kunai-Capacity": f"read={work.reads:g}, write={work.writes:g}, calls={work.calls}",
    }
