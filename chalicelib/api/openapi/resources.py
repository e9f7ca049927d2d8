"""The operations of declared resources."""

from __future__ import annotations

from typing import Any

from chalicelib.api import bulk
from chalicelib.api.crud import PAGE_SIZE
from chalicelib.api.openapi import examples
from chalicelib.api.openapi.answers import JSON, READING, WRITING, enveloped, errors, ok
from chalicelib.api.openapi.parameters import named, of_list, of_record, query
from chalicelib.api.openapi.schemas import Schema, array_of, input_schema, name_of, reference, strict
from chalicelib.api.routes import BULK
from chalicelib.resources.declare import Resource

FAILURE = strict(
    {
        "id": {"type": ["integer", "string"]},
        "status": {"type": "integer", "description": "As a request for this record alone would have had."},
        "message": {"type": "string"},
        "errors": {"type": "object"},
    },
    ("id", "status"),
)
KEPT = "The record stays readable; `action=restore` brings it back."
FORM = "application/x-www-form-urlencoded"


def paths_of(resource: Resource) -> dict[str, Schema]:
    collection = {"get": _list(resource)}
    if resource.create:
        collection["post"] = _create(resource)
    member = {"get": _get(resource)}
    if resource.update:
        member["put"] = _update(resource)
    if resource.act:
        member["delete"] = _delete(resource)
    shared = {"parameters": named("id")}
    paths: dict[str, Schema] = {
        f"/{resource.plural}": collection,
        f"/{resource.plural}/{{id}}": {**shared, **member},
    }
    if resource.actions:
        paths[f"/{resource.plural}/{BULK}"] = {"post": _bulk(resource)}
    return paths


def components_of(resource: Resource) -> dict[str, Schema]:
    name = name_of(resource)
    return {
        f"{name}Create": input_schema(resource, creating=True),
        f"{name}Update": input_schema(resource, creating=False),
    }


def operation(resource: Resource, verb: str, summary: str, **more: Any) -> Schema:
    plural = "".join(part.capitalize() for part in resource.plural.split("_"))
    name = plural if verb in ("list",) else name_of(resource)
    return {"operationId": f"{verb}{name}", "summary": summary, "tags": [resource.plural], **more}


def body(schema: Schema, example: Any = None, required: bool = True) -> Schema:
    """A request's body, as JSON or as a form."""
    media: Schema = {"schema": schema} | ({"example": example} if example else {})
    return {"required": required, "content": {JSON: media, FORM: {"schema": schema}}}


def _words(resource: Resource) -> str:
    return resource.kind.replace("_", " ")


def _list(resource: Resource) -> Schema:
    content = array_of(reference(name_of(resource)))
    order = "the last change" if resource.order == "updated" else "creation"
    return operation(
        resource,
        "list",
        f"List {resource.plural.replace('_', ' ')}",
        description=f"Active, archived and deleted ones, newest first by {order}.",
        parameters=of_list(resource),
        responses=ok(enveloped(content, meta=True), _listed_example(resource)) | errors(*READING),
    )


def _get(resource: Resource) -> Schema:
    return operation(
        resource,
        "get",
        f"Show one {_words(resource)}",
        parameters=of_record(resource),
        responses=_shown(resource) | errors(*READING, "404"),
    )


def _create(resource: Resource) -> Schema:
    name = name_of(resource)
    return operation(
        resource,
        "create",
        f"Create one {_words(resource)}",
        description="With a positive `id` in the body the record of that id is updated instead.",
        parameters=of_record(resource, writing=True),
        requestBody=body(reference(f"{name}Create"), examples.request(resource)),
        responses=_shown(resource) | errors(*WRITING),
    )


def _update(resource: Resource) -> Schema:
    action = query("action", "Do this instead of changing fields.", {"enum": list(resource.actions)})
    return operation(
        resource,
        "update",
        f"Change one {_words(resource)}",
        description="Only what is sent changes. PATCH does the same.",
        parameters=[*of_record(resource, writing=True), action],
        requestBody=body(reference(f"{name_of(resource)}Update"), required=False),
        responses=_shown(resource) | errors(*WRITING, "405"),
    )


def _delete(resource: Resource) -> Schema:
    return operation(
        resource,
        "delete",
        f"Delete one {_words(resource)}",
        description=KEPT if "restore" in resource.actions else "It cannot be brought back.",
        parameters=of_record(resource, writing=True),
        responses=_shown(resource) | errors(*WRITING, "405"),
    )


def _listed_example(resource: Resource) -> Schema | None:
    if not resource.example:
        return None
    counts = {"total": 1, "count": 1, "per_page": PAGE_SIZE, "current_page": 1, "total_pages": 1, "links": []}
    return {"data": [examples.answer(resource)], "meta": {"pagination": counts}}


def _bulk(resource: Resource) -> Schema:
    """Failures are listed one by one; the answer itself is a success."""
    record = {"anyOf": [reference(name_of(resource)), strict({"id": {"type": "integer"}})]}
    envelope = strict({"data": array_of(record), "errors": array_of(FAILURE)}, title="Envelope")
    bare = {"title": "Bare", "description": "With index=none.", **array_of(record)}
    json_api = strict({"data": reference("JsonApi"), "errors": array_of(FAILURE)}, title="JSON:API")
    ids = {"type": "array", "items": {"type": ["integer", "string"]}, "minItems": 1, "maxItems": bulk.MOST}
    fields = {"action": {"type": "string", "enum": list(resource.actions)}, "ids": ids}
    order = {"type": "object", "properties": fields, "required": list(fields)}
    return operation(
        resource,
        "bulk",
        f"Do one action on many {resource.plural.replace('_', ' ')}",
        description="Each record in a transaction of its own; `errors` tells which failed and why.",
        parameters=of_record(resource, writing=True),
        requestBody=body(order, {"action": resource.actions[0], "ids": [1, 2]}),
        responses=ok({"anyOf": [envelope, bare, json_api, reference("JsonApi")]}) | errors(*WRITING),
    )


def _shown(resource: Resource) -> Schema:
    example = {"data": examples.answer(resource)} if resource.example else None
    return ok(enveloped(reference(name_of(resource))), example)
