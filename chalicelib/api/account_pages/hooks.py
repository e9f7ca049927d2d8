"""Webhooks and their deliveries, for administrators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby
from typing import Any

from chalicelib.api import crud
from chalicelib.api.account_pages import answers
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import InvalidInput, Refused, UnsupportedAction
from chalicelib.operations import deliveries, hooks, notices
from chalicelib.operations.browser_sessions import Visitor
from chalicelib.operations.coerce import integral
from chalicelib.operations.context import Context
from chalicelib.operations.pages import read_page
from chalicelib.resources.filters import select
from chalicelib.resources.hooks import HOOKS, event_names
from chalicelib.resources.view import view
from chalicelib.store.record import ACTIVE

SIZE = 25
FIELDS = ("event", "target_url")
SPAN = ("from", "to", "from_sequence", "to_sequence")


def show_all(request: Request, visitor: Visitor, _: str) -> Response:
    return _listed(request, visitor)


def create(request: Request, visitor: Visitor, _: str) -> Response:
    sent = {name: value for name, value in request.body.fields.items() if name in FIELDS}
    try:
        made = hooks.create(visitor.context, sent, event_names)
    except InvalidInput as error:
        return _listed(request, visitor, 422, error.errors, sent)
    return answers.to(request, f"/hooks/{made.id}", "created")


def show(request: Request, visitor: Visitor, key: str) -> Response:
    return _shown(request, visitor, crud.public_id(key))


def act(request: Request, visitor: Visitor, key: str) -> Response:
    """What the pressed button is called. UnsupportedAction: there is none of that name."""
    name = str(request.body.fields.get("do"))
    perform = ACTIONS.get(name)
    if perform is None:
        raise UnsupportedAction(name)
    return perform(request, visitor, crud.public_id(key))


# ---- what can be done with one
def _pause(request: Request, visitor: Visitor, key: int) -> Response:
    return _paused(request, visitor, key, True)


def _resume(request: Request, visitor: Visitor, key: int) -> Response:
    return _paused(request, visitor, key, False)


def _paused(request: Request, visitor: Visitor, key: int, wish: bool) -> Response:
    hooks.update(visitor.context, key, {"is_paused": wish}, event_names)
    return answers.to(request, f"/hooks/{key}", "paused" if wish else "resumed")


def _delete(request: Request, visitor: Visitor, key: int) -> Response:
    hooks.act(visitor.context, key, "delete")
    return answers.to(request, "/hooks", "deleted")


def _reveal(request: Request, visitor: Visitor, key: int) -> Response:
    """In the answer of the form, so that no address shows a secret."""
    hook = hooks.find(visitor.context, key)
    try:
        secrets = hooks.valid_secrets(visitor.context.account, hook, visitor.context.now)
    except Refused as error:
        return _shown(request, visitor, key, error.status, problem=str(error))
    return _shown(request, visitor, key, secrets=secrets)


def _rotate(request: Request, visitor: Visitor, key: int) -> Response:
    hooks.rotate(visitor.context, key)
    return _reveal(request, visitor, key)


def _replay(request: Request, visitor: Visitor, key: int) -> Response:
    span = {name: request.body.fields.get(name, "") for name in SPAN}
    try:
        if not any(span.values()):
            raise InvalidInput.of("from", "Please say from when.")
        done = deliveries.replay(visitor.context, key, span)
    except InvalidInput as error:
        return _shown(request, visitor, key, 422, problem=error.first())
    return _shown(request, visitor, key, replayed=done)


ACTIONS: dict[str, Callable[[Request, Visitor, int], Response]] = {
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
    "reveal": _reveal,
    "rotate": _rotate,
    "replay": _replay,
}


# ---- pages
def _listed(
    request: Request,
    visitor: Visitor,
    status: int = 200,
    errors: dict[str, list[str]] | None = None,
    sent: dict[str, Any] | None = None,
) -> Response:
    return answers.page(
        request, visitor, "hooks", status,
        rows=_rows(visitor.context), choices=_choices(), most=hooks.MOST, errors=errors or {},
        sent={name: str((sent or {}).get(name, "")) for name in FIELDS},
    )  # fmt: skip


def _rows(context: Context) -> list[dict[str, Any]]:
    selection = replace(select(context, HOOKS, {}), states=frozenset({ACTIVE}))
    found, _ = read_page(context, selection, 0, hooks.MOST)
    return [view.fields for view in view(context, HOOKS, found.records, {})]


def _choices() -> list[tuple[str, list[str]]]:
    """The events that can be heard, by what they are about; v4's names come last."""
    own = sorted(event_names() - notices.V4.keys() - {notices.ALL})
    groups = [(kind, list(names)) for kind, names in groupby(own, lambda name: name.partition(".")[0])]
    return [("everything", [notices.ALL]), *groups, ("Invoice Ninja v4", sorted(notices.V4))]


def _shown(
    request: Request,
    visitor: Visitor,
    key: int,
    status: int = 200,
    secrets: list[str] | None = None,
    problem: str = "",
    replayed: deliveries.Replayed | None = None,
) -> Response:
    from chalicelib.delivery import webhooks

    context = visitor.context
    hook = hooks.find(context, key)
    found, rest = deliveries.recent(context, key, integral(request.query.get("before")), SIZE)
    return answers.page(
        request, visitor, "hook", status,
        hook=HOOKS.render(hook, context), secrets=secrets or [], until=hook.data["previous_until"],
        rows=[webhooks.shown(item) for item in found], rest=rest, problem=problem, replayed=replayed,
    )  # fmt: skip
