"""Webhooks besides their records, and the feed of events."""

from __future__ import annotations

from chalicelib.api.hooks import MOST_EVENTS
from chalicelib.api.openapi.answers import COUNT, errors, ok, plain
from chalicelib.api.openapi.parameters import named, query
from chalicelib.api.openapi.schemas import Schema, array_of, reference, strict
from chalicelib.api.openapi.single.parts import TEXT, WHOLE, reading, sent, told, writing

TAG = "hooks"
_UNSET = {"type": ["integer", "null"]}
_ID = named("id")
_SIZE = query("per_page", "Rows a page.", {"type": "integer", "minimum": 1, "maximum": MOST_EVENTS})


def _page(row: str) -> Schema:
    """Rows and where the next ones begin."""
    pages = strict({"count": COUNT, "per_page": COUNT, "next_cursor": told(TEXT, "Empty at the end.")})
    rows = array_of(reference(row))
    envelope = strict({"data": rows, "meta": strict({"pagination": pages})}, title="Envelope")
    return {"anyOf": [envelope, {"title": "Bare", "description": "With index=none.", **rows}]}


SCHEMAS: dict[str, Schema] = {
    "Delivery": strict(
        {
            "id": told(TEXT, "The `webhook-id` of every attempt."),
            "sequence": WHOLE,
            "event": TEXT,
            "record_id": _UNSET,
            "status": TEXT,
            "created_at": WHOLE,
            "next_attempt_at": _UNSET,
            "attempts": array_of(
                strict(
                    {
                        "at": WHOLE,
                        "status": told(_UNSET, "Null: there was no answer."),
                        "latency_ms": WHOLE,
                        "error": TEXT,
                    }
                )
            ),
        }
    ),
    "Event": strict(
        {
            "sequence": told(WHOLE, "Without a gap, for ever in this order."),
            "type": TEXT,
            "timestamp": WHOLE,
            "user_id": WHOLE,
            "record_id": _UNSET,
            "version": _UNSET,
            "data": told({"type": ["object", "null"]}, "The record as it then was."),
        }
    ),
}

PATHS: dict[str, Schema] = {
    "/hooks": {
        "post": writing(
            "createHook",
            TAG,
            "Register a webhook",
            {
                "201": {
                    "description": "Registered.",
                    "content": {"application/json": {"schema": strict({"id": WHOLE}), "example": {"id": 1}}},
                }
            },
            *named("dry_run", "idempotency_key"),
            fields=reference("HookCreate"),
            example={"event": "invoice.paid", "target_url": "https://example.com/in"},
        )
    },
    "/hooks/{id}": {
        "delete": writing(
            "deleteHook",
            TAG,
            "Unsubscribe a webhook",
            ok(strict({"data": TEXT}), {"data": "success"}),
            *named("dry_run", "idempotency_key"),
        )
    },
    "/hooks/events": {
        "get": reading(
            "listEventNames",
            TAG,
            "The events that a webhook may hear",
            ok(plain(array_of(TEXT))),
            *named("index"),
        )
    },
    "/hooks/{id}/secret": {
        "parameters": _ID,
        "get": reading(
            "getHookSecret",
            TAG,
            "The secret that signs by Standard Webhooks",
            ok(plain(strict({"secret": TEXT, "previous": TEXT, "previous_until": WHOLE}, ("secret",))))
            | errors("404"),
            *named("index"),
        ),
        "post": writing(
            "rotateHookSecret",
            TAG,
            "Make a new secret; the old one signs for a day more",
            ok(plain(strict({"previous_until": WHOLE}))),
            *named("index", "dry_run", "idempotency_key"),
        ),
    },
    "/hooks/{id}/deliveries": {
        "parameters": _ID,
        "get": reading(
            "listDeliveries",
            TAG,
            "What was delivered, newest first",
            ok(_page("Delivery")) | errors("404"),
            _SIZE,
            *named("index", "cursor"),
        ),
    },
    "/hooks/{id}/replay": {
        "parameters": _ID,
        "post": writing(
            "replayHook",
            TAG,
            "Deliver past events again",
            ok(plain(strict({"events": WHOLE, "next_sequence": _UNSET}))),
            *named("index", "dry_run"),
            fields=sent(
                {
                    "from": told({"type": ["integer", "string"]}, "A sequence, or a date or time."),
                    "to": told({"type": ["integer", "string"]}, "The last one; the present if left out."),
                }
            ),
        ),
    },
    "/events": {
        "get": reading(
            "listEvents",
            TAG,
            "The feed of everything that happened",
            ok(_page("Event")),
            query("after", "The sequence that was seen last.", {"type": "integer", "minimum": 0}),
            _SIZE,
            *named("index"),
        )
    },
}
