"""Parameters that operations share."""

from __future__ import annotations

from typing import Any

from chalicelib.api.crud import LARGEST_PAGE, PAGE_SIZE
from chalicelib.api.openapi.schemas import Schema
from chalicelib.resources.declare import Resource

FLAG: Schema = {"type": ["boolean", "integer", "string"]}


def query(name: str, description: str, schema: Schema, **more: Any) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


DATE: Schema = {"type": "string", "format": "date"}
V4_FILTERS: dict[str, tuple[tuple[str, str, Schema], ...]] = {
    "client": (
        ("email", "The address of a contact.", {"type": "string"}),
        ("id_number", "The number; not beside `email`.", {"type": "string"}),
    ),
    "invoice": (
        ("invoice_number", "The number, in any case.", {"type": "string"}),
        ("status_id", "This status or a higher one.", {"type": "integer", "minimum": 1, "maximum": 6}),
        ("invoice_type_id", "1: invoices and templates, 2: quotes.", {"type": "integer", "enum": [1, 2]}),
        ("is_recurring", "1: templates alone, 0: none.", {"type": "integer", "enum": [0, 1]}),
    ),
}

SHARED: dict[str, Schema] = {
    "include": query(
        "include",
        "Related records to embed, comma-separated, nested with dots. Unknown names are ignored.",
        {"type": "string"},
    ),
    "serializer": query(
        "serializer",
        "`json` answers a JSON:API document inside the envelope.",
        {"type": "string", "enum": ["array", "json"]},
    ),
    "index": query(
        "index",
        "The name of the envelope's key; `none` answers the bare content, without `meta`.",
        {"type": "string", "enum": ["data", "none"]},
    ),
    "page": query("page", "Counted from 1.", {"type": "integer", "minimum": 1, "maximum": 1_000_000}),
    "per_page": query(
        "per_page",
        "Records a page.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE},
    ),
    "cursor": query(
        "cursor",
        "`meta.pagination.next_cursor` of the page before: a walk that costs the same at any depth.",
        {"type": "string"},
    ),
    "updated_at": query(
        "updated_at", "Only records changed at or after this Unix time.", {"type": "integer", "minimum": 0}
    ),
    "filter_active": query("filter_active", "Any true value: only active records.", FLAG),
    "client_id": query("client_id", "Only records of this client.", {"type": "integer", "minimum": 1}),
    "filter": query("filter", "Text that a number, name, note or custom value holds.", {"type": "string"}),
    "date_from": query("date_from", "Not before this date.", DATE),
    "date_to": query("date_to", "Not after this date.", DATE),
    "due_before": query("due_before", "Due before this date.", DATE),
    "balance_gt": query("balance_gt", "A larger balance than this.", {"type": "number"}),
    "dry_run": query(
        "dry_run", "True: answer what the request would do, and store nothing.", {"type": "boolean"}
    ),
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A repeated request under the same key gets the first answer and does nothing again. "
        "Kept for 30 days.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    },
    "id": {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The record's id.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 9_999_999_999},
    },
}

RENDERED = ("include", "serializer", "index")
LISTED = ("page", "per_page", "cursor", "updated_at", "filter_active")
WRITTEN = ("dry_run", "idempotency_key")


def named(*names: str) -> list[Schema]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def of_list(resource: Resource) -> list[Schema]:
    by_client = ("client_id",) if resource.by_client else ()
    return [
        *named(*LISTED, *by_client),
        *_filters(resource),
        *_v4_filters(resource),
        *named(*_rendered(resource)),
    ]


def _filters(resource: Resource) -> list[Schema]:
    """What lists take beyond v4, as declared."""
    offered = resource.filters
    own: dict[str, Schema] = {
        "status": query(
            "status",
            f"Comma-separated words, any of: {', '.join(offered.statuses)}.",
            {"type": "string"},
            example=offered.statuses[0],
        ),
        "sort": query(
            "sort",
            "The field, with a minus in front for the highest first.",
            {"type": "string", "enum": [sign + name for name in offered.orders for sign in ("", "-")]},
        ),
    }
    return [own.get(name) or named(name)[0] for name in offered.parameters]


def _v4_filters(resource: Resource) -> list[Schema]:
    return [query(name, text, schema) for name, text, schema in V4_FILTERS.get(resource.kind, ())]


def of_record(resource: Resource, writing: bool = False) -> list[Schema]:
    explained = [query("explain", "True: show how the figures came about.", FLAG)] if resource.explain else []
    return [*named(*_rendered(resource), *(WRITTEN if writing else ())), *explained]


def _rendered(resource: Resource) -> tuple[str, ...]:
    return RENDERED if resource.includes else RENDERED[1:]
