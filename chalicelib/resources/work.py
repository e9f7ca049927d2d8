"""Projects, tasks, vendors, expenses and their categories."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.operations import crud, expenses, tasks, vendors
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.expenses import CATEGORY_PLAN
from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.lists import by_ids
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import EXPENSE, PROJECT, TASK
from chalicelib.resources.declare import Include, Resource, embedded, plain
from chalicelib.resources.money import client_of
from chalicelib.resources.reserved import reserved_include
from chalicelib.store.record import Record

CUSTOM = ("custom_value1", "custom_value2")

PROJECTS = plain(
    "projects",
    Plan(PROJECT, required=("name", "client_id"), required_update=("name",), client="fixed", dated=True),
    by_client=True,
    filters=Filterable(
        text=("name", "private_notes", *CUSTOM),
        due="due_date",
        sorts=("name", "due_date", "task_rate", "budgeted_hours", "client_id"),
    ),
)
EXPENSE_CATEGORIES = plain(
    "expense_categories", CATEGORY_PLAN, order="created", filters=Filterable(text=("name",), sorts=("name",))
)


def _task(shown: Data, record: Record, context: Context) -> None:
    shown["duration"] = tasks.running_seconds(record, context.now)
    shown["archived_at"] = shown["archived_at"] or 0


def _project_of(context: Context, records: Sequence[Record]) -> list[list[Record]]:
    ids = [record.data.get("project_id", 0) for record in records]
    found = {project.id: project for project in by_ids(context, PROJECT.kind, [key for key in ids if key])}
    return [[found[number]] if number in found else [] for number in ids]


def _vendor_contact(vendor: Record, _: int, row: Data) -> Record:
    return Record("vendor_contact", row["id"], row, updated=row["updated_at"], owner=row.get("owner", 0))


def _clients() -> Resource:
    from chalicelib.resources.clients import CLIENTS

    return CLIENTS


TASKS = Resource(
    "tasks",
    TASK,
    compute=_task,
    includes={
        "client": Include(_clients, client_of, many=False),
        "project": Include(lambda: PROJECTS, _project_of, many=False),
    },
    by_client=True,
    names_creator=False,
    create=tasks.create,
    update=tasks.update,
    act=lambda context, number, action, _: crud.act(context, tasks.PLAN, number, action),
    filters=Filterable(
        text=("description", *CUSTOM),
        words={
            "running": Word(test=lambda _, data, __: data["is_running"] and not data["invoice_id"]),
            "stopped": Word(test=lambda _, data, __: not (data["is_running"] or data["invoice_id"])),
            "invoiced": Word(test=lambda _, data, __: bool(data["invoice_id"])),
        },
        sorts=("description", "client_id", "project_id", "task_status_id", "task_status_sort_order"),
    ),
)
VENDOR_CONTACTS = Resource("vendor_contacts", vendors.VENDOR_CONTACT, api_type="contact")
VENDORS = Resource(
    "vendors",
    vendors.VENDOR,
    includes={
        "vendor_contacts": Include(
            lambda: VENDOR_CONTACTS, embedded("vendor_contacts", _vendor_contact), default=True
        ),
    },
    names_creator=False,
    create=vendors.create,
    update=vendors.update,
    act=lambda context, number, action, _: crud.act(context, vendors.PLAN, number, action),
    filters=Filterable(
        text=(
            "name",
            "id_number",
            "vat_number",
            "private_notes",
            *CUSTOM,
            "vendor_contacts.first_name+last_name",
            "vendor_contacts.email",
        ),
        sorts=("name", "id_number", "city", "country_id"),
    ),
)
EXPENSES = Resource(
    "expenses",
    EXPENSE,
    includes={"documents": reserved_include("documents")},
    by_client=True,
    names_creator=False,
    create=expenses.create,
    update=expenses.update,
    act=lambda context, number, action, _: crud.act(context, expenses.PLAN, number, action),
    filters=Filterable(
        text=("public_notes", "private_notes", "transaction_reference", *CUSTOM),
        date="expense_date",
        words={
            "invoiced": Word(test=lambda _, data, __: bool(data["invoice_id"])),
            "pending": Word(test=lambda _, data, __: data["should_be_invoiced"] and not data["invoice_id"]),
            "logged": Word(test=lambda _, data, __: not (data["should_be_invoiced"] or data["invoice_id"])),
        },
        sorts=("amount", "expense_date", "client_id", "vendor_id", "expense_category_id"),
    ),
)
