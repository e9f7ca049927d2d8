"""Attached files over HTTP: forms in, bytes out (http.md 7.1, 7.2)."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.api import crud, envelope, response
from chalicelib.api.auth import authenticate
from chalicelib.api.execution import execute
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import RouteNotFound
from chalicelib.operations import documents, printing
from chalicelib.operations.coerce import loose_truth
from chalicelib.resources.documents import DOCUMENTS

INERT = {"Content-Security-Policy": "default-src 'none'; sandbox"}
"""A browser that is led to a stored file shows it and runs nothing of it."""


def pdf(found: printing.Printed) -> Response:
    """A drawn invoice, or the way to it."""
    headers = {
        "Content-Type": printing.PDF,
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Cache-Control": "public, must-revalidate, max-age=0",
    }
    if len(found.content) > response.LARGEST_BINARY:
        return response.redirect(found.link)
    return response.binary(found.content, headers)


def download(request: Request, segments: list[str]) -> Response:
    context = authenticate(request)
    found = printing.printed(context, crud.public_id(segments[0]))
    if found is None:
        raise RouteNotFound
    return pdf(found)


def collection(request: Request, _: list[str]) -> Response:
    """The list, and uploads: with a file, or of one too large for a request by way of S3."""
    context = authenticate(request)
    if request.method != "POST":
        return crud.collection(context, DOCUMENTS, request)
    sent: Mapping[str, object] = {**request.fields, **request.files}
    if "size" in sent and not sent.keys() & {"file", "upload"}:
        return response.json(envelope.wrapped(documents.form(context, sent), request.fields))
    return execute(
        context,
        request,
        lambda context: documents.create(context, sent),
        lambda context, record: crud.shown(context, DOCUMENTS, request, record, creator=True),
    )


def member(request: Request, segments: list[str]) -> Response:
    """One document: its bytes as in v4, with `preview` a small picture of it, with `metadata` its record."""
    context = authenticate(request)
    if request.method == "DELETE":
        return crud.member(context, DOCUMENTS, request, segments[0])
    record = documents.find(context, crud.public_id(segments[0]))
    if loose_truth(request.field("metadata")):
        return crud.shown(context, DOCUMENTS, request, record)
    if not loose_truth(request.field("preview")):
        return _bytes(request, documents.content(context, record), record.data["size"])
    small = documents.preview(context, record)
    if small is None:
        raise RouteNotFound
    return _bytes(request, small, 0)


def _bytes(request: Request, found: documents.Bytes, size: int) -> Response:
    if size > response.LARGEST_BINARY:
        return response.redirect(found.link)
    content = b"" if request.method == "HEAD" else found.read()
    return response.binary(content, {"Content-Type": found.media_type, **INERT})
