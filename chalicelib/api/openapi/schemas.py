"""JSON Schemas of resources: what answers show and what requests may carry, from their shapes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.operations.shape import Field, Shape
from chalicelib.resources.declare import Resource

Schema = dict[str, Any]

HEAD: Schema = {
    "account_key": {"type": "string"},
    "is_owner": {"type": "boolean", "description": "Whether the calling user made the record."},
}
CREATOR: Schema = {"type": "integer", "description": "Who made it; in answers to POST and with include=user."}
LOOSE = {
    "number": ["number", "string", "null"],
    "integer": ["integer", "string", "null"],
    "boolean": ["boolean", "integer", "string", "null"],
    "string": ["string", "number", "null"],
}
"""What callers may send for a type: v4 reads numbers and booleans from text too, and null as the default."""


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def array_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def strict(properties: Schema, required: Iterable[str] | None = None, **more: Any) -> Schema:
    """An object of exactly these properties, all of them required unless said otherwise."""
    names = list(properties) if required is None else list(required)
    shown = {"type": "object", "properties": properties, **more, "additionalProperties": False}
    return shown | ({"required": names} if names else {})


def shown_schema(resource: Resource) -> Schema:
    """An answer's record. Includes are there when asked for, default ones always."""
    shown = {item.name: shown_field(item) for item in _visible(resource.shape)}
    fields = shown if resource.bare else {**HEAD, **shown}
    optional: Schema = {} if resource.bare else {"user_id": CREATOR}
    if resource.explain:
        optional["explain"] = {"type": "object", "description": "How the figures came about; with explain=1."}
    if resource.once:
        optional[resource.once] = {"type": ["string", "null"], "description": "Shown once, by its creation."}
    for name, include in resource.includes.items():
        child = reference(name_of(include.resource()))
        optional[name] = array_of(child) if include.many else child
    return strict({**fields, **optional}, fields)


def name_of(resource: Resource) -> str:
    """The schema's name: `TaxRate` for the kind `tax_rate`."""
    return "".join(part.capitalize() for part in resource.kind.split("_"))


def shown_field(item: Field) -> Schema:
    about = dict(item.about or {})
    for keyword in ("maxLength", "minimum", "maximum"):
        about.pop(keyword, None)
    kind = about.pop("type", None) or _type_of(item)
    if item.default is None and isinstance(kind, str):
        kind = [kind, "null"]
    return {"type": kind, **about}


def input_schema(resource: Resource, creating: bool) -> Schema:
    """A request's body. Fields that are not named are ignored, as in v4."""
    fields = [item for item in resource.shape.fields if item.reader and _writable(item, creating)]
    fields += [item for item in resource.accepts if _writable(item, creating)]
    properties = {item.name: input_field(item) for item in fields}
    needed = [name for name in resource.required(creating) if name in properties]
    for name in needed:
        properties[name] = _filled(properties[name])
    return {"type": "object", "properties": properties} | ({"required": needed} if needed else {})


def input_field(item: Field) -> Schema:
    about = dict(item.about or {})
    kind = about.pop("type", None) or _type_of(item)
    if isinstance(kind, str) and kind in LOOSE:
        return {"type": LOOSE[kind], **about}
    return {"type": kind, **about}


def _filled(schema: Schema) -> Schema:
    """A required field: neither null nor empty."""
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    found = {**schema, "type": [kind for kind in kinds if kind != "null"]}
    return found | ({"minLength": 1} if "string" in kinds else {})


def _visible(shape: Shape) -> list[Field]:
    return [item for item in shape.fields if not item.hidden and item.name not in shape.children]


def _writable(item: Field, creating: bool) -> bool:
    return item.creates if creating else item.updates


def _type_of(item: Field) -> str:
    if item.number:
        return "number"
    if isinstance(item.default, bool):
        return "boolean"
    if isinstance(item.default, int):
        return "integer"
    if isinstance(item.default, dict):
        return "object"
    return "array" if isinstance(item.default, (list, tuple)) else "string"
