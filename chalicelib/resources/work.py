"""Projects, tasks, vendors, expenses and their categories."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.operations import crud, expenses, tasks, vendors
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.expenses import CATEGORY_PLAN
from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.lists import by_ids
from chalicelib.operations.shape import Data, option
from chalicelib.operations.shapes import EXPENSE, PROJECT, TASK
from chalicelib.resources.clients import CLIENT_ID
from chalicelib.resources.declare import Include, Resource, embedded, plain
from chalicelib.resources.related import client_of, documents_of
from chalicelib.store.record import Record

CUSTOM = ("custom_value1", "custom_value2")

PROJECTS = plain(
    "projects",
    Plan(PROJECT, required=("name", "client_id"), required_update=("name",), client="fixed", dated=True),
    by_client=True,
    accepts=(CLIENT_ID,),
    example={"name": "Website", "client_id": 1, "task_rate": 80, "budgeted_hours": 40},
    filters=Filterable(
        text=("name", "private_notes", *CUSTOM),
        due="due_date",
        sorts=("name", "due_date", "task_rate", "budgeted_hours", "client_id"),
    ),
)
EXPENSE_CATEGORIES = plain(
    "expense_categories",
    CATEGORY_PLAN,
    order="created",
    example={"name": "Travel"},
    filters=Filterable(text=("name",), sorts=("name",)),
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
    accepts=(
        option("client_id", "integer", "The client; a project's client wins."),
        option("project_id", "integer", "The project; -1 with `project_name` makes one."),
        option("project_name", "string"),
        option("time_log", ["string", "array"], "Pairs of Unix times, `[[start, end]]`; no end: it runs."),
        option("time_details", "array", "Spans with `start_datetime` and `end_datetime` or durations."),
        option("action", "string", "The timer.", enum=list(tasks.TIMER), updates=False),
    ),
    example={"description": "Sketches", "client_id": 1, "time_log": "[[1795341600,1795345200]]"},
    example_answer={"duration": 3600, "time_log": "[[1795341600,1795345200]]", "client_id": 1},
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
    accepts=(
        option("vendor_contacts", "array", "On a change the list replaces the known one, matched by id."),
        option("vendor_contact", "object", "In place of a list of one."),
    ),
    needs=("name",),
    example={"name": "Paper & Co", "vendor_contacts": [{"first_name": "Pat", "email": "pat@paper.test"}]},
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
    includes={"documents": documents_of(EXPENSE.kind)},
    by_client=True,
    names_creator=False,
    create=expenses.create,
    update=expenses.update,
    act=lambda context, number, action, _: crud.act(context, expenses.PLAN, number, action),
    accepts=(
        option("client_id", "integer", "The client whom it is for."),
        option("vendor_id", "integer", "The vendor; -1 with `vendor_name` makes one."),
        option("vendor_name", "string"),
        option("expense_category_id", "integer", "The category; -1 with `expense_category_name` makes one."),
        option("expense_category_name", "string"),
        option("document_ids", "array", "Uploaded documents to attach; on a change others are dropped."),
    ),
    example={"amount": 42.5, "expense_date": "2026-11-20", "client_id": 1, "public_notes": "Train"},
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
