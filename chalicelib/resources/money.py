"""Payments and credits."""

from __future__ import annotations

from chalicelib.billing.payments import PaymentStatus
from chalicelib.operations import actions, credits, payments
from chalicelib.operations.filterable import Filterable, Word
from chalicelib.operations.shape import option
from chalicelib.operations.shapes import CREDIT, PAYMENT
from chalicelib.resources.declare import Include, Resource, bodiless
from chalicelib.resources.related import client_of, clients, invoice_of, invoices


def _in(status: PaymentStatus) -> Word:
    return Word(test=lambda _, data, __: data["payment_status_id"] == status)


PAYMENTS = Resource(
    "payments",
    PAYMENT,
    includes={
        "client": Include(clients, client_of, many=False),
        "invoice": Include(invoices, invoice_of, many=False),
    },
    by_client=True,
    create=payments.create,
    update=payments.update,
    act=payments.act,
    accepts=(
        option("invoice_id", "integer", "The invoice that is paid.", updates=False),
        option("email_receipt", "boolean", "Mail the client a receipt, of a refund too."),
    ),
    needs=("invoice_id", "amount"),
    example={"invoice_id": 1, "amount": 100, "payment_type_id": 2, "transaction_reference": "T-1"},
    example_answer={"invoice_id": 1, "invoice_number": "0001"},
    actions=(*actions.PLAIN, payments.REFUND),
    filters=Filterable(
        text=("transaction_reference", "invoice_number", "private_notes"),
        date="payment_date",
        words={status.name.lower(): _in(status) for status in PaymentStatus},
        sorts=("amount", "payment_date", "transaction_reference", "invoice_number", "client_id"),
    ),
)

CREDITS = Resource(
    "credits",
    CREDIT,
    credits.PLAN,
    by_client=True,
    create=credits.create,
    update=credits.update,
    act=bodiless(credits.act),
    accepts=(option("client_id", "integer", "The client who gets it.", updates=False),),
    example={"client_id": 1, "amount": 50},
    example_answer={"balance": 50},
    filters=Filterable(
        text=("credit_number", "public_notes", "private_notes"),
        date="credit_date",
        balance="balance",
        sorts=("credit_number", "amount", "balance", "credit_date", "client_id"),
    ),
)
