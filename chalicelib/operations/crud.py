"""The verbs of every plain resource, driven by a `Plan` that its declaration makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized, UnsupportedAction
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data, Shape
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import ACTIVE, ARCHIVED, DELETED, Record

Check = Callable[[Work, Data, Record | None], None]
"""Looks at the sent fields before they are stored; the record is None for a new one. Raises InvalidInput."""

CREATED, UPDATED, ARCHIVED_EVENT, DELETED_EVENT, RESTORED = (
    "created", "updated", "archived", "deleted", "restored"
)  # fmt: skip
ACTIONS = ("archive", "delete", "restore")


@dataclass(frozen=True)
class Plan:
    """What distinguishes one plain resource from another.

    `required` fields must be sent and filled on create, `required_update` on update. `pointers` are fields
    by whose value active records are looked up. `activities` maps what happened to v4's activity type.
    `admin_only` records are written by administrators alone. Without `deletable` a delete archives.
    `frozen_when_deleted` records are answered unchanged once they are deleted.
    """

    shape: Shape
    required: tuple[str, ...] = ()
    required_update: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    activities: Mapping[str, int] = field(default_factory=dict)
    check: Check | None = None
    admin_only: bool = False
    deletable: bool = True
    frozen_when_deleted: bool = False

    @property
    def kind(self) -> str:
        return self.shape.kind


def create(context: Context, plan: Plan, body: Mapping[str, Any]) -> Record:
    authorize(context, plan, "create")

    def decide(work: Work) -> Record:
        data = read_fields(plan, body, creating=True)
        if plan.check:
            plan.check(work, data, None)
        record = work.new(plan.shape)
        record.data |= data
        _store(work, plan, record, {})
        announce(work, plan, record, CREATED)
        return record

    return transact(context, decide)


def update(context: Context, plan: Plan, number: int, body: Mapping[str, Any]) -> Record:
    """Only what is sent changes."""

    def decide(work: Work) -> Record:
        record = work.get(plan.shape, number)
        authorize(context, plan, "edit", record.owner)
        data = read_fields(plan, body, creating=False)
        if plan.frozen_when_deleted and record.is_deleted:
            return record
        if plan.check:
            plan.check(work, data, record)
        before = dict(record.data)
        record.data |= data
        _store(work, plan, record, before)
        announce(work, plan, record, UPDATED)
        return record

    return transact(context, decide)


def act(context: Context, plan: Plan, number: int, action: str) -> Record:
    """Archive, delete or restore; doing it twice is no error and changes nothing."""

    def decide(work: Work) -> Record:
        record = work.get(plan.shape, number)
        authorize(context, plan, "edit", record.owner)
        before = record.data if record.is_active else {}
        happened = move(context, record, action, plan.deletable)
        if happened:
            _store(work, plan, record, before)
            announce(work, plan, record, happened)
        return record

    return transact(context, decide)


def move(context: Context, record: Record, action: str, deletable: bool = True) -> str:
    """Change a record's state; answers what happened, empty when it already was so."""
    if action not in ACTIONS:
        raise UnsupportedAction(action)
    if action == "restore":
        if record.is_active:
            return ""
        record.state, record.data["archived_at"] = ACTIVE, None
        return RESTORED
    target = DELETED if action == "delete" and deletable else ARCHIVED
    if record.state >= target:
        return ""
    record.state, record.data["archived_at"] = target, context.now
    return DELETED_EVENT if target == DELETED else ARCHIVED_EVENT


def authorize(context: Context, plan: Plan, verb: str, owner: int = 0) -> None:
    allowed = context.is_admin if plan.admin_only else context.may(verb, plan.kind, owner)
    if not allowed:
        raise Unauthorized


def read_fields(plan: Plan, body: Mapping[str, Any], creating: bool, form: str = "M j, Y") -> Data:
    """The sent fields in stored form; missing and malformed ones are reported together."""
    errors: dict[str, list[str]] = {}
    for name in plan.required if creating else plan.required_update:
        if body.get(name) in (None, "", [], {}):
            errors[name] = [f"The {name.replace('_', ' ')} field is required."]
    try:
        data = plan.shape.read(body, form, creating)
    except InvalidInput as refused:
        errors = {**errors, **refused.errors}
    if errors:
        raise InvalidInput(errors)
    return data


def announce(
    work: Work, plan: Plan, record: Record, happened: str, client: int | None = None, **body: Any
) -> None:
    """The event of a change, with v4's activity where it records one and a snapshot for the webhooks.

    `client` is the one whose activities it belongs to, by default the record's.
    """
    activity = plan.activities.get(happened)
    if activity:
        body["activity"] = {"type": activity}
    owner = record.client if client is None else client
    work.emit(
        f"{plan.kind}.{happened}",
        client=owner if activity else 0,
        id=record.id,
        user=work.context.user,
        at=work.context.now,
        version=record.version + 1,
        record=plan.shape.sparse(record.data),
        **body,
    )


def _store(work: Work, plan: Plan, record: Record, before: Data) -> None:
    work.save(plan.shape, record)
    for name in plan.pointers:
        now = [record.data[name]] if record.is_active else []
        work.point(name, [before[name]] if before else [], now, record.id)
