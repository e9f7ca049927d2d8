"""Tasks and expenses on invoice lines: linked once, released when the invoice is deleted (billing 8.4)."""

from __future__ import annotations

from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import crud
from chalicelib.operations.coerce import whole
from chalicelib.operations.crud import Plan
from chalicelib.operations.expenses import PLAN as EXPENSE_PLAN
from chalicelib.operations.shape import Data
from chalicelib.operations.tasks import PLAN as TASK_PLAN
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

MOST = 40
"""Links of one invoice, which all change in its transaction."""

KINDS: tuple[tuple[str, str, Plan], ...] = (
    ("task_public_id", "task_ids", TASK_PLAN),
    ("expense_public_id", "expense_ids", EXPENSE_PLAN),
)


def link(work: Work, invoice: Record, rows: list[Data]) -> None:
    """Tie the tasks and expenses that lines name to the invoice; each becomes its client's.

    Those already tied to this invoice stay. InvalidInput: one does not exist, is archived, or is on another
    invoice; then nothing of the invoice is stored.
    """
    for field, kept, plan in KINDS:
        wanted = {position: row[field] for position, row in enumerate(rows) if row.get(field)}
        if len(wanted) > MOST:
            raise InvalidInput.of("invoice_items", f"An invoice may link at most {MOST} records of a kind.")
        for position, sent in wanted.items():
            record = _linkable(work, plan, invoice, sent, f"invoice_items.{position}.{field}")
            if record is not None:
                record.data["invoice_id"], record.client = invoice.id, invoice.client
                work.save(plan.shape, record)
                crud.announce(work, plan, record, crud.UPDATED)
                invoice.data[kept] = [*invoice.data[kept], record.id]


def _linkable(work: Work, plan: Plan, invoice: Record, sent: Any, name: str) -> Record | None:
    """The record to tie, or None for one that already is."""
    try:
        record = work.find(plan.shape, whole(sent, 1, 10**10 - 1))
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None
    if record is None or not record.is_active or not work.context.may("view", plan.kind, record.owner):
        raise InvalidInput.of(name, "The selected record does not exist.")
    if record.data["invoice_id"] == invoice.id:
        return None
    if record.data["invoice_id"]:
        raise InvalidInput.of(name, "The selected record is already on an invoice.")
    return record


def release(work: Work, invoice: Record) -> None:
    """Untie everything from a deleted invoice."""
    for _, kept, plan in KINDS:
        work.fetch(work.key(plan.kind, number) for number in invoice.data[kept])
        for number in invoice.data[kept]:
            record = work.find(plan.shape, number)
            if record is not None and record.data["invoice_id"] == invoice.id:
                record.data["invoice_id"] = 0
                work.save(plan.shape, record)
                crud.announce(work, plan, record, crud.UPDATED)
        invoice.data[kept] = []
