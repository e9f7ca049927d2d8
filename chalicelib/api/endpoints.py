"""The single-purpose endpoints (http.md 1.1)."""

from __future__ import annotations

from typing import Any

from chalicelib.api import crud, envelope, response
from chalicelib.api.auth import authenticate, has_secret
from chalicelib.api.execution import execute
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Forbidden, RouteNotFound
from chalicelib.operations import (
    accounts,
    activities,
    dashboard,
    payment_terms,
    proof,
)  # fmt: skip
from chalicelib.operations.coerce import integral, loose_truth
from chalicelib.operations.pages import listed
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work
from chalicelib.resources.accounts import ACCOUNTS, PAYMENT_TERMS
from chalicelib.resources.clients import ACTIVITIES
from chalicelib.resources.filters import select
from chalicelib.resources.view import view
from chalicelib.settings import settings


def ping(request: Request, _: list[str]) -> Response:
    if not request.headers.get("x-ninja-token"):
        if settings().api_secret and has_secret(request) and not loose_truth(request.field("v2")):
            return response.text("success")
        raise Forbidden
    context = authenticate(request)
    if not loose_truth(request.field("v2")):
        return response.text("success")
    return response.json({"data": Work(context, {}).load(USER, context.user).data["email"]})


def account(request: Request, _: list[str]) -> Response:
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


def static(request: Request, _: list[str]) -> Response:
    from chalicelib.data import static_document

    authenticate(request)
    return response.json(envelope.wrapped(static_document(), request.fields))


def terms(request: Request, _: list[str]) -> Response:
    """The built-in terms and the account's own, by days; a list of its own kind (resources.md 5.10)."""
    context = authenticate(request)
    if request.method == "POST":
        return crud.collection(context, PAYMENT_TERMS, request)
    page, size = crud.page_of(request)
    selection = select(context, PAYMENT_TERMS, request.fields)
    terms = payment_terms.active(context, selection)
    found, cursor = listed(context, selection, terms, (page - 1) * size, size, crud.cursor_of(request))
    return crud.paged(context, PAYMENT_TERMS, request, found, cursor)


def term(request: Request, segments: list[str]) -> Response:
    """A DELETE names the number of days, everything else the id (QUIRK of v4 that clients know)."""
    context = authenticate(request)
    if request.method == "DELETE":
        return execute(
            context,
            request,
            lambda context: payment_terms.delete(context, integral(segments[0], -2)),
            lambda context, term: crud.shown(context, PAYMENT_TERMS, request, term),
        )
    return crud.member(context, PAYMENT_TERMS, request, segments[0])


def overview(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    content: dict[str, Any] = {"id": 1}
    if not loose_truth(request.field("only_activity")):
        content |= dashboard.totals(context)
    records = activities.recent(context, own_only=not context.may("view", "reports"))
    views = view(context, ACTIVITIES, records, {})
    content["activities"] = envelope.items(views, {"index": "none"})
    return response.json(envelope.wrapped(content, request.fields))


def ledger(request: Request, segments: list[str]) -> Response:
    """`GET /ledger/proof`: the account's books recomputed from its ledger."""
    context = authenticate(request)
    if segments[0] != "proof":
        raise RouteNotFound
    return response.json(envelope.wrapped(proof.prove(context), request.fields))
