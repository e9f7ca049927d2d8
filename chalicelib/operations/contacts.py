"""Contacts on their own; every change goes into the client's copy too, in the same commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import crud
from chalicelib.operations.clients import CONTACT_PLAN as PLAN
from chalicelib.operations.clients import MOST_CONTACTS, copy_contacts, edit_contact, new_contact
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import CLIENT, CONTACT
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

CLEAR = "clear_bounce"
"""The action that lets mail go to an address again that it once came back from."""


def create(context: Context, body: Mapping[str, Any]) -> Record:
    crud.authorize(context, PLAN, "create")

    def decide(work: Work) -> Record:
        data = crud.read_fields(PLAN, body, creating=True)
        client = crud.named_client(work, body["client_id"])
        if len(client.data["contacts"]) >= MOST_CONTACTS:
            raise InvalidInput.of("client_id", f"A client may not have more than {MOST_CONTACTS} contacts.")
        contact = new_contact(work, client)
        contact.data |= {**data, "is_primary": not client.data["contacts"]}
        _store(work, client, contact)
        crud.announce(work, PLAN, contact, crud.CREATED)
        return contact

    return transact(context, decide)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    def decide(work: Work) -> Record:
        contact = work.get(CONTACT, number)
        crud.authorize(context, PLAN, "edit", contact.owner)
        edit_contact(contact, crud.read_fields(PLAN, body, creating=False))
        _store(work, work.load(CLIENT, contact.client), contact)
        crud.announce(work, PLAN, contact, crud.UPDATED)
        return contact

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    def decide(work: Work) -> Record:
        contact = work.get(CONTACT, number)
        crud.authorize(context, PLAN, "edit", contact.owner)
        happened = _clear(contact) if action == CLEAR else crud.move(context, contact, action, False)
        if happened:
            _store(work, work.load(CLIENT, contact.client), contact)
            crud.announce(work, PLAN, contact, happened)
        return contact

    return transact(context, decide)


def _clear(contact: Record) -> str:
    happened = crud.UPDATED if contact.data["bounced"] else ""
    contact.data["bounced"] = ""
    return happened


def _store(work: Work, client: Record, contact: Record) -> None:
    work.save(CONTACT, contact)
    others = [row for row in client.data["contacts"] if row["id"] != contact.id]
    copy_contacts(work, client, others, [contact])
    work.save(CLIENT, client)
