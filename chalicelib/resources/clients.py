"""Clients and contacts."""

from __future__ import annotations

from chalicelib.billing.money import decimal_text
from chalicelib.operations import actions, activities, clients, contacts
from chalicelib.operations.context import Context
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.shape import Data, number, option
from chalicelib.operations.shapes import CLIENT, CONTACT
from chalicelib.resources.declare import Include, Resource, bodiless, embedded
from chalicelib.resources.related import credits, credits_of, invoices, invoices_of
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


ACTIVITIES = Resource("activities", activities.ACTIVITY, compute=_activity_id, bare=True)

CLIENT_ID = option("client_id", "integer", "The client's id.", updates=False)
CONTACT_INPUTS = (
    option("contacts", "array", "On a change, contacts that the list leaves out are archived."),
    option("contact", "object", "In place of a list of one."),
)
JANE = {"first_name": "Jane", "last_name": "Doe", "email": "jane@acme.test"}

CONTACTS = Resource(
    "contacts",
    CONTACT,
    clients.CONTACT_PLAN,
    order="created",
    by_client=True,
    create=contacts.create,
    update=contacts.update,
    act=bodiless(contacts.act),
    actions=(*actions.PLAIN, contacts.CLEAR),
    accepts=(CLIENT_ID,),
    example={"client_id": 1, **JANE},
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
        "invoices": Include(invoices, invoices_of),
        "credits": Include(credits, credits_of),
        "activities": Include(
            lambda: ACTIVITIES,
            lambda context, records: [activities.of_client(context, client.id) for client in records],
        ),
    },
    create=clients.create,
    update=clients.update,
    act=bodiless(clients.act),
    accepts=(
        *CONTACT_INPUTS,
        option("currency_code", "string", "ISO 4217, in place of `currency_id`."),
        option("country_code", "string", "ISO 3166, in place of `country_id`."),
    ),
    example={"name": "Acme Ltd", "city": "Cork", "country_id": 372, "contacts": [JANE]},
    example_answer={"display_name": "Acme Ltd"},
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
