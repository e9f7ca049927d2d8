"""Tokens and the API secret at the door (http.md 3.1, 3.2)."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import replace

from chalicelib.api.request import Request
from chalicelib.errors import Forbidden
from chalicelib.observe import scope
from chalicelib.operations import tokens
from chalicelib.operations.callers import callers
from chalicelib.operations.context import Context
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID, TOKEN, USER
from chalicelib.operations.shapes.user import READ
from chalicelib.settings import settings
from chalicelib.store.reads import get_rows, lookup_key, record_key
from chalicelib.store.record import Record, from_raw

LONGEST_TOKEN = 128

cache = callers

new_key = tokens.key_maker(secrets.choice)


def origin(account: str, account_key: str, user: int) -> Context:
    """A context for this moment."""
    return Context(account, account_key, user, int(time.time()), new_key, public_url=settings().public_url)


def authenticate(request: Request) -> Context:
    """Who sends the request, which counts towards the account's limit.

    Forbidden: no valid token, its user is gone, or it may not do what the request asks for. RateLimited.
    """
    token = request.headers.get("x-ninja-token", "")
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise Forbidden
    digest = tokens.digest(token)
    known = cache.get(digest, time.monotonic())
    if known is None:
        changes = cache.changes
        known = _look_up(digest)
        cache.put(digest, known, time.monotonic() + settings().token_cache_seconds, changes)
    now = time.time()
    if known.expires and known.expires <= now:
        raise Forbidden
    scope.belongs_to(known.account, is_trusted=True)
    if settings().rate_limit:
        from chalicelib.api import throttle

        request.allowance = throttle.charge("account", known.account, settings().rate_limit, now)
    if known.read_only and request.writes:
        raise Forbidden("This token may only read.")
    return replace(known, now=int(now))


def _look_up(digest: str) -> Context:
    """The caller from its token, user and settings. Forbidden: one of them does not let it in."""
    bearer = tokens.bearer_of(digest)
    if bearer is None:
        raise Forbidden
    context = origin(bearer.account, bearer.account_key, bearer.user)
    wanted = ((USER, bearer.user), (TOKEN, bearer.token), (ACCOUNT, SETTINGS_ID))
    keys = [record_key(bearer.account, shape.kind, number) for shape, number in wanted]
    rows = get_rows(keys)
    found = [
        from_raw(shape.kind, row) if (row := rows[key]) is not None else None
        for key, (shape, _) in zip(keys, wanted, strict=True)
    ]
    user, token, account = found
    if user is None or token is None or account is None or not user.is_active or not token.is_active:
        raise Forbidden
    known = _caller(context, user, token, account)
    if not known.expires or known.expires > context.now:
        tokens.note_use(lookup_key(tokens.LOOKUP, digest), bearer.used, context.now)
    return known


def _caller(context: Context, user: Record, token: Record, account: Record) -> Context:
    rights, limits = USER.full(user.data), TOKEN.full(token.data)
    if rights["epoch"] != limits["epoch"]:
        raise Forbidden
    return replace(
        context,
        is_admin=bool(rights["is_admin"]),
        permissions=frozenset(rights["permissions"]),
        modules=ACCOUNT.full(account.data)["enabled_modules"],
        token=token.id,
        read_only=limits["scope"] == READ,
        expires=limits["expires_at"] or 0,
    )


def has_secret(request: Request) -> bool:
    """Whether the request carries the API secret; without a configured one everybody does."""
    wanted = settings().api_secret
    if not wanted:
        return True
    sent = request.headers.get("x-ninja-secret") or request.field("api_secret")
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), wanted.encode())


def charge_address(request: Request) -> None:
    """Count a request without a token towards the limit of the caller's address. RateLimited."""
    limit = settings().login_limit
    if limit and request.address:
        from chalicelib.api import throttle

        request.allowance = throttle.charge("ip", throttle.network(request.address), limit, time.time())


def require_secret(request: Request) -> None:
    """What every path without a token begins with: the limit of the caller's address, then the secret.

    RateLimited; Forbidden.
    """
    charge_address(request)
    if not has_secret(request):
        raise Forbidden("Invalid value for API_SECRET")
