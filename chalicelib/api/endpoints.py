"""The single-purpose endpoints (http.md 1.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from chalicelib.api import crud, envelope, response
from chalicelib.api.auth import authenticate, has_secret, new_key, origin, require_secret
from chalicelib.api.execution import execute
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Forbidden, InvalidInput, RecordNotFound, RouteNotFound
from chalicelib.operations import (
    accounts,
    activities,
    dashboard,
    documents,
    invoices,
    payment_terms,
    proof,
    sessions,
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
    """`serve` gets the request and the path segments after the name, of which there are `depth`."""

    methods: tuple[str, ...]
    serve: Callable[[Request, list[str]], Response]
    depth: int = 0


def _ping(request: Request, _: list[str]) -> Response:
    if not request.headers.get("x-ninja-token"):
        if settings().api_secret and has_secret(request) and not loose_truth(request.field("v2")):
            return response.text("success")
        raise Forbidden
    context = authenticate(request)
    if not loose_truth(request.field("v2")):
        return response.text("success")
    return response.json({"data": Work(context, {}).load(USER, context.user).data["email"]})


def _register(request: Request, _: list[str]) -> Response:
    require_secret(request)
    fixed = settings().demo_token
    token = fixed if fixed and request.field("token") == fixed else ""
    session = sessions.register(origin, request.fields, new_key, settings().server_secret, token)
    return _session(request, session)


def _login(request: Request, _: list[str]) -> Response:
    require_secret(request)
    return _session(request, sessions.login(origin, request.fields, settings().server_secret))


def _refresh(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    return _session(request, sessions.resume(context, request.fields, settings().server_secret))


def _session(request: Request, session: sessions.Session) -> Response:
    from chalicelib.resources.session import session_view

    views = [session_view(session, crud.includes(request))]
    if loose_truth(request.field("include_static")):
        from chalicelib.data import translated_static

        shown = envelope.items(views, {"index": "none"})
        content = {"accounts": shown, "static": translated_static(), "version": response.VERSION}
        return response.json(envelope.wrapped(content, request.fields))
    return response.json(envelope.items(views, request.fields))


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
    context = authenticate(request)
    if request.method != "POST" or not loose_truth(request.field("download_invoice")):
        return crud.collection(context, INVOICES, request)
    return execute(
        context,
        request,
        lambda context: invoices.create(context, request.fields),
        lambda context, invoice: _pdf(documents.of_record(context, invoice)),
    )


def _download(request: Request, segments: list[str]) -> Response:
    context = authenticate(request)
    found = documents.printed(context, crud.public_id(segments[0]))
    if found is None:
        raise RouteNotFound
    return _pdf(found)


def _pdf(found: documents.Printed) -> Response:
    headers = {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Cache-Control": "public, must-revalidate, max-age=0",
    }
    if len(found.content) > response.LARGEST_BINARY:
        return response.redirect(found.link)
    return response.binary(found.content, headers)


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


def _ios_subscription_status(request: Request, _: list[str]) -> Response:
    """The address of App Store callbacks, which v4 takes and forgets."""
    require_secret(request)
    return response.text("", headers={"Content-Type": "text/html; charset=UTF-8"})


READ = ("GET", "HEAD")

ENDPOINTS: dict[str, tuple[Endpoint, ...]] = {
    "ping": (Endpoint(READ, _ping),),
    "register": (Endpoint(("POST",), _register),),
    "login": (Endpoint(("POST",), _login),),
    "ios_subscription_status": (Endpoint(("POST",), _ios_subscription_status),),
    "refresh": (Endpoint(("POST",), _refresh),),
    "user_accounts": (Endpoint(READ, _refresh),),
    "accounts": (Endpoint((*READ, "PUT"), _account),),
    "static": (Endpoint(READ, _static),),
    "ledger": (Endpoint(READ, _ledger, 1),),
    "dashboard": (Endpoint(READ, _dashboard),),
    "quotes": (Endpoint(READ, _quotes),),
    "email_invoice": (Endpoint(("POST",), _email_invoice),),
    "invoices": (Endpoint((*READ, "POST"), _invoices),),
    "download": (Endpoint(READ, _download, 1),),
    "payment_terms": (
        Endpoint((*READ, "POST"), _payment_terms),
        Endpoint((*READ, "PUT", "DELETE"), _payment_term, 1),
    ),
}
