"""`POST /{resource}/bulk`: one action on many records, each in a transaction of its own.

The answer tells what became of every record. Under an idempotency key each record's commit carries a row of
its own, derived from the key, so that a retry after a crash goes on where the first attempt ended and does
nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.api import envelope, response
from chalicelib.api.crud import includes
from chalicelib.api.execution import DryRun, is_rehearsal
from chalicelib.api.kept import Kept, kept_under
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Busy, InvalidInput, KunaiError, RecordNotFound, UnsupportedAction
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.operations.work import Work
from chalicelib.resources.declare import Resource
from chalicelib.resources.view import view
from chalicelib.store.record import Record

MOST = 100
MOST_SECONDS = 12.0
"""After which no further record is begun. One may take 15, and the gateway gives up after 29."""

Outcome = tuple[int, Record | KunaiError]
Perform = Callable[[Context, int], Record]


@dataclass(frozen=True)
class Order:
    """What is to be done to which records; `more` is what was sent along."""

    action: str
    ids: list[int]
    more: Mapping[str, Any]


def serve(context: Context, resource: Resource, request: Request) -> Response:
    """InvalidInput, UnsupportedAction: the request makes no sense, and nothing was done."""
    order = _order(resource, request)
    act = resource.act
    assert act is not None  # noqa: S101  (the caller asked)

    def perform(context: Context, number: int) -> Record:
        if not 0 < number < 10**10:
            raise RecordNotFound
        return act(context, number, order.action, order.more)

    if is_rehearsal(request):
        return _rehearsed(context, resource, request, order, perform)
    kept = kept_under(context, request)
    if kept is None:
        return _answer(context, resource, request, list(_performed(context, order, perform, False)))
    return kept.answer or _kept(context, resource, request, order, perform, kept)


# ---- carrying out
def _performed(context: Context, order: Order, perform: Perform, is_kept: bool) -> Iterator[Outcome]:
    """What became of each record. What may pass, such as contention, ends the run: under a key the error is
    raised, since a retry goes on; without one it is told of every record left."""
    begun = time.monotonic()
    trouble: KunaiError | None = None
    for place, number in enumerate(order.ids):
        if place and time.monotonic() - begun > MOST_SECONDS:
            trouble = trouble or Busy()
        try:
            if trouble:
                raise trouble
            yield number, perform(context, number)
        except KunaiError as error:
            if _may_pass(error) and (is_kept or not place):
                raise
            trouble = error if _may_pass(error) else None
            yield number, error


def _may_pass(error: KunaiError) -> bool:
    return error.status >= 500 or isinstance(error, Busy)


def _kept(
    context: Context, resource: Resource, request: Request, order: Order, perform: Perform, kept: Kept
) -> Response:
    kept.begin(resource.kind, order.ids)

    def once(_: Context, number: int) -> Record:
        return kept.once(resource.kind, number, lambda context: perform(context, number))

    outcomes = list(_performed(context, order, once, True))
    return kept.finish(_answer(context, resource, request, outcomes))


def _rehearsed(
    context: Context, resource: Resource, request: Request, order: Order, perform: Perform
) -> Response:
    """Every decision is made on what the ones before it would have stored."""
    outcomes: dict[int, Record | KunaiError] = {}

    def finish(work: Work, result: Record) -> None:
        nonlocal context
        rows = work.rehearse()
        outcomes[number] = deepcopy(result)
        context = replace(
            context,
            assumed={**context.assumed, **rows},
            fresh={**context.fresh, **deepcopy(work.changed)},
            fresh_events=(*context.fresh_events, *work.events),
        )
        raise DryRun

    for number in order.ids:
        try:
            perform(replace(context, before_commit=finish), number)
        except DryRun:
            continue
        except KunaiError as error:
            outcomes[number] = error
    return _answer(context, resource, request, list(outcomes.items()))


# ---- the request
def _order(resource: Resource, request: Request) -> Order:
    sent = request.fields
    action = sent.get("action")
    if action in (None, ""):
        raise InvalidInput.of("action", "The action field is required.")
    if action not in resource.actions:
        raise UnsupportedAction(str(action))
    more = {name: value for name, value in sent.items() if name not in ("action", "ids")}
    return Order(action, _ids(sent.get("ids")), more)


def _ids(sent: Any) -> list[int]:
    """The ids once each: a list, or text with commas between them."""
    rows = sent.split(",") if isinstance(sent, str) else sent if isinstance(sent, list) else [sent]
    if sent in (None, "", []):
        raise InvalidInput.of("ids", "The ids field is required.")
    if len(rows) > MOST:
        raise InvalidInput.of("ids", f"At most {MOST} records can be changed at once.")
    odd = [place for place, row in enumerate(rows) if not _is_id(row)]
    if odd:
        raise InvalidInput({f"ids.{place}": ["The id must be a whole number."] for place in odd})
    return list(dict.fromkeys(int(row) for row in rows))


def _is_id(row: Any) -> bool:
    if isinstance(row, str):
        text = row.strip().removeprefix("-")
        return text.isascii() and text.isdigit() and len(text) < 19
    return isinstance(row, int) and not isinstance(row, bool)


# ---- the answer
def _answer(context: Context, resource: Resource, request: Request, outcomes: Sequence[Outcome]) -> Response:
    """Records as the list shows them, and errors by id. What was done has to be told: where records or their
    includes would not fit into an answer, their ids stand for them."""
    records = [result for _, result in outcomes if isinstance(result, Record)]
    errors = [_error(number, result) for number, result in outcomes if isinstance(result, KunaiError)]
    try:
        views = view(context, resource, records, includes(request))
        content = _with(envelope.items(views, request.fields), errors)
        return response.fitted(response.json(content), request.accepts_gzip())
    except InvalidInput:
        ids = [{"id": record.id} for record in records]
        return response.json(_with(envelope.wrapped(ids, request.fields), errors))


def _with(content: Any, errors: list[Data]) -> Any:
    """A bare array (`index=none`) has no room for errors, as it has none for pagination."""
    return {**content, "errors": errors} if isinstance(content, dict) else content


def _error(number: int, error: KunaiError) -> Data:
    body = error.body()
    text = body.get("message") or body["error"]
    message = text["message"] if isinstance(text, dict) else text
    shown = {"id": number, "status": error.status, "message": message}
    return {**shown, "errors": error.errors} if isinstance(error, InvalidInput) else shown
