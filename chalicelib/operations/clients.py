"""Clients with their contacts, which are records of their own and copied into the client's body."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from typing import Any

from chalicelib.errors import InvalidInput, RecordNotFound
from chalicelib.operations import crud, notices
from chalicelib.operations.coerce import loose_truth, whole
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.numbers import take_client_number
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, CONTACT, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

PLAN = Plan(CLIENT, activities={"created": 1, "archived": 2, "deleted": 3, "restored": 26})
CONTACT_PLAN = Plan(
    CONTACT,
    required=("first_name", "last_name", "email", "client_id"),
    required_update=("first_name", "last_name", "email"),
    deletable=False,
)
MOST_CONTACTS = 40
MOST_CONTACT_CHANGES = 90
"""Rows of contacts and their look-ups in one commit, which has to hold the client and its events as well."""
CODES = (
    ("currency_code", "currency_id"),
    ("country_code", "country_id"),
    ("shipping_country_code", "shipping_country_id"),
)


def create(context: Context, body: Mapping[str, Any]) -> Record:
    crud.authorize(context, PLAN, "create")
    return transact(context, lambda work: add(work, body))


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    def decide(work: Work) -> Record:
        work.fetch((work.key("client", number), work.key("account", SETTINGS_ID)))
        client = work.get(CLIENT, number)
        return change(work, client, body)

    return transact(context, decide)


def act(context: Context, number: int, action: str) -> Record:
    def decide(work: Work) -> Record:
        client = work.get(CLIENT, number)
        crud.authorize(context, PLAN, "edit", client.owner)
        happened = crud.move(context, client, action)
        if happened:
            work.save(CLIENT, client)
            announce(work, client, happened)
        return client

    return transact(context, decide)


def add(work: Work, body: Mapping[str, Any]) -> Record:
    """A new client within a larger decision."""
    settings = work.load(ACCOUNT, SETTINGS_ID).data
    data = crud.read_fields(PLAN, body, creating=True) | _ids_of_codes(body)
    rows = contact_rows(body, creating=True)
    client = work.new(CLIENT)
    client.data |= {"payment_terms": settings["payment_terms"]} | data
    _number(work, settings, client, creating=True)
    _merge_contacts(work, client, rows if rows is not None else [{}], creating=True)
    work.save(CLIENT, client)
    announce(work, client, crud.CREATED)
    return client


def change(work: Work, client: Record, body: Mapping[str, Any]) -> Record:
    """An edit within a larger decision. Only what is sent changes; a list of contacts replaces the list."""
    crud.authorize(work.context, PLAN, "edit", client.owner)
    data = crud.read_fields(PLAN, body, creating=False) | _ids_of_codes(body)
    rows = contact_rows(body, creating=False)
    if client.is_deleted:
        return client
    before, contacts = client.data["id_number"], [dict(row) for row in client.data["contacts"]]
    client.data |= data
    _number(work, work.load(ACCOUNT, SETTINGS_ID).data, client, creating=False, before=before)
    if rows is not None:
        _merge_contacts(work, client, rows, creating=False)
    work.save(CLIENT, client)
    announce(work, client, crud.UPDATED, **notices.before(work, "client.updated", contacts=contacts))
    return client


def announce(work: Work, client: Record, happened: str, **body: Any) -> None:
    crud.announce(work, PLAN, client, happened, client=client.id, **body)


def display_name(data: Mapping[str, Any]) -> str:
    """The client's name, else its primary contact's, else that contact's address."""
    if data.get("name"):
        return str(data["name"])
    contacts = data.get("contacts") or ()
    first = next((row for row in contacts if row.get("is_primary")), contacts[0] if contacts else {})
    full = f"{first.get('first_name', '')} {first.get('last_name', '')}".strip()
    return full or str(first.get("email", ""))


def _ids_of_codes(body: Mapping[str, Any]) -> Data:
    """Static ids from ISO codes; unknown codes are ignored, as in v4."""
    found: Data = {}
    for code, name in CODES:
        if isinstance(body.get(code), str) and name not in body:
            from chalicelib import data

            look_up = data.currency_id_by_code if code == "currency_code" else data.country_id_by_code
            number = look_up(body[code])
            if number:
                found[name] = number
    return found


def _number(work: Work, settings: Data, client: Record, creating: bool, before: str = "") -> None:
    """Give and check `id_number` where the account numbers its clients (billing 3.5)."""
    counting = work.head.numbers.get("client", 0) > 0
    if counting and not client.data["id_number"]:
        client.data["id_number"] = take_client_number(work, settings, client.data)
    elif counting and client.data["id_number"].lower() != before.lower():
        holders = set(work.pointed("id_number", client.data["id_number"])) - {client.id}
        if holders:
            raise InvalidInput.of("id_number", "The id number has already been taken.")
    if counting and creating:
        work.head.numbers["client"] += 1
    work.point("id_number", [before], [client.data["id_number"]], client.id)


# ---- contacts
def contact_rows(body: Mapping[str, Any], creating: bool) -> list[Data] | None:
    """The sent contacts, primary first, each with `id` where it names one. None: no list was sent."""
    if body.get("contact"):
        sent, name = [body["contact"]], "contact"
    elif body.get("contacts") is not None:
        sent, name = body["contacts"], "contacts"
    else:
        return None
    if isinstance(sent, list | dict) and len(sent) > MOST_CONTACTS:
        raise InvalidInput.of("contacts", f"A client may not have more than {MOST_CONTACTS} contacts.")
    rows = CONTACT.read_rows(name, sent, "", creating)
    entries = list(sent.values()) if isinstance(sent, dict) else sent or []
    pairs = primary_first(entries, rows)
    return [{**row, "id": 0 if creating else named_contact(entry)} for entry, row in pairs]


def primary_first(entries: list[Data], rows: list[Data]) -> list[tuple[Data, Data]]:
    """Sent entries with what was read of them, stably sorted so that primary contacts come first."""
    return sorted(zip(entries, rows, strict=False), key=cmp_to_key(_compare))


def _compare(left: tuple[Data, Data], right: tuple[Data, Data]) -> int:
    if "is_primary" not in left[0] or "is_primary" not in right[0]:
        return 0
    return int(loose_truth(right[0]["is_primary"])) - int(loose_truth(left[0]["is_primary"]))


def named_contact(entry: Data) -> int:
    """The id of an existing contact; null, 0 and negative ids mean a new one."""
    try:
        return max(0, whole(entry.get("id") or entry.get("public_id")))
    except ValueError as error:
        raise InvalidInput.of("contacts", str(error)) from None


def _merge_contacts(work: Work, client: Record, rows: list[Data], creating: bool) -> None:
    old = {row["id"]: row for row in client.data["contacts"]}
    work.fetch(work.key("contact", number) for number in old)
    kept: list[Record] = []
    for position, row in enumerate(rows):
        number = row.pop("id", 0)
        if number and number not in old:
            raise RecordNotFound
        if number and number in {contact.id for contact in kept}:
            raise InvalidInput.of("contacts", "The list names a contact twice.")
        contact = work.load(CONTACT, number) if number else new_contact(work, client)
        contact.data |= {**row, "is_primary": position == 0}
        kept.append(contact)
    gone = set(old) - {contact.id for contact in kept}
    _check_changes(client, kept, gone)
    for number in gone:
        contact = work.load(CONTACT, number)
        crud.move(work.context, contact, "archive")
        work.save(CONTACT, contact)
    for contact in kept:
        work.save(CONTACT, contact)
    copy_contacts(work, client, [], kept)


def _check_changes(client: Record, kept: list[Record], gone: set[int]) -> None:
    before = {row["email"].lower() for row in client.data["contacts"]}
    moved = before ^ {contact.data["email"].lower() for contact in kept}
    if len(kept) > MOST_CONTACTS:
        raise InvalidInput.of("contacts", f"A client may not have more than {MOST_CONTACTS} contacts.")
    if len(kept) + len(gone) + len(moved) > MOST_CONTACT_CHANGES:
        raise InvalidInput.of("contacts", "Too many contacts change at once.")


def new_contact(work: Work, client: Record) -> Record:
    contact = work.new(CONTACT, client=client.id)
    contact.data["contact_key"] = work.context.new_key()
    return contact


def copy_contacts(work: Work, client: Record, rows: list[Data], changed: list[Record]) -> None:
    """Set the client's copy of its active contacts and move the look-up by address.

    `rows` are copies that stay as they are, `changed` the saved contacts whose copies are made anew.
    """
    before = [row["email"] for row in client.data["contacts"]]
    made = [
        {**contact.data, "id": contact.id, "updated_at": contact.updated, "owner": contact.owner}
        for contact in changed
        if contact.is_active
    ]
    client.data["contacts"] = sorted([*rows, *made], key=lambda row: row["id"])
    work.point("email", before, [row["email"] for row in client.data["contacts"]], client.id)
