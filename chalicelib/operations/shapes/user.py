"""Users and API tokens (resources.md 5.19, 5.23). A user's `id` is its number, the owner being 1.

A token counts while its `epoch` is its user's: moving that on, at `revoked_at`, revokes all tokens at once.
`device` is the name under which a device logged in, whatever the token is called now. A user's `link` is
the hash of a mailed token that sets a password, empty once used; `link_at` is when it was asked for and
`link_until` when it ends.
"""

from __future__ import annotations

from chalicelib.operations import coerce
from chalicelib.operations.shape import Field, Shape, boolean, kept, shown, text

FULL, READ = "full", "read"
"""What a token may do: all that its user may, or only look."""


ENDS = {"type": "integer", "description": "Unix time; null: never. A date or a time may be sent, too."}
SCOPES = {"type": "string", "enum": [FULL, READ]}


def _scope(value: object, form: str) -> str:
    found = coerce.text()(value, form)
    if found not in (FULL, READ):
        raise ValueError("The scope must be full or read.")
    return str(found)


def _moment(value: object, _: str) -> int | None:
    return coerce.moment(value)


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
        kept("epoch", 0),
        kept("revoked_at", 0),
        kept("link"),
        kept("link_at", 0),
        kept("link_until", 0),
        kept("archived_at", None),
        kept("created_at", 0),
    ),
)

TOKEN = Shape(
    "account_token",
    (
        shown("id", 0),
        text("name", trim=True),
        shown("user_id", 0),
        shown("last_used", None, type="integer"),
        Field("expires_at", None, _moment, updates=False, about=ENDS),
        Field("scope", FULL, _scope, updates=False, about=SCOPES),
        shown("created_at", 0),
        shown("updated_at", 0),
        shown("archived_at", None),
        kept("hash"),
        kept("nonce"),
        kept("device"),
        kept("user", 0),
        kept("epoch", 0),
    ),
)
