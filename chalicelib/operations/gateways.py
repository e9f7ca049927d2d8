"""Payment gateways of an account, for administrators; their secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import crud, vault
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes.gateway import GATEWAY, SECRETS
from chalicelib.operations.work import Work, transact
from chalicelib.store import codec
from chalicelib.store.reads import RECORDS, Range, get_row, lookup_key, query
from chalicelib.store.record import ACTIVE, Record, from_raw, partition

PLAN = Plan(GATEWAY, required=("webhook_secret",), admin_only=True)
LOOKUP = "account"
"""Finds an account's internal id by its key."""
MOST = 20


class UnknownAccount(Exception):
    """No account has this key."""


class UnknownGateway(Exception):
    """The account has no such gateway, or it is switched off."""


class Found(NamedTuple):
    """`secret` signs what the provider sends."""

    account: str
    gateway: Record
    secret: str


class Stored(NamedTuple):
    """A gateway with all its fields, its secrets sealed."""

    record: Record
    data: Data

    @property
    def number(self) -> int:
        return self.record.id


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """InvalidInput, Unauthorized."""
    crud.authorize(context, PLAN, "create")
    data = crud.read_fields(PLAN, body, creating=True)

    def decide(work: Work) -> Record:
        if work.head.total(GATEWAY.kind, state=ACTIVE) >= MOST:
            raise InvalidInput.of("provider", f"An account may have at most {MOST} gateways.")
        if work.raw(lookup_key(LOOKUP, context.account_key)) is None:
            work.add_lookup(LOOKUP, context.account_key, context.account)
        gateway = work.new(GATEWAY)
        return _store(work, gateway, data, crud.CREATED)

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """An empty secret is refused; an empty API key removes it."""
    crud.authorize(context, PLAN, "edit")
    data = crud.read_fields(PLAN, body, creating=False)
    if data.get("webhook_secret") == "":
        raise InvalidInput.of("webhook_secret", "The webhook secret field is required.")
    return transact(context, lambda work: _store(work, work.get(GATEWAY, number), data, crud.UPDATED))


def act(context: Context, number: int, action: str) -> Record:
    crud.authorize(context, PLAN, "edit")

    def decide(work: Work) -> Record:
        gateway = work.get(GATEWAY, number)
        happened = crud.move(context, gateway, action)
        return _store(work, gateway, {}, happened) if happened else gateway

    return transact(context, decide)


def require_admin(context: Context) -> None:
    if not context.is_admin:
        raise Unauthorized


def find(account_key: str, named: str) -> Found:
    """The active gateway of a webhook's address, by its id, or by its provider where there is but one.

    UnknownAccount, UnknownGateway.
    """
    row = get_row(lookup_key(LOOKUP, account_key))
    if row is None:
        raise UnknownAccount
    account: str = codec.unpack(row["b"]["B"])
    fitting = [one for one in enabled(account) if named in (str(one.number), one.data["provider"])]
    if len(fitting) == 1:
        with suppress(vault.Unreadable):
            return Found(account, fitting[0].record, secret(account, fitting[0], "webhook_secret"))
    raise UnknownGateway


def enabled(account: str) -> list[Stored]:
    """The gateways in use, by id; one query."""
    rows, _, _ = query(Range(RECORDS, partition(account, GATEWAY.kind)), None, None)
    known = [record for record in (from_raw(GATEWAY.kind, raw) for raw in rows) if record.is_active]
    full = [Stored(record, GATEWAY.full(record.data)) for record in known]
    return [one for one in full if one.data["is_enabled"]]


def secret(account: str, stored: Stored, name: str) -> str:
    """One of its secrets in the clear. Unreadable."""
    return vault.unseal(stored.data[name], place(account, stored.number, name))


def place(account: str, number: int, name: str) -> str:
    return f"{account}#gateway#{number}#{name}"


def _store(work: Work, gateway: Record, data: Data, happened: str) -> Record:
    account = work.context.account
    sealed = {
        name: vault.seal(data[name], place(account, gateway.id, name)) if data[name] else ""
        for name in SECRETS
        if name in data
    }
    gateway.data |= {**data, **sealed}
    gateway.data["has_api_key"] = bool(gateway.data["api_key"])
    work.save(GATEWAY, gateway)
    public = {name: value for name, value in gateway.data.items() if name not in SECRETS}
    told = Record(GATEWAY.kind, gateway.id, public, gateway.version, state=gateway.state, owner=gateway.owner)
    work.tell(GATEWAY, told, f"gateway.{happened}")
    return gateway
