"""What operations answer: envelopes and errors."""

from __future__ import annotations

from typing import Any

from chalicelib.api.openapi.schemas import Schema, array_of, reference, strict

JSON = "application/json"

LINKS: Schema = {
    "description": "Absolute URLs; an empty array when there are none.",
    "anyOf": [
        strict({"previous": {"type": "string"}, "next": {"type": "string"}}, ()),
        {"type": "array", "maxItems": 0},
    ],
}
COUNT: Schema = {"type": "integer", "minimum": 0}
PAGINATION = strict(
    {
        "total": COUNT,
        "count": COUNT,
        "per_page": COUNT,
        "current_page": COUNT,
        "total_pages": COUNT,
        "links": LINKS,
        "total_is_exact": {"type": "boolean", "description": "False where more than 10,000 records match."},
        "next_cursor": {"type": "string", "description": "Absent at the end."},
    },
    ("total", "count", "per_page", "current_page", "total_pages", "links"),
)
IDENTIFIER = strict({"type": {"type": "string"}, "id": {"type": "string"}})
RESOURCE = strict(
    {
        "type": {"type": "string"},
        "id": {"type": "string"},
        "attributes": {"type": "object"},
        "relationships": {
            "type": "object",
            "additionalProperties": strict(
                {"data": {"anyOf": [IDENTIFIER, array_of(IDENTIFIER), {"type": "null"}]}}
            ),
        },
    },
    ("type", "id", "attributes"),
)
JSON_API = strict(
    {
        "data": {"anyOf": [reference("JsonApiResource"), array_of(reference("JsonApiResource"))]},
        "included": array_of(reference("JsonApiResource")),
    },
    ("data",),
    title="JSON:API",
    description="With serializer=json.",
)
ERROR: Schema = {
    "description": "`errors` maps refused fields, dotted for nested ones, to messages.",
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": array_of({"type": "string"})},
        "error": {"anyOf": [{"type": "string"}, strict({"message": {"type": "string"}})]},
    },
    "minProperties": 1,
    "additionalProperties": False,
}
SCHEMAS = {
    "Pagination": PAGINATION,
    "JsonApiResource": RESOURCE,
    "JsonApi": JSON_API,
    "Error": ERROR,
}

_INVALID = {"message": "The given data was invalid.", "errors": {"name": ["The name field is required."]}}
ERRORS: dict[str, tuple[str, Any]] = {
    "400": ("The action does not exist here.", {"error": "Action [sparkle] is not supported"}),
    "401": ("Wrong credentials.", {"error": {"message": "Invalid credentials"}}),
    "403": (
        "No valid token, or the user lacks the permission.",
        {"message": "This action is unauthorized."},
    ),
    "404": ("There is no such record, or the user may not see it.", {"message": "record does not exist"}),
    "405": ("The path has no such method.", {"message": "The POST method is not supported for this route."}),
    "409": (
        "Other requests are changing the same records; nothing was stored. Retry-After says when to retry.",
        {"error": {"message": "The records are being changed by other requests. Please retry."}},
    ),
    "413": ("The request is too large.", {"error": {"message": "The request is too large."}}),
    "422": ("Refused fields; nothing was stored.", _INVALID),
    "429": ("Too many requests. Retry-After says when to retry.", {"error": {"message": "Slow down."}}),
    "503": (
        "A service behind the API cannot be reached. Retry-After says when to retry.",
        {"error": {"message": "The service is temporarily unavailable. Please retry."}},
    ),
}
READING = ("403", "422", "429", "503")
WRITING = ("400", "403", "404", "409", "413", "422", "429", "503")


def response_components() -> Schema:
    return {code: _json(text, reference("Error"), example) for code, (text, example) in ERRORS.items()}


def errors(*codes: str) -> Schema:
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def ok(schema: Schema, example: Any = None, description: str = "Success.") -> Schema:
    return {"200": _json(description, schema, example)}


def enveloped(content: Schema, meta: bool = False) -> Schema:
    """The content in its envelope, bare, or as a JSON:API document, as `index` and `serializer` wish."""
    outer: Schema = {"meta": strict({"pagination": reference("Pagination")})} if meta else {}
    return {
        "anyOf": [
            strict({"data": content, **outer}, title="Envelope"),
            {"title": "Bare", "description": "With index=none.", **_untitled(content)},
            strict({"data": reference("JsonApi"), **outer}, title="JSON:API in the envelope"),
            reference("JsonApi"),
        ]
    }


def plain(content: Schema) -> Schema:
    """Content that knows no other serializer, in its envelope or bare."""
    return {"anyOf": [strict({"data": content}, title="Envelope"), {"title": "Bare", **_untitled(content)}]}


def _untitled(content: Schema) -> Schema:
    return {"allOf": [content]} if "$ref" in content else content


def _json(description: str, schema: Schema, example: Any) -> Schema:
    media: Schema = {"schema": schema}
    if example is not None:
        media["example"] = example
    return {"description": description, "content": {JSON: media}}
