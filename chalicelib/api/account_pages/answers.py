"""Answers of the account's pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chalicelib.api import pages
from chalicelib.api.account_pages import door
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import (
    KunaiError,
    MethodNotAllowed,
    RateLimited,
    RecordNotFound,
    RouteNotFound,
    Unauthorized,
    Unavailable,
    UnsupportedAction,
)
from chalicelib.operations.browser_sessions import Visitor

Perform = Callable[[Request, Visitor, str], Response]
"""Answers who is signed in; gets the id in the path, empty for none."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # Browsers hide the origin of a form, too, where no referrer may be told.
    "Referrer-Policy": "same-origin",
}
DONE = {
    "revoked": "The token is revoked.",
    "created": "The webhook is created. Its secret is shown on request.",
    "paused": "The webhook is paused. Its deliveries wait.",
    "resumed": "The webhook is active again.",
    "deleted": "The webhook is deleted.",
    "out": "You are signed out.",
    "everywhere": "All your sessions are ended and your API tokens revoked.",
}
"""What a page says after a form was taken, by the word in its address."""
TEXTS: tuple[tuple[type[KunaiError], str], ...] = (
    (RouteNotFound, "There is no such page."),
    (MethodNotAllowed, "This page cannot do that."),
    (UnsupportedAction, "This page cannot do that."),
    (RecordNotFound, "There is no such record."),
    (Unauthorized, "Only administrators may do this."),
    (RateLimited, "Too many requests. Please wait a moment."),
    (Unavailable, "The service is temporarily unavailable. Please try again."),
)


def page(
    request: Request, visitor: Visitor | None, template: str, status: int = 200, **values: Any
) -> Response:
    """A page of who is signed in, or of a stranger."""
    from chalicelib.render.html.pages import page as rendered

    known = {
        "base": pages.base_of(request),
        "here": door.base_of(request),
        "csrf": visitor.csrf_token if visitor else "",
        "signed_in": visitor is not None,
        "is_admin": visitor is not None and visitor.context.is_admin,
        "email": visitor.user.data["email"] if visitor else "",
        "company": visitor.account.data["name"] if visitor else "",
        "done": DONE.get(str(request.query.get("done")), ""),
        "moment": moment,
    }
    return pages.html(rendered(f"settings/{template}.html", **{**known, **values}), status, HEADERS)


def to(request: Request, path: str, done: str = "", cookie: str = "") -> Response:
    """303 to one of these pages, with a word about what was done."""
    query = f"?done={done}" if done else ""
    headers = {"Set-Cookie": cookie} if cookie else {}
    return pages.see_other(f"{door.base_of(request)}{path}{query}", {**HEADERS, **headers})


def refusal(request: Request, error: KunaiError) -> Response:
    text = next((text for kind, text in TEXTS if isinstance(error, kind)), str(error))
    answer = page(request, None, "refusal", error.status, text=text)
    answer["headers"] |= error.headers
    return answer


def moment(seconds: int | None) -> str:
    """A time as the pages show it, in UTC; empty for none."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M") if seconds else ""
