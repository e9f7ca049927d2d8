"""Expenses, which may name a category and a vendor into being (resources.md 5.15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import crud, documents, vendors
from chalicelib.operations.coerce import plain_text, whole
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.dates import date_form
from chalicelib.operations.shape import Shape
from chalicelib.operations.shapes import ACCOUNT, EXPENSE, EXPENSE_CATEGORY, SETTINGS_ID
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

CATEGORY_PLAN = Plan(
    EXPENSE_CATEGORY,
    required=("name",),
    required_update=("name",),
    unique=("name",),
    admin_only=True,
    deletable=False,
)
PLAN = Plan(
    EXPENSE,
    activities={"created": 34, "updated": 47, "archived": 35, "deleted": 36, "restored": 37},
    frozen_when_deleted=True,
)
NEW = -1
"""The id that, with a name beside it, makes the named record."""


def create(context: Context, body: Mapping[str, Any]) -> Record:
    return crud.create(context, PLAN, body, _apply)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    return crud.update(context, PLAN, number, body, _apply)


def _apply(work: Work, known: Record | None, body: Mapping[str, Any]) -> Record:
    settings = work.load(ACCOUNT, SETTINGS_ID).data
    expense = work.new(EXPENSE) if known is None else known
    if known is None:
        currency = settings["currency_id"] or 1
        expense.data |= {"expense_currency_id": currency, "invoice_currency_id": currency}
    sent = {name: value for name, value in body.items() if value is not None}
    expense.data |= crud.read_fields(PLAN, sent, known is None, date_form(settings))
    if "client_id" in body:
        expense.client = crud.client_id(work, body)
    if "expense_category_id" in sent:
        expense.data["expense_category_id"] = _category(work, expense, sent)
    if "vendor_id" in sent:
        expense.data["vendor_id"] = _vendor(work, expense, sent)
    documents.attach(work, expense, body, creating=known is None)
    return expense


def _category(work: Work, expense: Record, sent: Mapping[str, Any]) -> int:
    number = _number(sent, "expense_category_id")
    if number != NEW:
        return _existing(work, expense, EXPENSE_CATEGORY, number)
    name = _name(sent, "expense_category_name")
    known = work.pointed("expense_category.name", name)
    if known:
        return known[0]
    if not work.context.is_admin:
        raise Unauthorized
    category = work.new(EXPENSE_CATEGORY)
    category.data["name"] = name
    work.save(EXPENSE_CATEGORY, category)
    work.point("expense_category.name", [], [name], category.id)
    crud.announce(work, CATEGORY_PLAN, category, crud.CREATED)
    return category.id


def _vendor(work: Work, expense: Record, sent: Mapping[str, Any]) -> int:
    number = _number(sent, "vendor_id")
    if number != NEW:
        return _existing(work, expense, vendors.VENDOR, number)
    crud.authorize(work.context, vendors.PLAN, "create")
    return vendors.add(work, {"name": _name(sent, "vendor_name")}).id


def _existing(work: Work, expense: Record, shape: Shape, number: int) -> int:
    """The id of a record that the user may see. What an expense names already stays, seen or not."""
    field = f"{shape.kind}_id"
    if number in (0, expense.data[field]):
        return number
    found = work.find(shape, number)
    if found is None or not work.context.may("view", shape.kind, found.owner):
        raise InvalidInput.of(field, "The selected record does not exist.")
    return number


def _number(sent: Mapping[str, Any], name: str) -> int:
    try:
        return whole(sent[name], NEW, 10**10 - 1)
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None


def _name(sent: Mapping[str, Any], name: str) -> str:
    try:
        found = plain_text(sent.get(name)).strip()[:255]
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None
    if not found:
        raise InvalidInput.of(name, f"The {name.replace('_', ' ')} field is required.")
    return found
