"""Payment gateways: where an account's online payments are reported from."""

from __future__ import annotations

from typing import Any

from chalicelib.operations import coerce
from chalicelib.operations.shape import Field, Shape, boolean, kept, shown, text

STRIPE = "stripe"
PROVIDERS = (STRIPE,)
LONGEST = 255
"""Characters of a secret; cutting one would break it silently."""


def _provider(value: Any, _: str) -> str:
    found = str(value or "").strip().lower()
    if found not in PROVIDERS:
        raise ValueError("The provider must be one of: " + ", ".join(PROVIDERS) + ".")
    return found


def _key(value: Any, _: str) -> str:
    found = coerce.plain_text(value).strip()
    if len(found) > LONGEST or not found.isprintable():
        raise ValueError(f"The value must have at most {LONGEST} printable characters.")
    return found


def _secret(name: str, description: str) -> Field:
    """Written and never shown; stored sealed."""
    about = {"type": "string", "description": f"{description} Never shown."}
    return Field(name, "", _key, hidden=True, about=about)


GATEWAY = Shape(
    "gateway",
    (
        shown("id", 0),
        text("name", trim=True),
        Field("provider", STRIPE, _provider, updates=False, about={"enum": list(PROVIDERS)}),
        boolean("is_enabled", True),
        shown("webhook_url", description="Where the provider has to send its events."),
        shown("has_api_key", False),
        _secret("webhook_secret", "The provider's signing secret of this webhook (`whsec_…`)."),
        _secret("api_key", "The provider's secret key."),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_deleted", False),
        kept("created_at", 0),
    ),
)
SECRETS = ("webhook_secret", "api_key")
