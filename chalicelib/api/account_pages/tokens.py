"""API tokens: a user's own, and all of the account's for administrators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chalicelib.api import crud
from chalicelib.api.account_pages import answers
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import InvalidInput
from chalicelib.operations import token_records
from chalicelib.operations.browser_sessions import Visitor
from chalicelib.operations.pages import read_page
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work
from chalicelib.resources.accounts import TOKENS
from chalicelib.resources.filters import select
from chalicelib.resources.view import view
from chalicelib.store.record import ACTIVE, Record

SIZE = 100
FIELDS = ("name", "scope", "expires_at")


def show(request: Request, visitor: Visitor, _: str) -> Response:
    return _listed(request, visitor)


def create(request: Request, visitor: Visitor, _: str) -> Response:
    """The answer of the form itself shows the token, which nothing does again."""
    sent = {name: value for name, value in request.body.fields.items() if name in FIELDS}
    try:
        made = token_records.create(visitor.context, sent)
    except InvalidInput as error:
        return _listed(request, visitor, 422, errors=error.errors, sent=sent)
    return _listed(request, visitor, made=made)


def revoke(request: Request, visitor: Visitor, key: str) -> Response:
    token_records.act(visitor.context, crud.public_id(key), "archive")
    return answers.to(request, "/tokens", "revoked")


def _listed(
    request: Request,
    visitor: Visitor,
    status: int = 200,
    made: Record | None = None,
    errors: dict[str, list[str]] | None = None,
    sent: dict[str, Any] | None = None,
) -> Response:
    """The tokens that count, newest first."""
    context = visitor.context
    selection = replace(select(context, TOKENS, {}), states=frozenset({ACTIVE}))
    found, cursor = read_page(context, selection, 0, SIZE, str(request.query.get("cursor") or ""))
    rows = [view.fields for view in view(context, TOKENS, found.records, {})]
    alive = [row for row in rows if row["archived_at"] is None]
    return answers.page(
        request, visitor, "tokens", status,
        rows=alive, holders=_holders(visitor, alive), cursor=cursor, now=context.now,
        made=made.data[token_records.ONCE] if made else "",
        errors=errors or {}, sent={name: str((sent or {}).get(name, "")) for name in FIELDS},
    )  # fmt: skip


def _holders(visitor: Visitor, rows: list[dict[str, Any]]) -> dict[int, str]:
    """The addresses of the tokens' users."""
    known, work = {visitor.user.id: visitor.user.data["email"]}, Work(visitor.context, {})
    others = {row["user_id"] for row in rows} - known.keys()
    work.fetch(work.key(USER.kind, number) for number in others)
    found = {number: work.find(USER, number) for number in others}
    return known | {number: user.data["email"] for number, user in found.items() if user}
