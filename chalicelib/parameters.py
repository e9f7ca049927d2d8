"""Secrets in AWS's Parameter Store: read when first needed, then known to the container for a while."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.errors import Unavailable
from chalicelib.store.connection import connection, reaching

KEPT_SECONDS = 300.0
"""How long a changed parameter may go unnoticed."""
NONE = "none"
"""What stands for an empty secret: the store keeps no empty value, and a missing one is a mistake."""

log = logging.getLogger(__name__)
_known: dict[str, tuple[float, str]] = {}


class MissingSecret(Exception):
    """The installation lacks a secret; the text says which. Nothing that needs it can be done."""


@lru_cache(maxsize=1)
def _client() -> Any:
    config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
    return connection().session.create_client("ssm", config=config)


def secret(name: str, required: bool = False, clock: Callable[[], float] = time.monotonic) -> str:
    """The value at a path; the last known one where the store is silent. MissingSecret, Unavailable."""
    found = _current(name, clock)
    if found == NONE and required:
        raise MissingSecret(f"The parameter {name} must have a value.")
    return "" if found == NONE else found


def _current(name: str, clock: Callable[[], float]) -> str:
    since, known = _known.get(name, (0.0, ""))
    if known and clock() - since < KEPT_SECONDS:
        return known
    try:
        known = _read(name)
    except Unavailable:
        if not known:
            raise
        log.warning("The secret %s could not be read again; the known one stays in use.", name)
    _known[name] = (clock(), known)
    return known


def _read(name: str) -> str:
    try:
        with reaching():
            answer = _client().get_parameter(Name=name, WithDecryption=True)
    except ClientError as error:
        reason = error.response["Error"]["Code"]
        raise MissingSecret(f"The parameter {name} cannot be read ({reason}).") from error
    value: str = answer["Parameter"]["Value"]
    return value
