"""The list parameters of requests, as selections.

Values of v4's own parameters that make no sense are ignored, as in v4; those of the further ones are refused,
since a filter that silently does not filter shows too much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from chalicelib.errors import InvalidInput
from chalicelib.operations.coerce import day, integral, loose_truth, plain_text, strict_number
from chalicelib.operations.context import Context
from chalicelib.operations.criteria import Criteria
from chalicelib.operations.dates import DEFAULT_FORM
from chalicelib.operations.filterable import INDEXED_SORTS, STATES, Filterable
from chalicelib.operations.selection import ALL_STATES, ALL_SUBTYPES, INDEXED_ORDERS, Selection
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD, TEMPLATE
from chalicelib.resources.declare import Resource
from chalicelib.store import codec
from chalicelib.store.record import ACTIVE

V4_PARAMETERS = (
    "client_id", "email", "filter_active", "id_number", "invoice_number", "invoice_type_id", "is_recurring",
    "status_id", "updated_at",
)  # fmt: skip
PARAMETERS: Final = ("balance_gt", "date_from", "date_to", "due_before", "filter", "sort", "status")
"""Those beyond v4."""
LONGEST_FILTER = 255
HIGHEST_BALANCE = Decimal(10) ** 15


def select(context: Context, resource: Resource, params: Mapping[str, Any]) -> Selection:
    """Common filters of every list, then those of clients and invoices. InvalidInput: see above."""
    kind = resource.kind
    selection = Selection(
        resource.shape,
        Criteria(resource.shape, resource.filters, context.today),
        order="created" if resource.order == "id" else resource.order,
        descending=resource.order in INDEXED_ORDERS,
        client=max(0, integral(params.get("client_id"))) if resource.by_client else 0,
        states=frozenset({ACTIVE}) if loose_truth(params.get("filter_active")) else ALL_STATES,
        owner=0 if context.is_admin or f"view_{kind}" in context.permissions else context.user,
        since=max(0, integral(params.get("updated_at"))),
    )
    if any(params.get(name) not in (None, "") for name in PARAMETERS):
        selection = _narrowed(selection, resource.filters, params)
    if kind == "client":
        selection = _clients(context, selection, params)
    if kind == "invoice":
        selection = _invoices(context, selection, params)
    return replace(selection, asked=_asked(params))


def quotes(selection: Selection) -> Selection:
    return replace(selection, subtypes=frozenset({QUOTE}), status=0, ids=None)


def _asked(params: Mapping[str, Any]) -> str:
    sent = [(name, params[name]) for name in (*V4_PARAMETERS, *PARAMETERS) if params.get(name)]
    return repr(sent) if sent else ""


# ---- beyond v4
def _narrowed(selection: Selection, filters: Filterable, params: Mapping[str, Any]) -> Selection:
    sent = {name: _text(params, name) for name in PARAMETERS}
    for name in PARAMETERS:
        if sent[name] and name not in filters.parameters:
            raise InvalidInput.of(name, "This list has no such filter.")
    criteria = replace(
        selection.criteria,
        text=sent["filter"],
        date_from=_day("date_from", sent),
        date_to=_day("date_to", sent),
        due_before=_day("due_before", sent),
    )
    selection = _balanced(replace(selection, criteria=criteria), sent["balance_gt"])
    selection = _with_status(selection, filters, sent["status"])
    return _sorted(selection, filters, sent["sort"])


def _text(params: Mapping[str, Any], name: str) -> str:
    value = params.get(name)
    try:
        if name == "status" and isinstance(value, list):
            value = ",".join(map(plain_text, value))
        found = plain_text(value).strip()
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None
    if len(found) > LONGEST_FILTER:
        raise InvalidInput.of(name, f"The value is longer than {LONGEST_FILTER} characters.")
    return found


def _day(name: str, sent: Mapping[str, str]) -> str:
    try:
        return str(day(sent[name], DEFAULT_FORM))
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None


def _balanced(selection: Selection, sent: str) -> Selection:
    if not sent:
        return selection
    try:
        bound = strict_number(sent)
    except ValueError as error:
        raise InvalidInput.of("balance_gt", str(error)) from None
    if abs(bound) > HIGHEST_BALANCE:
        raise InvalidInput.of("balance_gt", "The number is too large.")
    # Clients' balances are kept outside the body; those who never had one have no such attribute.
    if selection.kind == "client" and bound >= 0:
        return replace(selection, above=bound)
    return replace(selection, criteria=replace(selection.criteria, balance_gt=bound))


def _with_status(selection: Selection, filters: Filterable, sent: str) -> Selection:
    """Words of the record's state and further ones: one of each sort must hold."""
    names = list(dict.fromkeys(word.strip() for word in sent.split(",") if word.strip()))
    if unknown := [name for name in names if name not in filters.statuses]:
        known = ", ".join(filters.statuses)
        raise InvalidInput.of("status", f"The status [{unknown[0]}] is not one of: {known}.")
    states = frozenset(STATES[name] for name in names if name in STATES)
    words = tuple(filters.words[name] for name in names if name in filters.words)
    if states:
        selection = replace(selection, states=selection.states & states)
    if words and all(word.levels for word in words):
        selection = replace(selection, levels=frozenset().union(*(word.levels for word in words)))
    if any(word.test for word in words):
        selection = replace(selection, criteria=replace(selection.criteria, words=words))
    return selection


def _sorted(selection: Selection, filters: Filterable, sent: str) -> Selection:
    """`field`, `-field` or `field|desc`."""
    if not sent:
        return selection
    name, _, direction = sent.removeprefix("-").partition("|")
    if name not in filters.orders or direction.lower() not in ("", "asc", "desc"):
        raise InvalidInput.of("sort", "The order is not one of: " + ", ".join(filters.orders) + ".")
    descending = sent.startswith("-") or direction.lower() == "desc"
    return replace(selection, order=INDEXED_SORTS.get(name, name), descending=descending)


# ---- v4's own
def _clients(context: Context, selection: Selection, params: Mapping[str, Any]) -> Selection:
    for name, field in (("email", "email"), ("id_number", "id_number")):
        if params.get(name) not in (None, ""):
            from chalicelib.operations.work import Work

            found = Work(context, {}).pointed(field, str(params[name]).strip())
            return replace(selection, ids=tuple(found))
    return selection


def _invoices(context: Context, selection: Selection, params: Mapping[str, Any]) -> Selection:
    subtypes = set(ALL_SUBTYPES)
    kind = params.get("invoice_type_id")
    if kind not in (None, ""):
        subtypes &= {1: {STANDARD, TEMPLATE}, 2: {QUOTE}}.get(integral(kind), set())
    recurring = params.get("is_recurring")
    if recurring not in (None, ""):
        subtypes &= {TEMPLATE} if integral(recurring) == 1 else {STANDARD, QUOTE}
    selection = replace(selection, subtypes=frozenset(subtypes), status=integral(params.get("status_id")))
    if params.get("invoice_number") not in (None, ""):
        return replace(selection, ids=_by_number(context, str(params["invoice_number"])))
    return selection


def _by_number(context: Context, text: str) -> tuple[int, ...]:
    from chalicelib.billing.numbering import normal
    from chalicelib.operations.numbers import UNIQUE
    from chalicelib.operations.work import Work

    work = Work(context, {})
    row = work.raw(work.unique_key(UNIQUE, normal(text)))
    return (int(codec.unpack(row["b"]["B"])),) if row else ()
