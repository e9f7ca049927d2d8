"""The mails of the account, for administrators."""

from __future__ import annotations

from chalicelib.api.account_pages import answers
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.operations import mails
from chalicelib.operations.browser_sessions import Visitor
from chalicelib.operations.coerce import integral

KINDS = {
    "invoice.emailed": "Invoice",
    "quote.emailed": "Quote",
    "payment.receipt_requested": "Receipt",
    "user.invited": "Invitation of a user",
}


def show(request: Request, visitor: Visitor, _: str) -> Response:
    found, rest = mails.recent(visitor.context, integral(request.query.get("before")))
    return answers.page(request, visitor, "mails", rows=found, rest=rest, kinds=KINDS)
