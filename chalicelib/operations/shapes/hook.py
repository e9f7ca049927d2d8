"""Webhooks: who is told of which event."""

from __future__ import annotations

from chalicelib.operations.shape import Shape, boolean, kept, shown, text

HOOK = Shape(
    "hook",
    (
        shown("id", 0),
        text("event", trim=True),
        text("target_url", limit=2_001, trim=True),
        boolean("is_paused"),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_deleted", False),
        kept("created_at", 0),
        # Sealed; the one before the last rotation signs as well until `previous_until`.
        kept("secret"),
        kept("previous"),
        kept("previous_until", 0),
        kept("account_key"),
    ),
)
