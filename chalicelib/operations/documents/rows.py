"""The rows of an attached file: its record, the pointers that find it, the object it shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.errors import RecordNotFound, UnsupportedAction
from chalicelib.operations import crud
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import DOCUMENT, EXPENSE, INVOICE
from chalicelib.operations.work import Work, transact
from chalicelib.store.reads import Key
from chalicelib.store.record import Record

PLAN = Plan(DOCUMENT)
PARENTS = (INVOICE, EXPENSE)
SHA256_DIGITS = 64
FILE, UPLOAD, DEFAULT = "document.file", "document.upload", "document.default"


def parent_pointer(kind: str) -> str:
    return f"document.{kind}"


def same_content(file: str, kind: str) -> str:
    """What files of the same bytes and type have in common; the rest of their name differs."""
    return f"{file[:SHA256_DIGITS]}.{kind}"


POINTERS: Mapping[str, Callable[[Data], str]] = {
    FILE: lambda data: same_content(data["file"], data["type"]),
    UPLOAD: lambda data: str(data["upload"]),
    DEFAULT: lambda data: "1" if data["is_default"] else "",
    parent_pointer(INVOICE.kind): lambda data: str(data["invoice_id"] or ""),
    parent_pointer(EXPENSE.kind): lambda data: str(data["expense_id"] or ""),
}


def content_key(account: str, data: Data) -> str:
    return f"{account}/documents/{data['file']}"


def preview_key(account: str, data: Data) -> str:
    """The place of the preview in S3; empty without one."""
    return f"{content_key(account, data)}{preview_suffix(data)}" if data["preview_type"] else ""


def preview_suffix(data: Data) -> str:
    """What v4 adds to the name of a file for that of its preview."""
    return f".x300.{data['preview_type']}"


def object_keys(account: str, data: Data) -> list[str]:
    return [key for key in (content_key(account, data), preview_key(account, data)) if key]


def pointer_keys(work: Work, data: Data) -> list[Key]:
    """The pointers of a document, for reading those of several at once; none of empty data."""
    if not data:
        return []
    values = ((name, value(data)) for name, value in POINTERS.items())
    return [work.pointer_key(name, value) for name, value in values if value]


def store(work: Work, document: Record, before: Data) -> None:
    """Write a document and move its pointers; `before` is empty for a new one."""
    work.save(DOCUMENT, document)
    _point(work, before, document.data, document.id)


def remove(work: Work, document: Record) -> None:
    """Delete a document for good, and its object when it was the last that referred to it."""
    work.remove(document)
    _point(work, document.data, {}, document.id)
    if not work.pointed(FILE, POINTERS[FILE](document.data)):
        for key in object_keys(work.context.account, document.data):
            work.files.drop(key)
    crud.announce(work, PLAN, document, crud.DELETED_EVENT)


def _point(work: Work, before: Data, after: Data, number: int) -> None:
    work.fetch([*pointer_keys(work, before), *pointer_keys(work, after)])
    for name, value in POINTERS.items():
        old, new = value(before) if before else "", value(after) if after else ""
        if old != new:
            work.point(name, [old], [new], number)


def act(context: Context, number: int, action: str) -> Record:
    """Delete a document, which answers as it last was. RecordNotFound, Unauthorized, UnsupportedAction."""
    if action != "delete":
        raise UnsupportedAction(action)

    def decide(work: Work) -> Record:
        document = work.find(DOCUMENT, number)
        if document is None:
            raise RecordNotFound
        crud.authorize(context, PLAN, "edit", document.owner)
        remove(work, document)
        return document

    return transact(context, decide)
