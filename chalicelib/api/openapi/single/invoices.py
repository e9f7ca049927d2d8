"""What is done with documents besides keeping them, and payment terms, which a DELETE names by days."""

from __future__ import annotations

from chalicelib.api.openapi.answers import enveloped, errors, ok
from chalicelib.api.openapi.parameters import named, of_list
from chalicelib.api.openapi.schemas import Schema, array_of, reference, strict
from chalicelib.api.openapi.single.parts import TEXT, WHOLE, file, reading, sent, told, writing
from chalicelib.operations.shapes.account import REMINDERS
from chalicelib.resources.invoices import INVOICES

TAG = "invoices"
_MAIL = sent(
    {
        "id": told(WHOLE, "Or `invoice_id`, `public_id` or `invoice_number`."),
        "invoice_number": TEXT,
        "reminder": {**told(TEXT, "Use the text of this reminder."), "enum": ["", *REMINDERS]},
        "template": strict({"subject": TEXT, "body": TEXT}, ()),
    }
)
_DAYS: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The number of days, not the id.",
    "schema": WHOLE,
}

SCHEMAS: dict[str, Schema] = {}

PATHS: dict[str, Schema] = {
    "/quotes": {
        "get": reading(
            "listQuotes",
            TAG,
            "List quotes",
            ok(enveloped(array_of(reference("Invoice")), meta=True)),
            *of_list(INVOICES),
        )
    },
    "/email_invoice": {
        "post": writing(
            "emailInvoice",
            TAG,
            "E-mail an invoice or quote to its contacts",
            ok(strict({"message": TEXT}), {"message": "success"}),
            *named("dry_run", "idempotency_key"),
            fields=_MAIL,
            example={"id": 1},
        )
    },
    "/download/{id}": {
        "parameters": named("id"),
        "get": reading(
            "downloadInvoice",
            TAG,
            "The PDF of an invoice or quote",
            file("The PDF.", "application/pdf") | errors("404"),
        ),
    },
    "/payment_terms/{id}": {
        "delete": writing(
            "deletePaymentTerm",
            "payment_terms",
            "Archive the account's own term of so many days",
            ok(enveloped(reference("PaymentTerm"))),
            _DAYS,
            *named("index", "serializer", "dry_run", "idempotency_key"),
        )
    },
}
