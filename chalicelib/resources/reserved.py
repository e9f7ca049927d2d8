"""v4 resources of which no record can be made yet: they list empty, know no record and accept none."""

from __future__ import annotations

from chalicelib.operations.shape import Shape, shown
from chalicelib.resources.declare import Resource

KINDS = {
    "payments": "payment",
    "credits": "credit",
    "tasks": "task",
    "projects": "project",
    "vendors": "vendor",
    "expenses": "expense",
    "expense_categories": "expense_category",
    "documents": "document",
}

RESERVED = tuple(Resource(plural, Shape(kind, (shown("id", 0),))) for plural, kind in KINDS.items())
