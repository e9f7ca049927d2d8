"""Who may see the account's pages, and whose forms count."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from chalicelib.api import pages, throttle
from chalicelib.api.auth import charge_address, origin
from chalicelib.api.request import Request
from chalicelib.errors import Forbidden
from chalicelib.observe import scope
from chalicelib.operations import browser_sessions
from chalicelib.operations.browser_sessions import Visitor
from chalicelib.settings import settings

CSRF = "csrf_token"
"""The field of every form that proves it to be of this session."""
STALE = "This form is not valid any more. Please open the page again."
COOKIE = "kunai-settings"


def visitor_of(request: Request) -> Visitor | None:
    """Who is signed in, and counts towards the account's limit. RateLimited."""
    token = token_of(request)
    found = browser_sessions.find(origin, token) if token else None
    if found is None:
        return None
    account = found.context.account
    scope.belongs_to(account)
    if settings().rate_limit:
        request.allowance = throttle.charge("account", account, settings().rate_limit, time.time())
    return found


def token_of(request: Request) -> str:
    """The session's token, or nothing; other cookies of the host may be malformed."""
    pairs = (part.strip().partition("=") for part in request.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == _name(request)), "")


def sign_in(request: Request) -> str:
    """The cookie of a new session. BadCredentials, RateLimited."""
    charge_address(request)
    secret = settings().server_secret
    token = browser_sessions.begin(origin, request.body.fields, secret, request.address)
    return cookie(request, token, browser_sessions.LONGEST)


def cookie(request: Request, token: str, seconds: int) -> str:
    """The Set-Cookie header; 0 seconds take it back.

    Over https the `__Host-` prefix keeps other hosts of the domain from setting it, for which its path has
    to be `/`: the API does not read it, and the portal only to count no views of the sender's own. Without
    https it is bound to the pages' own path.
    """
    path = "/" if _is_secure(request) else base_of(request)
    bound = f"Path={path}; HttpOnly; SameSite=Strict; Max-Age={seconds}"
    return f"{_name(request)}={token}; {bound}" + ("; Secure" if _is_secure(request) else "")


def check_origin(request: Request) -> None:
    """Forbidden: a form that does not come from these pages, as the browser tells by one header at least."""
    site, sent = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = {_origin(request.url), _origin(settings().public_url)}
    if (site or sent) and site in (None, "same-origin") and (sent is None or sent in own):
        return
    raise Forbidden(STALE)


def check_form(request: Request, visitor: Visitor) -> None:
    """Forbidden: not a form of this session."""
    check_origin(request)
    if not visitor.has_sent(request.body.fields.get(CSRF)):
        raise Forbidden(STALE)


def base_of(request: Request) -> str:
    """The path of the pages as the caller sees it."""
    return f"{pages.base_of(request)}/settings"


def _origin(url: str) -> str:
    found = urlsplit(url)
    return f"{found.scheme}://{found.netloc}"


def _is_secure(request: Request) -> bool:
    return request.url.startswith("https:")


def _name(request: Request) -> str:
    return f"__Host-{COOKIE}" if _is_secure(request) else COOKIE
