"""Which function answers which path under `/v1` besides the resources' own verbs, and which outside of it.

Functions are named, not imported: each comes with its module when a request first asks for it, so that no
request waits for what others need.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple, cast

from chalicelib.api import portal
from chalicelib.api.request import Request
from chalicelib.api.response import Response

Serve = Callable[[Request, list[str]], Response]

READ = ("GET", "HEAD")
BULK = "bulk"
"""What follows a resource's name where many records are changed at once."""


class Endpoint(NamedTuple):
    """`place` is the function, as `module.function` of this package. It gets the request and the path
    segments after the name, of which there are `depth`.

    `harmless` ones change nothing though they are no GET, so read-only tokens may use them; those
    that `draws` use what only the bundle for drawing has.
    """

    methods: tuple[str, ...]
    place: str
    depth: int = 0
    harmless: bool = False
    draws: bool = False

    def serve(self, request: Request, segments: list[str]) -> Response:
        return function(self.place)(request, segments)


def function(place: str) -> Serve:
    module, _, name = place.rpartition(".")
    return cast(Serve, getattr(import_module(f"{__package__}.{module}"), name))


ENDPOINTS: dict[str, tuple[Endpoint, ...]] = {
    "openapi.json": (Endpoint(READ, "reference.openapi"),),
    "ping": (Endpoint(READ, "endpoints.ping"),),
    "register": (Endpoint(("POST",), "sessions.register"),),
    "login": (Endpoint(("POST",), "sessions.login"),),
    "forgot_password": (Endpoint(("POST",), "sessions.forgot_password"),),
    "reset_password": (Endpoint(("POST",), "sessions.set_password"),),
    "accept_invitation": (Endpoint(("POST",), "sessions.set_password"),),
    "oauth_login": (Endpoint(("POST",), "sessions.oauth_login"),),
    "oauth_link": (Endpoint(("POST", "DELETE"), "sessions.oauth_link"),),
    "two_factor": (Endpoint((*READ, "POST", "PUT", "DELETE"), "sessions.second_factor"),),
    "ios_subscription_status": (Endpoint(("POST",), "sessions.ios_subscription_status"),),
    "refresh": (Endpoint(("POST",), "sessions.refresh", harmless=True),),
    "user_accounts": (Endpoint(READ, "sessions.user_accounts"),),
    "add_token": (Endpoint(("POST",), "sessions.add_token"),),
    "remove_token": (Endpoint(("POST",), "sessions.remove_token"),),
    "update_notifications": (Endpoint(("POST",), "sessions.update_notifications"),),
    "upgrade": (Endpoint(("POST",), "sessions.upgrade"),),
    "accounts": (Endpoint((*READ, "PUT"), "endpoints.account"),),
    "static": (Endpoint(READ, "endpoints.static"),),
    "ledger": (Endpoint(READ, "endpoints.ledger", 1),),
    "dashboard": (Endpoint(READ, "endpoints.overview"),),
    "usage": (Endpoint(READ, "usage.report"),),
    "quotes": (Endpoint(READ, "invoices.quotes"),),
    "email_invoice": (Endpoint(("POST",), "invoices.email"),),
    "invoices": (Endpoint((*READ, "POST"), "invoices.collection"),),
    "download": (Endpoint(READ, "documents.download", 1, draws=True),),
    "documents": (
        Endpoint((*READ, "POST"), "documents.collection", draws=True),
        Endpoint((*READ, "DELETE"), "documents.member", 1),
    ),
    "payment_terms": (
        Endpoint((*READ, "POST"), "endpoints.terms"),
        Endpoint((*READ, "PUT", "DELETE"), "endpoints.term", 1),
    ),
    "hooks": (
        Endpoint((*READ, "POST"), "hooks.collection"),
        Endpoint((*READ, "PUT", "PATCH", "DELETE"), "hooks.member", 1),
        Endpoint((*READ, "POST"), "hooks.part", 2),
    ),
    "events": (Endpoint(READ, "hooks.feed"),),
    "gateways": (
        Endpoint((*READ, "POST"), "inbound.gateways_of"),
        Endpoint((*READ, "PUT", "PATCH", "DELETE"), "inbound.gateway", 1),
    ),
}
"""By the first segment."""

INBOUND = ("/payment_hook/{account_key}/{gateway}", "/ses_events", "/hook/{name}")

OUTSIDE: dict[str, str] = {
    "docs": "reference.docs",
    "settings": "account_pages.serve",
    "static": "pages.static",
    **dict.fromkeys(portal.NAMES, "portal.serve"),
    **dict.fromkeys((path.split("/")[1] for path in INBOUND), "inbound.serve"),
}
"""What answers outside `/v1`, by the first segment; it gets those after it."""

VERSIONED = ("/v1", "/v1/{name}", "/v1/{name}/{key}", "/v1/{name}/{key}/{more}")


def drawn() -> tuple[str, ...]:
    """The paths whose answers are drawn: documents and pages.

    What draws is larger than the rest together, so a deployment has a function of its own for them.
    """
    names = [name for name, endpoints in ENDPOINTS.items() if any(endpoint.draws for endpoint in endpoints)]
    return (
        *(f"/v1/{name}{rest}" for name in names for rest in ("", "/{key}", "/{key}/{more}")),
        "/docs",
        "/docs/{file}",
        "/settings",
        "/settings/{page}",
        "/settings/{page}/{key}",
        "/static/{file}",
        *portal.PATHS,
    )


def declared() -> tuple[str, ...]:
    """The paths to declare at the gateway."""
    return *VERSIONED, *INBOUND, *drawn()
