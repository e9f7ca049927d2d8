"""Whom a new document is for: an address, a nested client or an id (http.md 1.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.errors import ClientNotFound, InvalidInput, RecordNotFound, Unauthorized
from chalicelib.operations import clients
from chalicelib.operations.coerce import plain_text, whole
from chalicelib.operations.shapes import CLIENT
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
CLIENT_FIELDS = (
    "name", "address1", "address2", "city", "state", "postal_code", "country_id", "private_notes",
    "currency_code", "country_code",
)  # fmt: skip
CONTACT_FIELDS = ("first_name", "last_name", "phone")


def resolve(work: Work, body: Mapping[str, Any]) -> Record:
    """The client of a new document; an address wins over a nested client, that over `client_id`.

    ClientNotFound: no active client has the id. InvalidInput: a malformed address.
    """
    if body.get("email"):
        return _by_address(work, body)
    if isinstance(body.get("client"), dict):
        return nested(work, body["client"])
    return _active(work, body.get("client_id"))


def is_address(text: str) -> bool:
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def nested(work: Work, sent: Mapping[str, Any]) -> Record:
    """The client that a nested object names, changed by its other fields; without an id a new one."""
    named = sent.get("id") or sent.get("public_id")
    try:
        number = whole(named)
    except ValueError as error:
        raise InvalidInput.of("client.id", str(error)) from None
    try:
        return _saved(work, sent, number)
    except InvalidInput as refused:
        raise InvalidInput({f"client.{name}": texts for name, texts in refused.errors.items()}) from None


def _saved(work: Work, sent: Mapping[str, Any], number: int) -> Record:
    if number <= 0:
        if not work.context.may("create", "client"):
            raise Unauthorized
        return clients.add(work, sent)
    client = _active(work, number)
    if set(sent) - {"id", "public_id"}:
        clients.change(work, client, sent)
    return client


def _active(work: Work, sent: Any) -> Record:
    try:
        number = 0 if sent is True else whole(sent, 1)
    except ValueError:
        raise ClientNotFound from None
    client = work.find(CLIENT, number)
    if client is None or not client.is_active or not work.context.may("view", "client", client.owner):
        raise ClientNotFound
    return client


def _by_address(work: Work, body: Mapping[str, Any]) -> Record:
    """The first active client with a contact of this address, else a new client with that contact."""
    try:
        address = plain_text(body["email"]).strip()
    except ValueError as error:
        raise InvalidInput.of("email", str(error)) from None
    ids = work.pointed("email", address)
    work.fetch(work.key("client", number) for number in ids)
    for number in ids:
        try:
            client = work.get(CLIENT, number)
        except RecordNotFound:
            continue
        if client.is_active:
            return client
    if not is_address(address):
        raise InvalidInput.of("email", "The email format is invalid.")
    if not work.context.may("create", "client"):
        raise Unauthorized
    made = {name: body[name] for name in CLIENT_FIELDS if body.get(name) is not None}
    contact = {name: body[name] for name in CONTACT_FIELDS if body.get(name) is not None}
    return clients.add(work, {**made, "contact": {**contact, "email": address}})
