"""How a resource is declared: what the outside sees of a record, in one place.

A plain resource is a `Resource` around a shape and a `Plan`. From the declaration come routes, permissions,
includes, filters, serializers and, through the plan, validation and events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.operations import actions
from chalicelib.operations.context import Context
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.shape import Data, Field, Shape
from chalicelib.store.record import Record

if TYPE_CHECKING:
    from chalicelib.operations.crud import Plan

Compute = Callable[[Data, Record, Context], None]
"""Fills in the wire fields that are computed; must not change the record."""

Load = Callable[[Context, Sequence[Record]], list[list[Record]]]
"""The included records of each given record, in its order."""

Create = Callable[[Context, Mapping[str, Any]], Record]
Change = Callable[[Context, int, Mapping[str, Any]], Record]
Act = Callable[[Context, int, str, Mapping[str, Any]], Record]
"""Gets the action's name and what was sent along."""


@dataclass(frozen=True, eq=False, repr=False)
class Include:
    """A related resource under its own key. `many` decides between an array and an object."""

    resource: Callable[[], Resource]
    load: Load
    many: bool = True
    default: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Resource:
    """One v4 resource.

    `plural` is its path; `order` of its list is by `updated` or `created`, newest first, or by `id` or
    another field, lowest first. `includes` stand in the order in which they are shown. `by_client` lists can
    be filtered by `client_id`, `filters` is what they take beyond v4. Verbs that are None do not exist (405);
    `actions` are the names that `act` knows. `names_creator` answers of POST carry `user_id` as v4's do.
    `bare` resources lack v4's leading `account_key` and `is_owner`. `open_lookup` records are known to exist
    by every user of the account, but shown alone only to their owner and administrators (403, not 404).
    `explain` shows how a record's figures came about, on request. `gather` brings along what stands beside
    the records, in one read for all. `once` names a secret field of the answer of POST, kept nowhere.

    For the description: `accepts` are inputs that no field keeps as sent, `needs` those required on creation
    where no plan says so, `example` is a request to create one, `example_answer` what its answer shows
    besides.
    """

    plural: str
    shape: Shape
    plan: Plan | None = None
    compute: Compute | None = None
    includes: Mapping[str, Include] = field(default_factory=dict)
    order: str = "updated"
    by_client: bool = False
    names_creator: bool = True
    bare: bool = False
    api_type: str = ""
    create: Create | None = None
    update: Change | None = None
    act: Act | None = None
    open_lookup: bool = False
    explain: Callable[[Record], Data] | None = None
    accepts: tuple[Field, ...] = ()
    needs: tuple[str, ...] = ()
    actions: tuple[str, ...] = actions.PLAIN
    example: Mapping[str, Any] = field(default_factory=dict)
    example_answer: Mapping[str, Any] = field(default_factory=dict)
    gather: Callable[[Context, Sequence[Record]], list[Record]] | None = None
    once: str = ""
    filters: Filterable = field(default_factory=Filterable)

    def required(self, creating: bool) -> tuple[str, ...]:
        """The fields that a request must send."""
        if self.plan is None:
            return self.needs if creating else ()
        return self.plan.required if creating else self.plan.required_update

    @property
    def has_verbs(self) -> bool:
        return any((self.create, self.update, self.act))

    @property
    def kind(self) -> str:
        return self.shape.kind

    @property
    def type_name(self) -> str:
        """The JSON:API type."""
        return self.api_type or self.shape.kind

    def render(self, record: Record, context: Context, creator: bool = False) -> Data:
        """The record as clients see it; `creator` adds v4's `user_id`."""
        shown = self.shape.wire(record.data)
        for name, value in (
            ("id", record.id),
            ("updated_at", record.updated),
            ("is_deleted", record.is_deleted),
            ("client_id", record.client),
        ):
            if name in shown:
                shown[name] = value
        if self.compute:
            self.compute(shown, record, context)
        if self.bare:
            return shown
        head: Data = {"account_key": context.account_key, "is_owner": record.owner == context.user}
        if creator and record.owner:
            head["user_id"] = record.owner
        return head | shown


def plain(plural: str, plan: Plan, **more: Any) -> Resource:
    """A resource that the shared verbs serve completely."""
    from chalicelib.operations import crud

    return Resource(
        plural,
        plan.shape,
        plan,
        create=lambda context, body: crud.create(context, plan, body),
        update=lambda context, number, body: crud.update(context, plan, number, body),
        act=lambda context, number, action, _: crud.act(context, plan, number, action),
        **more,
    )


def bodiless(act: Callable[[Context, int, str], Record]) -> Act:
    """Actions that need nothing but their name."""
    return lambda context, number, action, _: act(context, number, action)


def embedded(name: str, row: Callable[[Record, int, Data], Record]) -> Load:
    """Rows that live inside their parent under `name`, each made a record by `row`."""

    def load(_: Context, records: Sequence[Record]) -> list[list[Record]]:
        return [
            [row(parent, position, data) for position, data in enumerate(parent.data.get(name, ()))]
            for parent in records
        ]

    return load
