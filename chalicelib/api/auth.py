"""Tokens and the API secret at the door (http.md 3.1, 3.2)."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from dataclasses import replace
from threading import Lock

from chalicelib.api.request import Request
from chalicelib.errors import Forbidden
from chalicelib.operations import tokens
from chalicelib.operations.context import Context
from chalicelib.operations.sessions import key_maker
from chalicelib.operations.shapes import TOKEN, USER
from chalicelib.operations.work import Work
from chalicelib.settings import settings

MOST_CACHED = 1_000
LONGEST_TOKEN = 128

new_key = key_maker(secrets.choice)


class _Cache:
    """Who a token is, for up to a minute; keyed by hash so that no clear token stays in memory."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[float, Context]] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str) -> Context | None:
        with self._lock:
            until, context = self._known.get(digest, (0.0, None))
            return context if until > time.monotonic() else None

    def put(self, digest: str, context: Context) -> None:
        with self._lock:
            self._known[digest] = (time.monotonic() + settings().token_cache_seconds, context)
            self._known.move_to_end(digest)
            while len(self._known) > MOST_CACHED:
                self._known.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


cache = _Cache()


def origin(account: str, account_key: str, user: int) -> Context:
    """A context for this moment."""
    return Context(account, account_key, user, int(time.time()), new_key, public_url=settings().public_url)


def authenticate(request: Request) -> Context:
    """Who sends the request. Forbidden: no valid token, or its user is gone."""
    token = request.headers.get("x-ninja-token", "")
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise Forbidden
    digest = tokens.digest(token)
    known = cache.get(digest)
    if known is None:
        known = _look_up(token)
        cache.put(digest, known)
    return replace(known, now=int(time.time()))


def _look_up(token: str) -> Context:
    bearer = tokens.bearer(token)
    if bearer is None:
        raise Forbidden
    context = origin(bearer.account, bearer.account_key, bearer.user)
    work = Work(context, {})
    work.fetch((work.key(USER.kind, bearer.user), work.key(TOKEN.kind, bearer.token)))
    user, record = work.find(USER, bearer.user), work.find(TOKEN, bearer.token)
    if user is None or record is None or not user.is_active or not record.is_active:
        raise Forbidden
    return replace(
        context, is_admin=bool(user.data["is_admin"]), permissions=frozenset(user.data["permissions"])
    )


def has_secret(request: Request) -> bool:
    """Whether the request carries the API secret; without a configured one everybody does."""
    wanted = settings().api_secret
    if not wanted:
        return True
    sent = request.headers.get("x-ninja-secret") or request.field("api_secret")
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), wanted.encode())


def require_secret(request: Request) -> None:
    if not has_secret(request):
        raise Forbidden("Invalid value for API_SECRET")
