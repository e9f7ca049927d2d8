"""What the portal hands to a browser and knows again: marks under the server's secret."""

from __future__ import annotations

import hmac

from chalicelib.settings import settings

SEEN = "seen"
FORM = "form"
LOGIN = "login"


def made(purpose: str, *parts: object) -> str:
    """A mark that only this server can make, for one purpose."""
    key = hmac.digest(settings().server_secret.encode(), b"kunai portal 1", "sha256")
    return hmac.new(key, "\n".join((purpose, *map(str, parts))).encode(), "sha256").hexdigest()[:32]


def holds(sent: object, purpose: str, *parts: object) -> bool:
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), made(purpose, *parts).encode())
