"""Payment terms: the built-in ones and the account's own, which their days name (resources.md 5.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import BadRequest, InvalidInput, RecordNotFound
from chalicelib.operations import crud
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.lists import everything
from chalicelib.operations.selection import Selection
from chalicelib.operations.shape import Shape, integer, kept, shown
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

TERM = Shape(
    "payment_term",
    (
        integer("num_days", 0),
        shown("name"),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_default", False),
        kept("created_at", 0),
    ),
)
PLAN = Plan(TERM, required=("num_days",), required_update=("num_days",), admin_only=True, deletable=False)
MOST_DAYS = 36_500
POINTER = "num_days"


def built_in() -> list[Record]:
    from chalicelib.data import table

    return [_built_in(row["num_days"]) for row in table("payment_terms")]


def _built_in(days: int) -> Record:
    # An id that no stored term has tells them apart; it is never shown.
    return Record("payment_term", -abs(days), {"num_days": days, "name": name_of(days), "is_default": True})


def name_of(days: int) -> str:
    return f"Net {max(days, 0)}"


def create(context: Context, body: Mapping[str, Any]) -> Record:
    crud.authorize(context, PLAN, "create")
    days = _days(body)

    def decide(work: Work) -> Record:
        if days in {row.data["num_days"] for row in built_in()} or work.pointed(POINTER, str(days)):
            raise InvalidInput.of("num_days", "The num days has already been taken.")
        term = work.new(TERM)
        term.data |= {"num_days": days, "name": name_of(days)}
        _store(work, term, [])
        crud.announce(work, PLAN, term, crud.CREATED)
        return term

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    crud.authorize(context, PLAN, "edit")

    def decide(work: Work) -> Record:
        term = work.get(TERM, number)
        days = _days(body)
        others = set(work.pointed(POINTER, str(days))) - {number}
        if others or days in {row.data["num_days"] for row in built_in()}:
            raise InvalidInput.of("num_days", "The num days has already been taken.")
        before = [str(term.data["num_days"])] if term.is_active else []
        term.data |= {"num_days": days, "name": name_of(days)}
        _store(work, term, before)
        crud.announce(work, PLAN, term, crud.UPDATED)
        return term

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    """Archive, delete or restore a term by id."""
    crud.authorize(context, PLAN, "edit")

    def decide(work: Work) -> Record:
        return _move(work, work.get(TERM, number), action)

    return transact(context, decide)


def delete(context: Context, days: int) -> Record:
    """Archive the account's own term of this many days. BadRequest: built in, or there is none."""
    crud.authorize(context, PLAN, "edit")

    def decide(work: Work) -> Record:
        ids = work.pointed(POINTER, str(days))
        if not ids:
            raise BadRequest("Cannot delete a default or non existent Payment Term")
        return _move(work, work.get(TERM, ids[0]), "delete")

    return transact(context, decide)


def _move(work: Work, term: Record, action: str) -> Record:
    before = [str(term.data["num_days"])] if term.is_active else []
    happened = crud.move(work.context, term, action, deletable=False)
    if happened:
        _store(work, term, before)
        crud.announce(work, PLAN, term, happened)
    return term


def _store(work: Work, term: Record, before: list[str]) -> None:
    work.save(TERM, term)
    work.point(POINTER, before, [str(term.data["num_days"])] if term.is_active else [], term.id)


def _days(body: Mapping[str, Any]) -> int:
    """The digits of the number of days; v4 drops a minus sign."""
    sent = body.get("num_days")
    if sent in (None, ""):
        raise InvalidInput.of("num_days", "The num days field is required.")
    try:
        return abs(whole(sent, -MOST_DAYS, MOST_DAYS))
    except ValueError as error:
        raise InvalidInput.of("num_days", str(error)) from None


def find(context: Context, number: int) -> Record:
    found = Work(context, {}).find(TERM, number)
    if found is None:
        raise RecordNotFound
    return found


def active(context: Context, selection: Selection) -> list[Record]:
    """The account's own active terms, and the built-in ones for administrators."""
    own = everything(TERM.kind, selection.range(context))[0]
    return [*(built_in() if context.is_admin else ()), *(term for term in own if term.is_active)]
