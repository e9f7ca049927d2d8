"""Webhooks and the feed of events (http.md 5.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.api import crud, envelope, response
from chalicelib.api.auth import authenticate
from chalicelib.api.execution import execute
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.api.routes import READ, Serve
from chalicelib.errors import MethodNotAllowed, RouteNotFound
from chalicelib.operations import hooks
from chalicelib.operations.coerce import integral, loose_truth
from chalicelib.operations.context import Context
from chalicelib.resources.filters import select
from chalicelib.resources.hooks import HOOKS, bare, event_names
from chalicelib.store.event import Event
from chalicelib.store.record import ACTIVE

MOST_EVENTS = 1_000


def collection(request: Request, _: list[str]) -> Response:
    """v4's creation answers 201 and the id alone; the list is ours."""
    context = _administrator(request)
    if request.method != "POST":
        selection = replace(select(context, HOOKS, request.fields), states=frozenset({ACTIVE}))
        return crud.listing(context, HOOKS, request, selection)
    create = HOOKS.create
    assert create is not None  # noqa: S101  (declared)
    return execute(
        context,
        request,
        lambda context: create(context, request.fields),
        lambda _, hook: response.json({"id": hook.id}, 201),
    )


def member(request: Request, segments: list[str]) -> Response:
    context = _administrator(request)
    if segments[0] == "events" and request.method in READ:
        names = sorted(event_names())
        return response.json(envelope.wrapped(names, request.fields))
    key = crud.public_id(segments[0])
    if request.method == "DELETE":
        return execute(
            context,
            request,
            lambda context: hooks.act(context, key, "delete"),
            lambda _, __: response.json({"data": "success"}),
        )
    if request.method in READ:
        return crud.shown(context, HOOKS, request, hooks.find(context, key))
    return crud.member(context, HOOKS, request, segments[0])


def part(request: Request, segments: list[str]) -> Response:
    """`/hooks/{id}/` secret, deliveries or replay."""
    _administrator(request)
    if segments[1] not in PARTS:
        raise RouteNotFound
    methods, serve = PARTS[segments[1]]
    if request.method not in methods:
        raise MethodNotAllowed(request.method, methods)
    return serve(request, segments)


def _secret(request: Request, segments: list[str]) -> Response:
    """Shown on request only, so that no kept answer holds one; POST makes a new one."""
    context = _administrator(request)
    key = crud.public_id(segments[0])
    if request.method == "POST":
        return execute(
            context,
            request,
            lambda context: hooks.rotate(context, key),
            lambda _, hook: response.json(
                envelope.wrapped({"previous_until": hook.data["previous_until"]}, request.fields)
            ),
        )
    hook = hooks.find(context, key)
    newest, *older = hooks.valid_secrets(context.account, hook, context.now)
    content: dict[str, Any] = {"secret": newest}
    if older:
        content |= {"previous": older[0], "previous_until": hook.data["previous_until"]}
    return response.json(envelope.wrapped(content, request.fields))


def _deliveries(request: Request, segments: list[str]) -> Response:
    from chalicelib.delivery import webhooks
    from chalicelib.operations import deliveries

    context = _administrator(request)
    before, size = integral(request.field("cursor")), min(crud.page_of(request)[1], MOST_EVENTS)
    found, rest = deliveries.recent(context, crud.public_id(segments[0]), before, size)
    return _page(request, [webhooks.shown(item) for item in found], size, rest)


def _replay(request: Request, segments: list[str]) -> Response:
    from chalicelib.operations import deliveries

    context = _administrator(request)
    dry = loose_truth(request.query.get("dry_run"))
    done = deliveries.replay(context, crud.public_id(segments[0]), request.fields, dry)
    content = {"events": done.events, "next_sequence": done.next or None}
    return response.json(envelope.wrapped(content, request.fields))


def feed(request: Request, _: list[str]) -> Response:
    """All events in their order after a sequence; the cursor is the next page's `after`, empty at the end."""
    from chalicelib.operations import deliveries

    context = _administrator(request)
    size = min(crud.page_of(request)[1], MOST_EVENTS)
    found = deliveries.feed(context, integral(request.field("after")), size)
    rows = [_event(context, event) for event in found]
    return _page(request, rows, size, found[-1].sequence if found else 0)


def _event(context: Context, event: Event) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "type": event.name,
        "timestamp": event.body["at"],
        "user_id": event.body["user"],
        "record_id": event.body.get("id"),
        "version": event.body.get("version"),
        "data": bare(event, context) or None,
    }


def _page(request: Request, rows: list[dict[str, Any]], size: int, cursor: int) -> Response:
    meta = {"pagination": {"count": len(rows), "per_page": size, "next_cursor": str(cursor or "")}}
    return response.json(envelope.wrapped(rows, request.fields, meta))


def _administrator(request: Request) -> Context:
    context = authenticate(request)
    hooks.require_admin(context)
    return context


PARTS: dict[str, tuple[tuple[str, ...], Serve]] = {
    "secret": ((*READ, "POST"), _secret),
    "deliveries": (READ, _deliveries),
    "replay": (("POST",), _replay),
}
