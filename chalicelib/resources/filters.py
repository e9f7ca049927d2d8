"""The list parameters of requests, as selections. Values that make no sense are ignored, as in v4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.billing.numbering import normal
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.context import Context
from chalicelib.operations.numbers import UNIQUE
from chalicelib.operations.selection import ALL_SUBTYPES, Selection
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD, TEMPLATE
from chalicelib.operations.work import Work
from chalicelib.resources.declare import Resource
from chalicelib.store import codec


def select(context: Context, resource: Resource, params: Mapping[str, Any]) -> Selection:
    """Common filters of every list, then those of clients and invoices."""
    kind = resource.kind
    selection = Selection(
        kind,
        order=resource.order,
        client=max(0, number(params.get("client_id"))) if resource.by_client else 0,
        active=loose_truth(params.get("filter_active")),
        owner=0 if context.is_admin or f"view_{kind}" in context.permissions else context.user,
        since=max(0, number(params.get("updated_at"))),
    )
    if kind == "client":
        return _clients(context, selection, params)
    if kind == "invoice":
        return _invoices(context, selection, params)
    return selection


def quotes(selection: Selection) -> Selection:
    return replace(selection, subtypes=frozenset({QUOTE}), status=0, ids=None)


def number(value: Any, default: int = 0) -> int:
    text = str(value).strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else default


def _clients(context: Context, selection: Selection, params: Mapping[str, Any]) -> Selection:
    for name, field in (("email", "email"), ("id_number", "id_number")):
        if params.get(name) not in (None, ""):
            found = Work(context, {}).pointed(field, str(params[name]).strip())
            return replace(selection, ids=tuple(found))
    return selection


def _invoices(context: Context, selection: Selection, params: Mapping[str, Any]) -> Selection:
    subtypes = set(ALL_SUBTYPES)
    kind = params.get("invoice_type_id")
    if kind not in (None, ""):
        subtypes &= {1: {STANDARD, TEMPLATE}, 2: {QUOTE}}.get(number(kind), set())
    recurring = params.get("is_recurring")
    if recurring not in (None, ""):
        subtypes &= {TEMPLATE} if number(recurring) == 1 else {STANDARD, QUOTE}
    selection = replace(selection, subtypes=frozenset(subtypes), status=number(params.get("status_id")))
    if params.get("invoice_number") not in (None, ""):
        return replace(selection, ids=_by_number(context, str(params["invoice_number"])))
    return selection


def _by_number(context: Context, text: str) -> tuple[int, ...]:
    work = Work(context, {})
    row = work.raw(work.unique_key(UNIQUE, normal(text)))
    return (int(codec.unpack(row["b"]["B"])),) if row else ()
