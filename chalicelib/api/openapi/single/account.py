"""The account and what is shown of all of it."""

from __future__ import annotations

from chalicelib.api.openapi.answers import enveloped, ok, plain
from chalicelib.api.openapi.parameters import DATE, FLAG, named, of_record, query
from chalicelib.api.openapi.schemas import Schema, array_of, input_schema, reference, strict
from chalicelib.api.openapi.single.parts import NUMBER, TRUTH, WHOLE, reading, writing
from chalicelib.observe.tally import COUNTED
from chalicelib.operations.usage import MOST_DAYS
from chalicelib.resources.accounts import ACCOUNTS

TAG = "accounts"
_COUNTS: Schema = {name: {"type": "number", "minimum": 0} for name in COUNTED}

SCHEMAS: dict[str, Schema] = {
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
    "Usage": strict(
        {
            "from": DATE,
            "to": DATE,
            "total": strict(_COUNTS),
            "days": {**array_of(strict({"date": DATE, **_COUNTS})), "maxItems": MOST_DAYS},
        }
    ),
    "Static": {"type": "object", "additionalProperties": array_of({"type": "object"})},
    "Proof": {"type": "object", "required": ["balanced"], "properties": {"balanced": TRUTH}},
}

PATHS: dict[str, Schema] = {
    "/accounts": {
        "get": reading(
            "getAccount",
            TAG,
            "The account's settings",
            ok(enveloped(reference("Account"))),
            *of_record(ACCOUNTS),
        ),
        "put": writing(
            "updateAccount",
            TAG,
            "Change the account's settings",
            ok(enveloped(reference("Account"))),
            *of_record(ACCOUNTS, writing=True),
            fields=reference("AccountUpdate"),
            example={"name": "Kunai Studio", "country_id": 372},
            description="Only what is sent changes. As a multipart form it may carry the `logo`.",
        ),
    },
    "/static": {
        "get": reading(
            "getStatic",
            TAG,
            "The static tables: currencies, countries, languages…",
            ok(plain(reference("Static"))),
            *named("index"),
        )
    },
    "/dashboard": {
        "get": reading(
            "getDashboard",
            TAG,
            "The account's figures and what happened last",
            ok(plain(reference("Dashboard"))),
            *named("index"),
            query("only_activity", "True: no figures.", FLAG),
        )
    },
    "/usage": {
        "get": reading(
            "getUsage",
            TAG,
            "What the account has used each day (UTC), up to a minute ago; for administrators",
            ok(plain(reference("Usage"))),
            *named("index"),
            query("from", "The first day; that of the month of `to` unless sent.", DATE),
            query("to", f"The last day, today unless sent. The range has {MOST_DAYS} days at most.", DATE),
        )
    },
    "/ledger/proof": {
        "get": reading(
            "proveLedger",
            TAG,
            "The books recomputed from the ledger",
            ok(plain(reference("Proof"))),
            *named("index"),
        )
    },
}
