"""Attached files."""

from __future__ import annotations

from chalicelib.operations import documents
from chalicelib.operations.context import Context
from chalicelib.operations.documents.rows import preview_suffix
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import DOCUMENT
from chalicelib.resources.declare import Resource, bodiless
from chalicelib.store.record import Record


def _places(shown: Data, record: Record, context: Context) -> None:
    """v4's names of the file and of its preview; only the API knows where they really are."""
    shown["path"] = f"{context.account_key}/{record.data['sha1']}.{shown['type']}"
    if record.data.get("preview_type"):
        shown["preview"] = f"{shown['path']}{preview_suffix(record.data)}"


DOCUMENTS = Resource(
    "documents",
    DOCUMENT,
    documents.PLAN,
    compute=_places,
    order="id",
    create=documents.create,
    act=bodiless(documents.act),
    actions=("delete",),
    filters=Filterable(text=("name",), sorts=("name", "type", "size")),
)
