"""Signing in and out, and the first page."""

from __future__ import annotations

from chalicelib.api.account_pages import answers, door
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import BadCredentials, Forbidden
from chalicelib.operations import browser_sessions, users
from chalicelib.operations.browser_sessions import Visitor
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.lists import read_head
from chalicelib.operations.sessions import address_of
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD
from chalicelib.store.record import ACTIVE

CODE_NEEDED = "OTP_REQUIRED"
REFUSED = {
    CODE_NEEDED: "Please send the code of your authenticator app along with your password.",
    "Invalid credentials": "The e-mail address or the password is wrong, or was wrong too often.",
    "Invalid one time password": "The code is wrong, or was wrong too often.",
}


def show_form(request: Request) -> Response:
    if door.visitor_of(request) is not None:
        return answers.to(request, "")
    return answers.page(request, None, "login", error="", sent="", asks_code=False)


def sign_in(request: Request) -> Response:
    """The session's cookie; a form of another site signs nobody in."""
    door.check_origin(request)
    try:
        cookie = door.sign_in(request)
    except BadCredentials as error:
        text = REFUSED[str(error)]
        sent = address_of(request.body.fields.get("email"))
        asks = str(error) == CODE_NEEDED
        return answers.page(request, None, "login", error.status, error=text, sent=sent, asks_code=asks)
    return answers.to(request, "", cookie=cookie)


def sign_out(request: Request, visitor: Visitor, _: str) -> Response:
    browser_sessions.end(visitor)
    return answers.to(request, "/login", "out", door.cookie(request, "", 0))


def sign_out_everywhere(request: Request, visitor: Visitor, _: str) -> Response:
    if not loose_truth(request.body.fields.get("sure")):
        raise Forbidden("Please confirm that your API tokens may stop working.")
    users.sign_out_everywhere(visitor.context)
    return answers.to(request, "/login", "everywhere", door.cookie(request, "", 0))


def overview(request: Request, visitor: Visitor, _: str) -> Response:
    context, head = visitor.context, read_head(visitor.context)
    counts = [
        ("Clients", "client", head.total("client", state=ACTIVE)),
        ("Invoices", "invoice", head.total("invoice", STANDARD, ACTIVE)),
        ("Quotes", "quote", head.total("invoice", QUOTE, ACTIVE)),
        ("Payments", "payment", head.total("payment", state=ACTIVE)),
        ("Webhooks", "hook", head.total("hook", state=ACTIVE)),
    ]
    shown = [(name, number) for name, kind, number in counts if context.may("view", kind)]
    return answers.page(request, visitor, "overview", counts=shown)
