"""Parameters that operations share."""

from __future__ import annotations

from typing import Any

from chalicelib.api.crud import LARGEST_PAGE, PAGE_SIZE
from chalicelib.api.openapi.schemas import Schema
from chalicelib.resources.declare import Resource

FLAG: Schema = {"type": ["boolean", "integer", "string"]}


def query(name: str, description: str, schema: Schema, **more: Any) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema, **more}


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
    return [*named(*LISTED, *by_client), *named(*_rendered(resource))]


def of_record(resource: Resource, writing: bool = False) -> list[Schema]:
    explained = [query("explain", "True: show how the figures came about.", FLAG)] if resource.explain else []
    return [*named(*_rendered(resource), *(WRITTEN if writing else ())), *explained]


def _rendered(resource: Resource) -> tuple[str, ...]:
    return RENDERED if resource.includes else RENDERED[1:]
