"""Attached files: of invoices, of expenses, of the whole account or of nothing (http.md 7)."""

from chalicelib.operations.documents.attach import (
    attach,
    copy,
    effective,
    going_with,
    of_parents,
    pointer_keys,
)
from chalicelib.operations.documents.reading import Bytes, content, find, preview
from chalicelib.operations.documents.rows import PLAN, act
from chalicelib.operations.documents.upload import create, form

__all__ = (
    "PLAN", "Bytes", "act", "attach", "content", "copy", "create", "effective", "find", "form", "going_with",
    "of_parents", "pointer_keys", "preview",
)  # fmt: skip
