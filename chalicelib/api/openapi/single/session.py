"""Accounts opened, log-ins, second factor, devices."""

from __future__ import annotations

from chalicelib.api.openapi.answers import ok, plain
from chalicelib.api.openapi.parameters import FLAG, named, query
from chalicelib.api.openapi.schemas import Schema, array_of, reference, shown_field, strict
from chalicelib.api.openapi.single.parts import (
    HTML,
    PUBLIC,
    TEXT,
    TRUTH,
    WHOLE,
    reading,
    sent,
    told,
    untyped,
    writing,
)
from chalicelib.operations.devices import FLAGS, SYSTEMS
from chalicelib.operations.shapes import ACCOUNT
from chalicelib.resources import session

TAG = "session"


def _user_account() -> Schema:
    """The account as login shows it: the caller's view of its settings, and the caller."""
    settings = {item.name: item for item in ACCOUNT.fields}
    shown: Schema = {"account_key": TEXT, "user_id": WHOLE, "name": TEXT}
    shown["token"] = told({"type": ["string", "null"]}, "The token of that `token_name`.")
    for name in (*session.SETTINGS, *session.MORE_SETTINGS):
        shown[name] = {"type": shown_field(settings[name])["type"]}
    shown |= dict.fromkeys(session.TEMPLATES, TEXT) | {"user": reference("User")}
    return {"type": "object", "properties": shown, "required": ["account_key", "user_id", "name", "token"]}


_ACCOUNTS = array_of(reference("UserAccount"))
_WITH_STATIC = strict({"accounts": _ACCOUNTS, "static": reference("Static"), "version": TEXT})
_SESSION = ok(plain({"anyOf": [_ACCOUNTS, _WITH_STATIC]}))
_NAMED = {"token_name": told(TEXT, "The device; the same name gets the same token.")}
_WISHES = {"include_static": told(FLAG, "True: the static tables too."), "include": TEXT}
_PERSON = {"first_name": TEXT, "last_name": TEXT, "email": {**TEXT, "format": "email"}, "password": TEXT}
_CODE = {"one_time_password": told(TEXT, "The second factor's code, or a recovery code, where it is on.")}
_GOOGLE = {"provider": {**TEXT, "enum": ["google"]}, "token": told(TEXT, "Google's ID token.")}
_DEVICE = strict(
    {"token": TEXT, "email": TEXT, "device": TEXT, "account_key": TEXT, **dict.fromkeys(FLAGS, TRUTH)}
)
_SYSTEM: Schema = {**TEXT, "enum": list(SYSTEMS)}
_WRITTEN = named("index", "dry_run", "idempotency_key")
_ONCE = named("index", "dry_run")


def _by_link(name: str, summary: str) -> Schema:
    return writing(
        name,
        TAG,
        summary,
        ok(strict({"message": TEXT}), {"message": "success"}),
        fields=sent({"token": TEXT, "password": TEXT}, "token", "password"),
        **PUBLIC,
    )


SCHEMAS: dict[str, Schema] = {"UserAccount": _user_account(), "Device": _DEVICE}

PATHS: dict[str, Schema] = {
    "/ping": {
        "get": reading(
            "ping",
            TAG,
            "Is it alive?",
            {
                "200": {
                    "description": "The word `success`, without quotes.",
                    "content": {"application/json": {}},
                }
            },
            query("v2", "True: answer the user's address.", FLAG),
        )
    },
    "/register": {
        "post": writing(
            "register",
            TAG,
            "Open an account",
            _SESSION,
            *named("index"),
            fields=sent({**_PERSON, **_NAMED, **_WISHES}, *_PERSON),
            example={
                "first_name": "Jane",
                "last_name": "Owner",
                "email": "jane@example.com",
                "password": "correct horse battery staple",
                "token_name": "laptop",
            },
            **PUBLIC,
        )
    },
    "/login": {
        "post": writing(
            "login",
            TAG,
            "Log in",
            _SESSION,
            *named("index"),
            fields=sent({"email": TEXT, "password": TEXT, **_CODE, **_NAMED, **_WISHES}, "email", "password"),
            example={"email": "jane@example.com", "password": "correct horse battery staple"},
            codes=("401",),
            **PUBLIC,
        )
    },
    "/forgot_password": {
        "post": writing(
            "forgotPassword",
            TAG,
            "Have a token mailed that sets a new password",
            ok(strict({"message": TEXT}), {"message": "success"}),
            fields=sent({"email": TEXT}, "email"),
            example={"email": "jane@example.com"},
            description="The answer is the same for every address.",
            **PUBLIC,
        )
    },
    "/reset_password": {"post": _by_link("resetPassword", "Set the password by a mailed token")},
    "/accept_invitation": {"post": _by_link("acceptInvitation", "Set the password of an invited user")},
    "/oauth_login": {
        "post": writing(
            "oauthLogin",
            TAG,
            "Log in with Google",
            _SESSION,
            *named("index"),
            fields=sent({**_GOOGLE, **_CODE, **_NAMED, **_WISHES}, "provider", "token"),
            codes=("401",),
            **PUBLIC,
        )
    },
    "/oauth_link": {
        "post": writing(
            "linkOauth",
            TAG,
            "Link the caller's Google account",
            ok(plain(reference("User"))),
            *_WRITTEN,
            fields=sent({**_GOOGLE, "password": TEXT}, "provider", "token", "password"),
            codes=("401",),
        ),
        "delete": writing(
            "unlinkOauth", TAG, "Unlink the caller's Google account", ok(plain(reference("User"))), *_WRITTEN
        ),
    },
    "/two_factor": {
        "get": reading(
            "getTwoFactor",
            TAG,
            "Whether the caller has a second factor",
            ok(plain(strict({"enabled": TRUTH, "codes_left": WHOLE}))),
            *named("index"),
        ),
        "post": writing(
            "startTwoFactor",
            TAG,
            "Begin to set up a second factor",
            ok(plain(strict({"secret": TEXT, "url": told(TEXT, "For a QR code.")}))),
            *_ONCE,
            fields=sent({"password": TEXT}, "password"),
        ),
        "put": writing(
            "confirmTwoFactor",
            TAG,
            "Switch the second factor on with its first code",
            ok(plain(strict({"enabled": TRUTH, "recovery_codes": array_of(TEXT)}))),
            *_ONCE,
            fields=sent({"one_time_password": TEXT}, "one_time_password"),
        ),
        "delete": writing(
            "removeTwoFactor",
            TAG,
            "Switch the second factor off, by a code or the password",
            ok(plain(strict({"enabled": TRUTH, "codes_left": WHOLE}))),
            *_ONCE,
            fields=sent({"one_time_password": TEXT, "password": TEXT}),
        ),
    },
    "/refresh": {
        "post": writing(
            "refresh", TAG, "The session again", _SESSION, *named("index"), fields=sent({**_NAMED, **_WISHES})
        )
    },
    "/user_accounts": {
        "get": reading("listUserAccounts", TAG, "The session again", _SESSION, *named("index", "include"))
    },
    "/add_token": {
        "post": writing(
            "addDevice",
            TAG,
            "Name a device for push messages; none are sent",
            ok(plain(reference("Device"))),
            *_WRITTEN,
            fields=sent(
                {"token": TEXT, "device": {**TEXT, "enum": list(SYSTEMS)}, "email": TEXT}, "token", "device"
            ),
            example={"token": "f4x", "device": "ios"},
        )
    },
    "/remove_token": {
        "post": writing(
            "removeDevice",
            TAG,
            "Forget a device",
            ok(strict({"data": array_of(TEXT)})),
            *named("dry_run", "idempotency_key"),
            fields=sent({"token": TEXT}, "token"),
            example={"token": "f4x"},
        )
    },
    "/update_notifications": {
        "post": writing(
            "updateDevice",
            TAG,
            "What the caller's device is told of",
            {
                "200": {
                    "description": "The device; empty for a caller without one.",
                    "content": {
                        "application/json": {"schema": plain(reference("Device"))},
                        HTML: {"schema": {}},
                    },
                }
            },
            *_WRITTEN,
            fields=sent(dict.fromkeys(FLAGS, FLAG)),
        )
    },
    "/upgrade": {
        "post": writing(
            "upgrade", TAG, "v4's shop: nothing is bought here", untyped("Always an error's message.", HTML)
        )
    },
    "/ios_subscription_status": {
        "post": writing(
            "iosSubscriptionStatus",
            TAG,
            "Takes the App Store's callbacks and does nothing",
            untyped("Nothing.", HTML),
            **PUBLIC,
        )
    },
}
