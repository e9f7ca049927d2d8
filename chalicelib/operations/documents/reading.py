"""Reading attached files: who may, and the bytes (http.md 7.2)."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.errors import RecordNotFound, Unauthorized
from chalicelib.operations.context import Context
from chalicelib.operations.documents.rows import PARENTS, content_key, preview_key
from chalicelib.operations.lists import by_ids
from chalicelib.operations.shapes import DOCUMENT
from chalicelib.operations.shapes.document import MEDIA_TYPES
from chalicelib.store import files
from chalicelib.store.reads import get_row, record_key
from chalicelib.store.record import Record, from_raw

PICTURES = ("jpeg", "png")
"""Types of which a file without a preview is small enough to be its own."""


class Bytes(NamedTuple):
    """A stored object and what a download of it is called."""

    key: str
    name: str
    media_type: str

    def read(self) -> bytes:
        """RecordNotFound: it was deleted meanwhile. Unavailable."""
        found = files.read(self.key)
        if found is None:
            raise RecordNotFound
        return found

    @property
    def link(self) -> str:
        """A presigned URL, for what is too large for an answer."""
        return files.link(self.key, self.name)


def find(context: Context, number: int) -> Record:
    """One document. RecordNotFound; Unauthorized: users of the account may know that it exists, not more."""
    raw = get_row(record_key(context.account, DOCUMENT.kind, number))
    if raw is None:
        raise RecordNotFound
    document = from_raw(DOCUMENT.kind, raw)
    document.data = DOCUMENT.full(document.data)
    if not _may_view(context, document):
        raise Unauthorized
    return document


def _may_view(context: Context, document: Record) -> bool:
    """The own ones, those of a record one may see, and all for who may see all such records (4.2)."""
    if context.may("view", DOCUMENT.kind, document.owner):
        return True
    if all(context.may("view", shape.kind) for shape in PARENTS):
        return True
    for shape in PARENTS:
        number = document.data[f"{shape.kind}_id"]
        if number and context.may("view", shape.kind):
            return True
        parents = by_ids(context, shape.kind, [number]) if number else []
        if any(context.may("view", shape.kind, parent.owner) for parent in parents):
            return True
    return False


def content(context: Context, document: Record) -> Bytes:
    data = document.data
    return Bytes(content_key(context.account, data), data["name"], MEDIA_TYPES[data["type"]])


def preview(context: Context, document: Record) -> Bytes | None:
    """A picture of at most 300 pixels a side, or None for what is no picture."""
    kind = document.data["preview_type"]
    if kind:
        name = f"{document.data['name']}.{kind}"
        return Bytes(preview_key(context.account, document.data), name, MEDIA_TYPES[kind])
    is_small = document.data["width"] and document.data["type"] in PICTURES
    return content(context, document) if is_small else None
