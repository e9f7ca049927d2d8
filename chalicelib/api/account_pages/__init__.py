"""The account's own pages under `/settings`: API tokens, webhooks and their deliveries, mails.

Whoever is not signed in sees nothing but the form to sign in; only POST changes anything, and every form
carries a token of its session. The pages need no script.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.api.account_pages import answers, door, entrance, hooks, mails, second_factor, tokens
from chalicelib.api.account_pages.answers import Perform
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import KunaiError, MethodNotAllowed, RouteNotFound, Unauthorized


class Page(NamedTuple):
    """`show` answers GET and `act` POST; `admin` pages are for administrators only."""

    show: Perform | None = None
    act: Perform | None = None
    admin: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        return (("GET", "HEAD") if self.show else ()) + (("POST",) if self.act else ())


PAGES = {
    ("", 0): Page(entrance.overview),
    ("logout", 1): Page(act=entrance.sign_out),
    ("everywhere", 1): Page(act=entrance.sign_out_everywhere),
    ("tokens", 1): Page(tokens.show, tokens.create),
    ("tokens", 2): Page(act=tokens.revoke),
    ("hooks", 1): Page(hooks.show_all, hooks.create, admin=True),
    ("hooks", 2): Page(hooks.show, hooks.act, admin=True),
    ("mails", 1): Page(mails.show, admin=True),
    ("second-factor", 1): Page(second_factor.show, second_factor.act),
}
DOORS: dict[str, Callable[[Request], Response]] = {
    "GET": entrance.show_form,
    "HEAD": entrance.show_form,
    "POST": entrance.sign_in,
}
"""The one page for who is not signed in, `/settings/login`."""


def serve(request: Request, segments: list[str]) -> Response:
    try:
        if segments == ["login"]:
            if request.method not in DOORS:
                raise MethodNotAllowed(request.method, tuple(DOORS))
            return DOORS[request.method](request)
        return _serve(request, segments)
    except KunaiError as error:
        return answers.refusal(request, error)


def _serve(request: Request, segments: list[str]) -> Response:
    found = PAGES.get((segments[0] if segments else "", len(segments)))
    if found is None:
        raise RouteNotFound
    if request.method not in found.methods:
        raise MethodNotAllowed(request.method, found.methods)
    visitor = door.visitor_of(request)
    if visitor is None:
        return answers.to(request, "/login")
    if request.method == "POST":
        door.check_form(request, visitor)
    if found.admin and not visitor.context.is_admin:
        raise Unauthorized
    perform = found.act if request.method == "POST" else found.show
    assert perform is not None  # noqa: S101  (the page has the method)
    return perform(request, visitor, segments[-1] if len(segments) > 1 else "")
