"""Attached files: uploads in a form or by way of S3, and their bytes."""

from __future__ import annotations

from chalicelib.api.openapi.answers import enveloped, errors, ok, plain
from chalicelib.api.openapi.parameters import FLAG, named, query
from chalicelib.api.openapi.resources import body
from chalicelib.api.openapi.schemas import Schema, reference, strict
from chalicelib.api.openapi.single.parts import ELSEWHERE, TEXT, WHOLE, reading, sent, told, writing
from chalicelib.operations.shapes.document import MEDIA_TYPES

TAG = "documents"
_BELONGING = {
    "invoice_id": told(WHOLE, "Attach it to this invoice."),
    "expense_id": told(WHOLE, "Attach it to this expense."),
    "is_default": told(FLAG, "Attach it to every invoice."),
}
_FILE: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
_TICKET = strict(
    {
        "upload": told(TEXT, "Send it again, once the file is up."),
        "name": TEXT,
        "url": told(TEXT, "Where to POST the file."),
        "fields": {"type": "object", "additionalProperties": TEXT},
        "expires_at": WHOLE,
    }
)
_CREATE = writing(
    "createDocument",
    TAG,
    "Upload one document",
    ok({"anyOf": [enveloped(reference("Document")), plain(reference("UploadForm"))]}),
    *named("index", "serializer", "dry_run", "idempotency_key"),
    description="A file too large for a request goes to S3: send its `name` and `size` for a form, POST the "
    "file with that form, then send `name` and `upload`.",
)
_CREATE["requestBody"] = body(
    sent({"name": TEXT, "size": WHOLE, "upload": TEXT, **_BELONGING}), {"name": "plan.pdf", "size": 8_000_000}
)
_CREATE["requestBody"]["content"]["multipart/form-data"] = {
    "schema": sent({"file": _FILE, **_BELONGING}, "file"),
}

SCHEMAS: dict[str, Schema] = {"UploadForm": _TICKET}

PATHS: dict[str, Schema] = {
    "/documents": {"post": _CREATE},
    "/documents/{id}": {
        "get": reading(
            "getDocument",
            TAG,
            "The bytes of one document",
            {
                "200": {
                    "description": "The file; its record with metadata=1.",
                    "content": {
                        **{media: {"schema": _FILE} for media in MEDIA_TYPES.values()},
                        "application/json": {"schema": enveloped(reference("Document"))},
                    },
                },
                **ELSEWHERE,
            }
            | errors("404"),
            query("metadata", "True: the record instead of the bytes.", FLAG),
            query("preview", "True: a small picture of it.", FLAG),
            *named("index", "serializer"),
        )
    },
}
