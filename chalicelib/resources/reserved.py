"""v4 resources of which no record can be made yet: they list empty, know no record and accept none."""

from __future__ import annotations

from chalicelib.operations.shape import Shape, shown
from chalicelib.resources.declare import Include, Resource

KINDS = {
    "documents": "document",
}

RESERVED = {
    plural: Resource(plural, Shape(kind, (shown("id", 0),)), by_client=True) for plural, kind in KINDS.items()
}


def reserved_include(plural: str) -> Include:
    """An include that has nothing to show yet."""
    return Include(lambda: RESERVED[plural], lambda _, records: [[] for _ in records])
