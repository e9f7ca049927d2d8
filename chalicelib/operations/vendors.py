"""Vendors with their contacts, which live inside them (resources.md 5.14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import RecordNotFound
from chalicelib.operations import crud, notices
from chalicelib.operations.clients import named_contact, primary_first
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.shape import (
    Data,
    Shape,
    address,
    custom_values,
    kept,
    long_text,
    shown,
    static_id,
    text,
)
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

VENDOR_CONTACT = Shape(
    "vendor_contact",
    (
        shown("id", 0),
        text("first_name"),
        text("last_name"),
        text("email", trim=True),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_primary", False),
        text("phone"),
        kept("owner", 0),
    ),
)
VENDOR = Shape(
    "vendor",
    (
        shown("id", 0),
        text("name"),
        shown("balance", "0", number=True),
        shown("paid_to_date", "0", number=True),
        shown("updated_at", 0),
        shown("archived_at", None),
        *address(),
        text("work_phone"),
        long_text("private_notes"),
        shown("last_login"),
        text("website"),
        shown("is_deleted", False),
        text("vat_number"),
        text("id_number"),
        static_id("currency_id", "currencies"),
        *custom_values(),
        text("transaction_name", hidden=True),
        kept("created_at", 0),
    ),
    children={"vendor_contacts": VENDOR_CONTACT},
)
PLAN = Plan(VENDOR, required=("name",), required_update=("name",))


def create(context: Context, body: Mapping[str, Any]) -> Record:
    crud.authorize(context, PLAN, "create")

    return transact(context, lambda work: add(work, body))


def add(work: Work, body: Mapping[str, Any]) -> Record:
    """A new vendor within a larger decision."""
    data = crud.read_fields(PLAN, body, creating=True)
    rows = _rows(body, creating=True)
    vendor = work.new(VENDOR)
    vendor.data |= data
    _merge(work, vendor, rows if rows is not None else [{}])
    work.save(VENDOR, vendor)
    crud.announce(work, PLAN, vendor, crud.CREATED)
    return vendor


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """Only what is sent changes; a list of contacts replaces the list, matched by id."""

    def decide(work: Work) -> Record:
        vendor = work.get(VENDOR, number)
        crud.authorize(context, PLAN, "edit", vendor.owner)
        data = crud.read_fields(PLAN, body, creating=False)
        rows = _rows(body, creating=False)
        if vendor.is_deleted:
            return vendor
        contacts = [dict(row) for row in vendor.data["vendor_contacts"]]
        vendor.data |= data
        if rows is not None:
            _merge(work, vendor, rows)
        work.save(VENDOR, vendor)
        before = notices.before(work, "vendor.updated", vendor_contacts=contacts)
        crud.announce(work, PLAN, vendor, crud.UPDATED, **before)
        return vendor

    return transact(context, decide)


def _rows(body: Mapping[str, Any], creating: bool) -> list[Data] | None:
    """The sent contacts, primary first; None: no list was sent."""
    if body.get("vendor_contact"):
        sent, name = [body["vendor_contact"]], "vendor_contact"
    elif body.get("vendor_contacts") is not None:
        sent, name = body["vendor_contacts"], "vendor_contacts"
    else:
        return None
    rows = VENDOR_CONTACT.read_rows(name, sent, "", creating)
    entries = list(sent.values()) if isinstance(sent, dict) else sent or []
    pairs = primary_first(entries, rows)
    return [{**row, "id": 0 if creating else named_contact(entry)} for entry, row in pairs]


def _merge(work: Work, vendor: Record, rows: list[Data]) -> None:
    old = {row["id"]: row for row in vendor.data["vendor_contacts"]}
    merged = []
    for position, row in enumerate(rows):
        number = row.pop("id", 0)
        if number and number not in old:
            raise RecordNotFound
        base = old.get(number) or VENDOR_CONTACT.full({"owner": work.context.user})
        fresh = {"id": number or work.head.next_id(VENDOR_CONTACT.kind), "updated_at": work.context.now}
        merged.append({**base, **row, **fresh, "is_primary": position == 0})
    vendor.data["vendor_contacts"] = sorted(merged, key=lambda row: row["id"])
