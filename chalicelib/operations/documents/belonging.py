"""What a new document belongs to: an invoice, an expense, the whole account, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import InvalidInput, RecordNotFound, Unauthorized
from chalicelib.operations.coerce import truth, whole
from chalicelib.operations.documents import rows
from chalicelib.operations.shape import Shape
from chalicelib.operations.shapes.invoice import edited_as
from chalicelib.operations.work import Work
from chalicelib.store.record import Record


def is_default(body: Mapping[str, Any]) -> bool:
    try:
        return truth(body.get("is_default"))
    except ValueError as error:
        raise InvalidInput.of("is_default", str(error)) from None


def check_default(work: Work, body: Mapping[str, Any]) -> None:
    """What goes with every invoice is a setting of the account, and for those who may change settings."""
    if is_default(body) and not work.context.is_admin:
        raise Unauthorized


def parent_id(body: Mapping[str, Any]) -> tuple[Shape, int] | None:
    """The invoice or else the expense that a request names. RecordNotFound: not by an id."""
    for shape in rows.PARENTS:
        for name in (f"{shape.kind}_id", f"{shape.kind}_public_id"):
            sent = body.get(name)
            if sent not in (None, "", 0, "0"):
                try:
                    return shape, whole(sent, 1, 10**10 - 1)
                except ValueError:
                    raise RecordNotFound from None
    return None


def parent(work: Work, body: Mapping[str, Any]) -> Record | None:
    """The named record. RecordNotFound: hidden or not active. Unauthorized: not the user's to change."""
    named = parent_id(body)
    if named is None:
        return None
    found = work.get(*named)
    if not found.is_active:
        raise RecordNotFound
    if not work.context.may("edit", edited_as(found), found.owner):
        raise Unauthorized
    return found
