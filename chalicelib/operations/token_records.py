"""API tokens as users manage them: made, renamed and revoked; the secret is shown when it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized, UnsupportedAction
from chalicelib.operations import crud, tokens
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import TOKEN, USER
from chalicelib.operations.work import Work, transact
from chalicelib.store import marks
from chalicelib.store.reads import get_rows, lookup_key, record_key
from chalicelib.store.record import Record, from_raw

PLAN = Plan(TOKEN, required=("name",), required_update=("name",), deletable=False)
OWNER = 1
ACTIONS = ("archive", "delete")
ONCE = "token"
"""The field that holds the clear token in the answer of its creation, and nowhere else."""


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A new random token, for oneself unless an administrator names another user by `user_id`.

    Unauthorized: the token would be able to do more than its maker's. InvalidInput.
    """
    data = crud.read_fields(PLAN, body, creating=True)
    data["expires_at"] = _expiry(context, data.get("expires_at"))

    def decide(work: Work) -> Record:
        user = _holder(work, body.get("user_id"))
        token = context.new_key()
        record = work.new(TOKEN)
        record.data |= data | {"name": data["name"] or tokens.DEFAULT_NAME}
        tokens.add(work, record, context.account_key, user.id, token)
        crud.announce(work, PLAN, _public(record), crud.CREATED)
        return replace(record, data={**record.data, ONCE: token})

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """A new name. The device that logged in under the old one keeps its token."""
    data = crud.read_fields(PLAN, body, creating=False)

    def decide(work: Work) -> Record:
        record = work.get(TOKEN, number)
        record.data |= data
        work.save(TOKEN, record)
        crud.announce(work, PLAN, _public(record), crud.UPDATED)
        return record

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    """Revoke a token by archiving or deleting it, for good. UnsupportedAction: a restore, too."""
    if action not in ACTIONS:
        raise UnsupportedAction(action)

    def decide(work: Work) -> Record:
        record = work.get(TOKEN, number)
        happened = crud.move(context, record, action, PLAN.deletable)
        if happened:
            work.save(TOKEN, record)
            crud.announce(work, PLAN, _public(record), happened)
        return record

    return transact(context, decide)


def with_state(context: Context, records: Sequence[Record]) -> list[Record]:
    """The records with what stands beside them: their last use, and their end by their user's epoch."""
    marked = {record.id: lookup_key(tokens.LOOKUP, record.data["hash"]) for record in records}
    holders = {record.owner: record_key(context.account, USER.kind, record.owner) for record in records}
    rows = get_rows([*marked.values(), *holders.values()])

    def shown(record: Record) -> Record:
        mark, holder = rows[marked[record.id]], rows[holders[record.owner]]
        data: Data = {**record.data, "last_used": (marks.of(mark) if mark else 0) or None}
        user = USER.full(from_raw(USER.kind, holder).data if holder else {})
        if data.get("archived_at") is None and data.get("epoch", 0) != user["epoch"]:
            data["archived_at"] = user["revoked_at"]
        return replace(record, data=data)

    return [shown(record) for record in records]


def _expiry(context: Context, sent: int | None) -> int | None:
    """When the token ends: in the future, and not after that of its maker's own token."""
    if sent is not None and sent <= context.now:
        raise InvalidInput.of("expires_at", "The expires at must lie in the future.")
    if context.expires and (sent is None or sent > context.expires):
        if sent is not None:
            raise Unauthorized
        return context.expires
    return sent


def _holder(work: Work, sent: Any) -> Record:
    """The user whom the token will speak for; nobody but the owner speaks for the owner."""
    context = work.context
    try:
        number = whole(sent, 0, 10**10 - 1) or context.user
    except ValueError as error:
        raise InvalidInput.of("user_id", str(error)) from None
    if number != context.user and (not context.is_admin or number == OWNER):
        raise Unauthorized
    user = work.find(USER, number)
    if user is None or not user.is_active:
        raise InvalidInput.of("user_id", "The selected user does not exist.")
    return user


def _public(token: Record) -> Record:
    """The token without what finds or derives it, as events may show it."""
    hidden: Data = {"hash": "", "nonce": ""}
    return replace(token, data={**token.data, **hidden})
