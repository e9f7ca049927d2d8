"""Webhooks, the events they may hear, and what they show (http.md 5.2, 5.5)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from chalicelib.operations import hooks, notices
from chalicelib.operations.clients import display_name
from chalicelib.operations.context import Context
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes.hook import HOOK
from chalicelib.resources.declare import Resource, bodiless
from chalicelib.resources.view import Tree, nested, view
from chalicelib.store.event import Event
from chalicelib.store.record import Record

AROUND: dict[str, Tree] = {"invoice": {"client": {}}, "payment": {"client": {}, "invoice": {}}}
"""What v4 shows around a record beside its default includes."""


@lru_cache(maxsize=1)
def shown_kinds() -> dict[str, Resource]:
    """The resources that events tell of, by kind. An account is told of without all it holds."""
    from chalicelib.resources.accounts import ACCOUNTS
    from chalicelib.resources.registry import RESOURCES

    kinds = {resource.kind: resource for resource in RESOURCES.values() if resource.create}
    return {**kinds, ACCOUNTS.kind: replace(ACCOUNTS, includes={})}


@lru_cache(maxsize=1)
def event_names() -> frozenset[str]:
    """Every name that a hook may be registered for."""
    kinds = [kind for kind in shown_kinds() if kind != HOOK.kind]
    return frozenset({*notices.names_of([*kinds, "quote"]), *notices.V4, notices.ALL})


HOOKS = Resource(
    "hooks",
    HOOK,
    hooks.PLAN,
    create=lambda context, body: hooks.create(context, body, event_names),
    update=lambda context, number, body: hooks.update(context, number, body, event_names),
    act=bodiless(hooks.act),
    actions=("delete",),
    filters=Filterable(text=("event", "target_url"), sorts=("event", "target_url")),
    example={"event": "invoice.paid", "target_url": "https://example.com/in"},
)


def bare(event: Event, context: Context) -> Data:
    """The record of an event as it then was, without reading anything."""
    resource = shown_kinds().get(notices.kind_of(event.name))
    if resource is None or "record" not in event.body:
        return {}
    return resource.render(_record(event), _then(event, context, {}))


def content(event: Event, context: Context, heard: str) -> Data:
    """The same as a hook for `heard` shows it: with what stands around it, and v4's `client_name`.

    The records around come from the event; one that nobody listened to has none, so that they are read as
    they are now.
    """
    record = _record(event)
    around = {
        (kind, kept["id"]): notices.restored(kind, kept, 0)
        for kind, kept in event.body.get("related", {}).items()
    }
    if heard in notices.V4:
        _as_before(event, record, heard)
    then = _then(event, context, around)
    tree = AROUND.get(record.kind, {})
    (only,) = view(then, shown_kinds()[record.kind], [record], tree, creator=heard == "create_client")
    shown = nested(only)
    if shown.get("client_id"):
        name = _client_name(then, record)
        if name is not None:
            shown["client_name"] = name
    return _v4(event, shown, heard)


def _as_before(event: Event, record: Record, heard: str) -> None:
    """QUIRKS of http.md 5.3: contacts are those before an update, and a deletion is first an update of the
    row that is not yet archived."""
    before = event.body.get("before", {})
    record.data |= {name: before[name] for name in ("contacts", "vendor_contacts") if name in before}
    if heard.startswith("update_") and event.name.endswith(".deleted"):
        record.data.pop("archived_at", None)


def _v4(event: Event, shown: Data, heard: str) -> Data:
    """QUIRKS of http.md 5.5: a new payment shows its invoice as it was before, and a new client what v4 had
    in memory, which lacks the defaults of the stored row."""
    if heard == "create_payment" and "invoice" in shown:
        shown["invoice"] |= event.body.get("before", {})
    if heard == "create_client":
        for name in ("invoice_number_counter", "quote_number_counter", "credit_number_counter"):
            shown[name] -= shown[name] == 1
        shown["send_reminders"] = False
    return shown


def _record(event: Event) -> Record:
    return notices.restored(notices.kind_of(event.name), event.body, event.body["at"])


def _then(event: Event, context: Context, around: dict[tuple[str, int], Record]) -> Context:
    """Through the eyes of who caused it, at that moment."""
    return replace(context, user=event.body["user"], now=event.body["at"], is_admin=True, fresh=around)


def _client_name(context: Context, record: Record) -> str | None:
    from chalicelib.operations.shapes import CLIENT
    from chalicelib.resources.related import client_of

    (found,) = client_of(context, [record])
    return display_name(CLIENT.full(found[0].data)) if found else None
