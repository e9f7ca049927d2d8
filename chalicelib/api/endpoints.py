"""The single-purpose endpoints (http.md 1.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from chalicelib.api import crud, documents, envelope, reference, response, sessions
from chalicelib.api.auth import authenticate, has_secret
from chalicelib.api.execution import execute
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Forbidden, InvalidInput, RecordNotFound, RouteNotFound
from chalicelib.operations import (
    accounts,
    activities,
    dashboard,
    invoices,
    payment_terms,
    printing,
    proof,
    usage,
)  # fmt: skip
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.context import Context
from chalicelib.operations.pages import listed
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work
from chalicelib.resources.accounts import ACCOUNTS, PAYMENT_TERMS
from chalicelib.resources.clients import ACTIVITIES
from chalicelib.resources.filters import number, quotes, select
from chalicelib.resources.invoices import INVOICES
from chalicelib.resources.view import view
from chalicelib.settings import settings


class Endpoint(NamedTuple):
    """`serve` gets the request and the path segments after the name, of which there are `depth`.

    `harmless` ones change nothing though they are no GET, so read-only tokens may use them; those
    that `draws` use what only the bundle for drawing has.
    """

    methods: tuple[str, ...]
    serve: Callable[[Request, list[str]], Response]
    depth: int = 0
    harmless: bool = False
    draws: bool = False


def _ping(request: Request, _: list[str]) -> Response:
    if not request.headers.get("x-ninja-token"):
        if settings().api_secret and has_secret(request) and not loose_truth(request.field("v2")):
            return response.text("success")
        raise Forbidden
    context = authenticate(request)
    if not loose_truth(request.field("v2")):
        return response.text("success")
    return response.json({"data": Work(context, {}).load(USER, context.user).data["email"]})


def _account(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    if request.method == "PUT":
        upload = request.files.get("logo")
        logo = upload.data if upload else None
        return execute(
            context,
            request,
            lambda context: accounts.update(context, request.fields, logo),
            lambda context, account: crud.shown(context, ACCOUNTS, request, account),
        )
    return crud.shown(context, ACCOUNTS, request, accounts.read(context))


def _static(request: Request, _: list[str]) -> Response:
    from chalicelib.data import static_document

    authenticate(request)
    return response.json(envelope.wrapped(static_document(), request.fields))


def _quotes(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    selection = quotes(select(context, INVOICES, request.fields))
    return crud.listing(context, INVOICES, request, selection)


def _email_invoice(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    number = _invoice_id(context, request)
    return execute(
        context,
        request,
        lambda context: invoices.email(context, number, request.fields),
        lambda _, __: response.json({"message": "success"}),
    )


def _invoice_id(context: Context, request: Request) -> int:
    """The invoice that a body names by id or by number."""
    for name in ("invoice_id", "id", "public_id"):
        if request.field(name) not in (None, ""):
            return crud.public_id(str(request.field(name)))
    if request.field("invoice_number") in (None, ""):
        raise InvalidInput.of("id", "The id field is required.")
    selection = select(context, INVOICES, {"invoice_number": request.field("invoice_number")})
    if not selection.ids:
        raise RecordNotFound
    return selection.ids[0]


def _invoices(request: Request, _: list[str]) -> Response:
    """The collection of invoices; `download_invoice` answers a creation with the PDF."""
    draws = request.method == "POST" and loose_truth(request.field("download_invoice"))
    if draws and settings().drawing_function:
        from chalicelib.api import elsewhere

        return elsewhere.answer(request)
    context = authenticate(request)
    if not draws:
        return crud.collection(context, INVOICES, request)
    return execute(
        context,
        request,
        lambda context: invoices.create(context, request.fields),
        lambda context, invoice: documents.pdf(printing.of_record(context, invoice)),
    )


def _payment_terms(request: Request, _: list[str]) -> Response:
    """The built-in terms and the account's own, by days; a list of its own kind (resources.md 5.10)."""
    context = authenticate(request)
    if request.method == "POST":
        return crud.collection(context, PAYMENT_TERMS, request)
    page, size = crud.page_of(request)
    selection = select(context, PAYMENT_TERMS, request.fields)
    terms = payment_terms.active(context, selection)
    found, cursor = listed(context, selection, terms, (page - 1) * size, size, crud.cursor_of(request))
    return crud.paged(context, PAYMENT_TERMS, request, found, cursor)


def _payment_term(request: Request, segments: list[str]) -> Response:
    """A DELETE names the number of days, everything else the id (QUIRK of v4 that clients know)."""
    context = authenticate(request)
    if request.method == "DELETE":
        return execute(
            context,
            request,
            lambda context: payment_terms.delete(context, number(segments[0], -2)),
            lambda context, term: crud.shown(context, PAYMENT_TERMS, request, term),
        )
    return crud.member(context, PAYMENT_TERMS, request, segments[0])


def _dashboard(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    content: dict[str, Any] = {"id": 1}
    if not loose_truth(request.field("only_activity")):
        content |= dashboard.totals(context)
    records = activities.recent(context, own_only=not context.may("view", "reports"))
    views = view(context, ACTIVITIES, records, {})
    content["activities"] = envelope.items(views, {"index": "none"})
    return response.json(envelope.wrapped(content, request.fields))


def _ledger(request: Request, segments: list[str]) -> Response:
    """`GET /ledger/proof`: the account's books recomputed from its ledger."""
    context = authenticate(request)
    if segments[0] != "proof":
        raise RouteNotFound
    return response.json(envelope.wrapped(proof.prove(context), request.fields))


def _usage(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    return response.json(envelope.wrapped(usage.report(context, request.fields), request.fields))


READ = ("GET", "HEAD")

ENDPOINTS: dict[str, tuple[Endpoint, ...]] = {
    "openapi.json": (Endpoint(READ, reference.openapi),),
    "ping": (Endpoint(READ, _ping),),
    "register": (Endpoint(("POST",), sessions.register),),
    "login": (Endpoint(("POST",), sessions.login),),
    "forgot_password": (Endpoint(("POST",), sessions.forgot_password),),
    "reset_password": (Endpoint(("POST",), sessions.set_password),),
    "accept_invitation": (Endpoint(("POST",), sessions.set_password),),
    "oauth_login": (Endpoint(("POST",), sessions.oauth_login),),
    "oauth_link": (Endpoint(("POST", "DELETE"), sessions.oauth_link),),
    "two_factor": (Endpoint((*READ, "POST", "PUT", "DELETE"), sessions.second_factor),),
    "ios_subscription_status": (Endpoint(("POST",), sessions.ios_subscription_status),),
    "refresh": (Endpoint(("POST",), sessions.refresh, harmless=True),),
    "user_accounts": (Endpoint(READ, sessions.user_accounts),),
    "add_token": (Endpoint(("POST",), sessions.add_token),),
    "remove_token": (Endpoint(("POST",), sessions.remove_token),),
    "update_notifications": (Endpoint(("POST",), sessions.update_notifications),),
    "upgrade": (Endpoint(("POST",), sessions.upgrade),),
    "accounts": (Endpoint((*READ, "PUT"), _account),),
    "static": (Endpoint(READ, _static),),
    "ledger": (Endpoint(READ, _ledger, 1),),
    "dashboard": (Endpoint(READ, _dashboard),),
    "usage": (Endpoint(READ, _usage),),
    "quotes": (Endpoint(READ, _quotes),),
    "email_invoice": (Endpoint(("POST",), _email_invoice),),
    "invoices": (Endpoint((*READ, "POST"), _invoices),),
    "download": (Endpoint(READ, documents.download, 1, draws=True),),
    "documents": (
        Endpoint((*READ, "POST"), documents.collection, draws=True),
        Endpoint((*READ, "DELETE"), documents.member, 1),
    ),
    "payment_terms": (
        Endpoint((*READ, "POST"), _payment_terms),
        Endpoint((*READ, "PUT", "DELETE"), _payment_term, 1),
    ),
}
