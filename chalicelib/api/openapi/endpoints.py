"""The single-purpose endpoints: what the declarations of resources do not tell."""

from __future__ import annotations

from typing import Any

from chalicelib.api.openapi.answers import READING, WRITING, enveloped, errors, ok, plain
from chalicelib.api.openapi.parameters import FLAG, named, of_list, of_record, query
from chalicelib.api.openapi.resources import body
from chalicelib.api.openapi.schemas import (
    Schema,
    array_of,
    input_schema,
    reference,
    shown_field,
    strict,
)  # fmt: skip
from chalicelib.operations.invoices.email import REMINDERS
from chalicelib.operations.shapes import ACCOUNT
from chalicelib.resources import session
from chalicelib.resources.accounts import ACCOUNTS
from chalicelib.resources.invoices import INVOICES

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
PUBLIC: Schema = {"security": []}
"""Operations without a token; they need the API secret where one is set."""


def _sent(properties: dict[str, Schema], *required: str) -> Schema:
    return {"type": "object", "properties": properties} | ({"required": list(required)} if required else {})


def _user_account() -> Schema:
    """The account as login shows it: the caller's view of its settings, and the caller."""
    settings = {item.name: item for item in ACCOUNT.fields}
    names = (*session.SETTINGS, *session.MORE_SETTINGS)
    shown: Schema = {"account_key": TEXT, "user_id": WHOLE, "name": TEXT}
    shown["token"] = {
        "type": ["string", "null"],
        "description": "The token of that `token_name`.",
    }
    for name in names:
        kind = shown_field(settings[name])
        shown[name] = {"type": kind["type"]} if "type" in kind else kind
    shown |= dict.fromkeys(session.TEMPLATES, TEXT) | {"user": reference("User")}
    return {"type": "object", "properties": shown, "required": ["account_key", "user_id", "name", "token"]}


def _file(description: str, media: str) -> Schema:
    content = {media: {"schema": {"type": "string", "contentMediaType": media}}}
    return {
        "200": {"description": description, "content": content},
        "303": {"description": "Too large for an answer: `Location` is where it lies for ten minutes."},
    }


def _text(description: str, media: str = "application/json") -> Schema:
    return {"200": {"description": description, "content": {media: {"schema": {}}}}}


SCHEMAS: dict[str, Schema] = {
    "UserAccount": _user_account(),
    "AccountUpdate": input_schema(ACCOUNTS, creating=False),
    "Dashboard": strict(
        {
            "id": WHOLE,
            **dict.fromkeys(("paidToDate", "balances", "averageInvoice"), NUMBER),
            **dict.fromkeys(("paidToDateCurrency", "balancesCurrency", "averageInvoiceCurrency"), WHOLE),
            **dict.fromkeys(("invoicesSent", "activeClients"), WHOLE),
            "activities": array_of(reference("Activity")),
        },
        ("id", "activities"),
    ),
    "Static": {"type": "object", "additionalProperties": array_of({"type": "object"})},
}

_NAMED = {"token_name": {**TEXT, "description": "The device; the same name gets the same token."}}
_WISHES = {"include_static": {**FLAG, "description": "True: the static tables too."}, "include": TEXT}
_ACCOUNTS = array_of(reference("UserAccount"))
_WITH_STATIC = strict({"accounts": _ACCOUNTS, "static": reference("Static"), "version": TEXT})
_SESSION = ok(plain({"anyOf": [_ACCOUNTS, _WITH_STATIC]}))
_PERSON = {"first_name": TEXT, "last_name": TEXT, "email": {**TEXT, "format": "email"}, "password": TEXT}


def _session(summary: str, schema: Schema, example: Any, **more: Any) -> Schema:
    return {
        "summary": summary,
        "tags": ["session"],
        "parameters": named("index"),
        "requestBody": body(schema, example, required=bool(schema.get("required"))),
        "responses": _SESSION | errors("401", *WRITING),
        **more,
    }


def _read(tag: str, summary: str, responses: Schema, *parameters: Schema, **more: Any) -> Schema:
    shown = {"parameters": list(parameters)} if parameters else {}
    return {"summary": summary, "tags": [tag], **shown, "responses": responses | errors(*READING), **more}


_PING: Schema = _read(
    "session",
    "Is it alive?",
    {"200": {"description": "The word `success`, without quotes.", "content": {"application/json": {}}}},
    query("v2", "True: answer the user's address.", FLAG),
)
_MAIL = _sent(
    {
        "id": {**WHOLE, "description": "Or `invoice_id`, `public_id` or `invoice_number`."},
        "invoice_number": TEXT,
        "reminder": {**TEXT, "enum": ["", *REMINDERS], "description": "Use the text of this reminder."},
        "template": strict({"subject": TEXT, "body": TEXT}, ()),
    }
)
_DAYS = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The number of days, not the id.",
    "schema": WHOLE,
}


_PDF = _file("The PDF.", "application/pdf") | errors("404")


def paths() -> dict[str, Schema]:
    """By path and method; a resource's own operations are replaced."""
    return {path: dict(operations) for path, operations in _PATHS.items()}


_PATHS: dict[str, Schema] = {
    "/ping": {"get": {"operationId": "ping", **_PING}},
    "/register": {
        "post": {
            "operationId": "register",
            **_session(
                "Open an account",
                _sent({**_PERSON, **_NAMED, **_WISHES}, *_PERSON),
                {
                    "first_name": "Jane",
                    "last_name": "Owner",
                    "email": "jane@example.com",
                    "password": "correct horse battery staple",
                    "token_name": "laptop",
                },
                **PUBLIC,
            ),
        }
    },
    "/login": {
        "post": {
            "operationId": "login",
            **_session(
                "Log in",
                _sent({"email": TEXT, "password": TEXT, **_NAMED, **_WISHES}, "email", "password"),
                {"email": "jane@example.com", "password": "correct horse battery staple"},
                **PUBLIC,
            ),
        }
    },
    "/refresh": {
        "post": {
            "operationId": "refresh",
            **_session("The session again", _sent({**_NAMED, **_WISHES}), None),
        }
    },
    "/user_accounts": {
        "get": {
            "operationId": "listUserAccounts",
            **_read("session", "The session again", _SESSION, *named("index", "include")),
        }
    },
    "/ios_subscription_status": {
        "post": {
            "operationId": "iosSubscriptionStatus",
            "summary": "Takes the App Store's callbacks and does nothing",
            "tags": ["session"],
            "responses": _text("Nothing.", "text/html") | errors(*WRITING),
            **PUBLIC,
        }
    },
    "/accounts": {
        "get": {
            "operationId": "getAccount",
            **_read(
                "accounts",
                "The account's settings",
                ok(enveloped(reference("Account"))),
                *of_record(ACCOUNTS),
            ),
        },
        "put": {
            "operationId": "updateAccount",
            "summary": "Change the account's settings",
            "description": "Only what is sent changes. As a multipart form it may carry the `logo`.",
            "tags": ["accounts"],
            "parameters": of_record(ACCOUNTS, writing=True),
            "requestBody": body(reference("AccountUpdate"), {"name": "Kunai Studio", "country_id": 372}),
            "responses": ok(enveloped(reference("Account"))) | errors(*WRITING),
        },
    },
    "/static": {
        "get": {
            "operationId": "getStatic",
            **_read(
                "accounts",
                "The static tables: currencies, countries, languages…",
                ok(plain(reference("Static"))),
                *named("index"),
            ),
        }
    },
    "/dashboard": {
        "get": {
            "operationId": "getDashboard",
            **_read(
                "accounts",
                "The account's figures and what happened last",
                ok(plain(reference("Dashboard"))),
                *named("index"),
                query("only_activity", "True: no figures.", FLAG),
            ),
        }
    },
    "/ledger/proof": {
        "get": {
            "operationId": "proveLedger",
            **_read(
                "accounts",
                "The books recomputed from the ledger",
                ok(plain({"type": "object", "required": ["balanced"], "properties": {"balanced": FLAG}})),
                *named("index"),
            ),
        }
    },
    "/quotes": {
        "get": {
            "operationId": "listQuotes",
            **_read(
                "invoices",
                "List quotes",
                ok(enveloped(array_of(reference("Invoice")), meta=True)),
                *of_list(INVOICES),
            ),
        }
    },
    "/email_invoice": {
        "post": {
            "operationId": "emailInvoice",
            "summary": "E-mail an invoice or quote to its contacts",
            "tags": ["invoices"],
            "parameters": named("dry_run", "idempotency_key"),
            "requestBody": body(_MAIL, {"id": 1}),
            "responses": ok(strict({"message": TEXT}), {"message": "success"}) | errors(*WRITING),
        }
    },
    "/download/{id}": {
        "parameters": named("id"),
        "get": {
            "operationId": "downloadInvoice",
            **_read(
                "invoices",
                "The PDF of an invoice or quote",
                _PDF,
            ),
        },
    },
    "/payment_terms/{id}": {
        "delete": {
            "operationId": "deletePaymentTerm",
            "summary": "Archive the account's own term of so many days",
            "tags": ["payment_terms"],
            "parameters": [_DAYS, *named("index", "serializer", "dry_run", "idempotency_key")],
            "responses": ok(enveloped(reference("PaymentTerm"))) | errors(*WRITING),
        },
    },
}
TAGS = ("accounts", "session")
