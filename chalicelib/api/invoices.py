"""The endpoints of invoices beside the resource's own verbs."""

from __future__ import annotations

from chalicelib.api import crud, response
from chalicelib.api.auth import authenticate
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import InvalidInput, RecordNotFound
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.context import Context
from chalicelib.resources.invoices import INVOICES
from chalicelib.settings import settings


def collection(request: Request, _: list[str]) -> Response:
    """The collection of invoices; `download_invoice` answers a creation with the PDF."""
    draws = request.method == "POST" and loose_truth(request.field("download_invoice"))
    if draws and settings().drawing_function:
        from chalicelib.api import elsewhere

        return elsewhere.answer(request)
    context = authenticate(request)
    return _drawn(context, request) if draws else crud.collection(context, INVOICES, request)


def _drawn(context: Context, request: Request) -> Response:
    from chalicelib.api.documents import pdf
    from chalicelib.api.execution import execute
    from chalicelib.operations import invoices, printing

    return execute(
        context,
        request,
        lambda context: invoices.create(context, request.fields),
        lambda context, invoice: pdf(printing.of_record(context, invoice)),
    )


def quotes(request: Request, _: list[str]) -> Response:
    from chalicelib.resources import filters

    context = authenticate(request)
    selection = filters.quotes(filters.select(context, INVOICES, request.fields))
    return crud.listing(context, INVOICES, request, selection)


def email(request: Request, _: list[str]) -> Response:
    from chalicelib.api.execution import execute
    from chalicelib.operations import invoices

    context = authenticate(request)
    number = _named(context, request)
    return execute(
        context,
        request,
        lambda context: invoices.email(context, number, request.fields),
        lambda _, __: response.json({"message": "success"}),
    )


def _named(context: Context, request: Request) -> int:
    """The invoice that a body names by id or by number."""
    from chalicelib.resources.filters import select

    for name in ("invoice_id", "id", "public_id"):
        if request.field(name) not in (None, ""):
            return crud.public_id(str(request.field(name)))
    if request.field("invoice_number") in (None, ""):
        raise InvalidInput.of("id", "The id field is required.")
    selection = select(context, INVOICES, {"invoice_number": request.field("invoice_number")})
    if not selection.ids:
        raise RecordNotFound
    return selection.ids[0]
