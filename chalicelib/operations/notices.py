"""What others may hear of a commit: the names of events, who listens, and what an event must hold for them.

An event is named `<record>.<what happened>`. Webhooks registered by a v4 name hear the events it stands for
(http.md 5.2, 5.3). Whoever listens is known from the account's head, which every commit reads anyway; only
an event that somebody listens to carries the records that are shown around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.billing.money import decimal_text
from chalicelib.operations.shape import Data, Shape
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.store.event import Event
from chalicelib.store.head import Head
from chalicelib.store.record import Record

if TYPE_CHECKING:
    from chalicelib.operations.work import Work

ALL = "*"
OVERDUE = "invoice.overdue"
STATES = ("created", "updated", "archived", "restored", "deleted")

# v4 counts an archived vendor as deleted, and restoring or deleting as a change of the row.
V4: Mapping[str, tuple[str, ...]] = {
    **{
        f"{verb}_{kind}": (f"{kind}.{verb}d",)
        for verb in ("create", "update", "delete")
        for kind in ("client", "invoice", "quote")
    },
    "create_payment": ("payment.created",),
    "delete_payment": ("payment.deleted",),
    **{f"create_{kind}": (f"{kind}.created",) for kind in ("vendor", "expense", "task")},
    **{
        f"update_{kind}": (f"{kind}.updated", f"{kind}.restored", f"{kind}.deleted")
        for kind in ("vendor", "expense", "task")
    },
    "delete_vendor": ("vendor.archived", "vendor.deleted"),
    **{f"delete_{kind}": (f"{kind}.deleted",) for kind in ("expense", "task")},
    "approve_quote": ("quote.approved",),
}

MORE: Mapping[str, tuple[str, ...]] = {
    "invoice": ("sent", "emailed", "viewed", "paid", "overdue", "bounced", "reminder_sent", "recurring_sent"),
    "quote": ("sent", "emailed", "viewed", "approved", "expired", "bounced"),
    "payment": ("refunded", "refund_failed", "failed", "completed", "disputed", "unmatched"),
}
"""What happens to records beside the changes of state. Some names wait for the part that tells of them."""

ALERTING = frozenset(
    {
        "invoice.viewed", "quote.viewed", "quote.approved", "invoice.bounced", "quote.bounced",
        "payment.created", "payment.failed",
    }
)  # fmt: skip
"""Events of which users may want to be mailed (http.md 8.9), besides those that mail clients anyway."""
INTERNAL = frozenset({"receipt_requested", "upsert_requested", "email_requested"})
"""Events that only ask for a side effect."""


def names_of(kinds: Iterable[str]) -> list[str]:
    """All public events of these kinds of records."""
    found: list[str] = []
    for kind in kinds:
        found += [f"{kind}.{happened}" for happened in (*STATES, *MORE.get(kind, ()))]
    return found


def is_public(name: str) -> bool:
    kind, _, happened = name.partition(".")
    return happened not in INTERNAL and kind != "hook"


def heard_names(event: str) -> tuple[str, ...]:
    """The events that a registration under this name hears."""
    return V4.get(event, (event,))


def listen(head: Head, hook: int, event: str) -> None:
    """Have a hook hear an event, and no other; empty means none."""
    rest = {name: [known for known in ids if known != hook] for name, ids in head.hooks.items()}
    for name in heard_names(event) if event else ():
        rest[name] = sorted([*rest.get(name, []), hook])
    head.hooks = {name: ids for name, ids in sorted(rest.items()) if ids}


def listeners(head: Head, name: str) -> list[int]:
    if not head.hooks or not is_public(name):
        return []
    return sorted({*head.hooks.get(name, ()), *head.hooks.get(ALL, ())})


def address(work: Work, event: Event, record: Record) -> None:
    """Note who listens to an event, with the records that its notice shows around its own."""
    ids = listeners(work.head, event.name)
    if event.due is None and (ids or _alerts(work.head, event)):
        event.due = work.context.now
    if not ids:
        return
    event.body["hooks"] = ids
    related: Data = {}
    for shape, number in _around(record):
        found = work.find(shape, number) if number else None
        if found is not None:
            related[shape.kind] = snapshot(shape, found)
    if related:
        event.body["related"] = related


def _alerts(head: Head, event: Event) -> bool:
    """Whether users are to be mailed of an event: of payments online ones only, which say what came."""
    if event.name not in ALERTING:
        return False
    if event.name == "payment.created":
        return bool(event.body.get("online"))
    return bool(head.watchers) or not event.name.endswith(".viewed")


def watch(head: Head, user: Record) -> None:
    """Note whether a user wants to hear of views. Most do not, so views need not be made due for nobody."""
    wants = user.is_active and user.data["notify_viewed"]
    head.watchers = sorted({*head.watchers, user.id}) if wants else [n for n in head.watchers if n != user.id]


def before(work: Work, name: str, **fields: Any) -> Data:
    """What v4's notice of an event shows as it was before the change, if anybody listens."""
    return {"before": fields} if listeners(work.head, name) else {}


def _around(record: Record) -> list[tuple[Shape, int]]:
    around = [(CLIENT, record.client)]
    if record.kind == "payment":
        around.append((INVOICE, record.data["invoice_id"]))
    return around


def snapshot(shape: Shape, record: Record) -> Data:
    """A record as an event keeps it; `row` holds what a stored record has outside its body."""
    kept: Data = {"id": record.id, "record": shape.sparse(record.data)}
    row = {
        name: value
        for name, value in (
            ("owner", record.owner),
            ("state", record.state),
            ("client", record.client),
            ("subtype", record.subtype),
            ("status", record.status),
            ("updated", record.updated),
            ("balance", _text(record.balance)),
            ("paid", _text(record.paid)),
        )
        if value
    }
    return {**kept, "row": row}


def _text(amount: Decimal | None) -> str:
    return decimal_text(amount) if amount else ""


def restored(kind: str, kept: Mapping[str, Any], updated: int) -> Record:
    """The record of a snapshot, as it was read back then."""
    row = dict(kept.get("row", {}))
    for name in ("balance", "paid"):
        row[name] = Decimal(row[name]) if name in row else None
    return Record(kind, kept["id"], dict(kept["record"]), **{"updated": updated, **row})


def kind_of(name: str) -> str:
    """The kind of the record that an event is about; quotes are stored as invoices."""
    kind = name.partition(".")[0]
    return "invoice" if kind == "quote" else kind
