"""Users and API tokens (resources.md 5.19, 5.23). A user's `id` is its number, the owner being 1."""

from __future__ import annotations

from chalicelib.operations.shape import Field, Shape, boolean, kept, shown, text

USER = Shape(
    "user",
    (
        shown("id", 0),
        text("first_name", default=None),
        text("last_name", default=None),
        text("email", trim=True),
        shown("account_key"),
        shown("updated_at", 0),
        shown("deleted_at", None, type="integer"),
        text("phone", default=None),
        shown("registered", True),
        shown("confirmed", True),
        shown("oauth_user_id", None),
        shown("oauth_provider_id", None, type="integer"),
        boolean("notify_sent", True),
        boolean("notify_viewed"),
        boolean("notify_paid", True),
        boolean("notify_approved", True),
        shown("is_admin", True),
        Field("permissions", (), about={"type": ["object", "array"]}),
        kept("password"),
        kept("archived_at", None),
        kept("created_at", 0),
    ),
)

TOKEN = Shape(
    "account_token",
    (
        shown("id", 0),
        text("name"),
        kept("hash"),
        kept("nonce"),
        kept("user", 0),
        kept("updated_at", 0),
        kept("archived_at", None),
        kept("created_at", 0),
    ),
)
