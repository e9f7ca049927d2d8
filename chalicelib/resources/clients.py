"""Clients and contacts."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.billing.money import decimal_text
from chalicelib.operations import activities, clients, contacts
from chalicelib.operations.context import Context
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.lists import of_client
from chalicelib.operations.shape import Data, number
from chalicelib.operations.shapes import CLIENT, CONTACT
from chalicelib.resources.declare import Include, Resource, bodiless, embedded
from chalicelib.resources.money import CREDITS, credits_of
from chalicelib.store.record import Record


def _totals(shown: Data, record: Record, _: Context) -> None:
    shown["display_name"] = clients.display_name(record.data)
    shown["balance"] = number(decimal_text(record.balance)) if record.balance else 0
    shown["paid_to_date"] = number(decimal_text(record.paid)) if record.paid else 0


def _activity_id(shown: Data, record: Record, _: Context) -> None:
    shown["id"], shown["client_id"] = record.data["id"], record.data["client_id"]


def _contact(client: Record, _: int, row: Data) -> Record:
    return Record(
        "contact", row["id"], row, updated=row["updated_at"], owner=row.get("owner", 0), client=client.id
    )


def _invoices() -> Resource:
    from chalicelib.resources.invoices import INVOICES

    return INVOICES


def _invoices_of(context: Context, records: Sequence[Record]) -> list[list[Record]]:
    return [of_client(context, "invoice", client.id, active_only=True) for client in records]


ACTIVITIES = Resource("activities", activities.ACTIVITY, compute=_activity_id, bare=True)

CONTACTS = Resource(
    "contacts",
    CONTACT,
    clients.CONTACT_PLAN,
    order="created",
    by_client=True,
    create=contacts.create,
    update=contacts.update,
    act=bodiless(contacts.act),
    filters=Filterable(
        text=("first_name+last_name", "email", "phone", "custom_value1", "custom_value2"),
        sorts=("first_name", "last_name", "email", "client_id"),
    ),
)

CLIENTS = Resource(
    "clients",
    CLIENT,
    clients.PLAN,
    compute=_totals,
    includes={
        "contacts": Include(lambda: CONTACTS, embedded("contacts", _contact), default=True),
        "invoices": Include(_invoices, _invoices_of),
        "credits": Include(lambda: CREDITS, credits_of),
        "activities": Include(
            lambda: ACTIVITIES,
            lambda context, records: [activities.of_client(context, client.id) for client in records],
        ),
    },
    create=clients.create,
    update=clients.update,
    act=bodiless(clients.act),
    filters=Filterable(
        text=(
            "name",
            "id_number",
            "vat_number",
            "public_notes",
            "private_notes",
            "custom_value1",
            "custom_value2",
            "contacts.first_name+last_name",
            "contacts.email",
        ),
        balance="balance",
        sorts=("name", "id_number", "balance", "paid_to_date", "city", "country_id"),
    ),
)
