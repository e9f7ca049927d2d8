"""The verbs of every plain resource, driven by a `Plan` that its declaration makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chalicelib.errors import InvalidInput, Unauthorized, UnsupportedAction
from chalicelib.operations.actions import PLAIN
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.dates import DEFAULT_FORM, date_form
from chalicelib.operations.shape import Data, Shape
from chalicelib.operations.shapes import ACCOUNT, CLIENT, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import ACTIVE, ARCHIVED, DELETED, Record

Apply = Callable[[Work, Record | None, Mapping[str, Any]], Record]
"""Brings the sent fields into a record, into a new one for None. Raises InvalidInput."""

CREATED, UPDATED, ARCHIVED_EVENT, DELETED_EVENT, RESTORED = (
    "created", "updated", "archived", "deleted", "restored"
)  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """What distinguishes one plain resource from another.

    `required` fields must be sent and filled on create, `required_update` on update. `pointers` are fields
    by whose value active records are looked up, `unique` ones may not be shared even by archived records.
    `client` tells whether a record belongs to a client: `fixed` at creation or `free` to change. `dated`
    plans read dates in the account's own format. `activities` maps what happened to v4's activity type.
    `admin_only` records are written by administrators alone. Without `deletable` a delete archives.
    `frozen_when_deleted` records are answered unchanged once they are deleted.
    """

    shape: Shape
    required: tuple[str, ...] = ()
    required_update: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    client: Literal["", "fixed", "free"] = ""
    dated: bool = False
    activities: Mapping[str, int] = field(default_factory=dict)
    admin_only: bool = False
    deletable: bool = True
    frozen_when_deleted: bool = False

    @property
    def kind(self) -> str:
        return self.shape.kind


def create(context: Context, plan: Plan, body: Mapping[str, Any], apply: Apply | None = None) -> Record:
    """`apply` stands in for reading the sent fields as the plan says."""
    authorize(context, plan, "create")

    def decide(work: Work) -> Record:
        record = (apply or _reader(plan))(work, None, body)
        _store(work, plan, record, {})
        announce(work, plan, record, CREATED)
        return record

    return transact(context, decide)


def update(
    context: Context, plan: Plan, number: int, body: Mapping[str, Any], apply: Apply | None = None
) -> Record:
    """Only what is sent changes. `apply` as for create."""

    def decide(work: Work) -> Record:
        record = work.get(plan.shape, number)
        authorize(context, plan, "edit", record.owner)
        if plan.frozen_when_deleted and record.is_deleted:
            return record
        before = dict(record.data)
        (apply or _reader(plan))(work, record, body)
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
    if action not in PLAIN:
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
    """Unauthorized: the permission is missing, or the account has switched the module off."""
    allowed = context.is_admin if plan.admin_only else context.may(verb, plan.kind, owner)
    if not allowed or not context.has_module(plan.kind):
        raise Unauthorized


def read_fields(plan: Plan, body: Mapping[str, Any], creating: bool, form: str = DEFAULT_FORM) -> Data:
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
        body["activity"] = {"type": activity, **_link(plan, record)}
    owner = record.client if client is None else client
    work.tell(plan.shape, record, f"{plan.kind}.{happened}", owner if activity else 0, **body)


def _link(plan: Plan, record: Record) -> Data:
    """The activity's reference to the record, where v4's activities have one."""
    return {f"{plan.kind}_id": record.id} if plan.kind in ("task", "expense") else {}


def client_id(work: Work, body: Mapping[str, Any]) -> int:
    """The client that a request names, 0 for none. InvalidInput: there is no such client."""
    sent = body.get("client_id")
    return 0 if sent in (None, "", 0, "0", False) else named_client(work, sent).id


def named_client(work: Work, sent: Any) -> Record:
    """The client of a sent id. InvalidInput: there is none that the caller may see."""
    try:
        client = None if sent is True else work.find(CLIENT, whole(sent, 1, 10**10 - 1))
    except ValueError:
        client = None
    if client is None or not work.context.may("view", CLIENT.kind, client.owner):
        raise InvalidInput.of("client_id", "The selected client does not exist.")
    return client


def _reader(plan: Plan) -> Apply:
    def apply(work: Work, known: Record | None, body: Mapping[str, Any]) -> Record:
        data = read_fields(plan, body, known is None, _form(work, plan))
        _check_unique(work, plan, data, known)
        record = work.new(plan.shape) if known is None else known
        record.data |= data
        if plan.client and (known is None or (plan.client == "free" and "client_id" in body)):
            record.client = client_id(work, body)
        return record

    return apply


def _form(work: Work, plan: Plan) -> str:
    return date_form(work.load(ACCOUNT, SETTINGS_ID).data) if plan.dated else DEFAULT_FORM


def _check_unique(work: Work, plan: Plan, data: Data, known: Record | None) -> None:
    for name in plan.unique:
        if name in data:
            holders = set(work.pointed(f"{plan.kind}.{name}", data[name]))
            if holders - {known.id if known else 0}:
                raise InvalidInput.of(name, f"The {name.replace('_', ' ')} has already been taken.")


def _store(work: Work, plan: Plan, record: Record, before: Data) -> None:
    work.save(plan.shape, record)
    for name in plan.pointers:
        now = [record.data[name]] if record.is_active else []
        work.point(name, [before[name]] if before else [], now, record.id)
    for name in plan.unique:
        old = [before[name]] if before else []
        work.point(f"{plan.kind}.{name}", old, [record.data[name]], record.id)
