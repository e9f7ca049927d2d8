"""Contexts for work that no request asks for."""

from __future__ import annotations

import secrets

from chalicelib.operations.context import Context
from chalicelib.operations.tokens import key_maker
from chalicelib.settings import settings


def acting(account: str, user: int, now: int) -> Context:
    """The user who caused an event; rights were checked when it was committed, so none are asked for."""
    return Context(account, "", user, now, key_maker(secrets.choice), public_url=settings().public_url)
