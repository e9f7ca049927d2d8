"""Pieces that descriptions of single endpoints are put together from."""

from __future__ import annotations

from typing import Any

from chalicelib.api.openapi.answers import READING, WRITING, errors
from chalicelib.api.openapi.resources import body
from chalicelib.api.openapi.schemas import Schema

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
HTML = "text/html"
PUBLIC: Schema = {"security": []}
"""Operations without a token; they need the API secret where one is set."""


def told(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def sent(properties: dict[str, Schema], *required: str) -> Schema:
    """A request's fields; others are ignored."""
    return {"type": "object", "properties": properties} | ({"required": list(required)} if required else {})


def reading(name: str, tag: str, summary: str, responses: Schema, *parameters: Schema) -> Schema:
    shown = {"parameters": list(parameters)} if parameters else {}
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        **shown,
        "responses": responses | errors(*READING),
    }


def writing(
    name: str,
    tag: str,
    summary: str,
    responses: Schema,
    *parameters: Schema,
    fields: Schema | None = None,
    example: Any = None,
    codes: tuple[str, ...] = (),
    **more: Any,
) -> Schema:
    shown: Schema = {"parameters": list(parameters)} if parameters else {}
    if fields is not None:
        shown["requestBody"] = body(
            fields, example, required=bool(fields.get("required") or "$ref" in fields)
        )
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        **shown,
        "responses": responses | errors(*codes, *WRITING),
        **more,
    }


def untyped(description: str, media: str = "application/json") -> Schema:
    """A body that is no JSON, whatever its type says."""
    return {"200": {"description": description, "content": {media: {"schema": {}}}}}


ELSEWHERE: Schema = {
    "303": {"description": "Too large for an answer: `Location` is where it lies for ten minutes."}
}


def file(description: str, media: str) -> Schema:
    content = {media: {"schema": {"type": "string", "contentMediaType": media}}}
    return {"200": {"description": description, "content": content}, **ELSEWHERE}
