"""POST /payments (billing 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.billing.money import cents
from chalicelib.billing.payments import APPLY_CREDIT, LARGEST, split
from chalicelib.errors import InvalidInput, RouteNotFound, Unauthorized
from chalicelib.operations import crud
from chalicelib.operations.coerce import loose_truth, strict_number, whole
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.dates import date_form
from chalicelib.operations.payments.receipt import send_receipt
from chalicelib.operations.payments.take import take, total_available
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, PAYMENT, SETTINGS_ID
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

PLAN = Plan(PAYMENT)


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A payment of one invoice. What it does not need becomes a credit.

    InvalidInput; RouteNotFound (v4's answer): there is no such payable document.
    """
    if not context.may("create", "payment"):
        raise Unauthorized
    number, amount = _asked(body)

    def decide(work: Work) -> Record:
        work.fetch((work.key(INVOICE.kind, number), work.key(ACCOUNT.kind, SETTINGS_ID)))
        settings = work.load(ACCOUNT, SETTINGS_ID).data
        fields = crud.read_fields(PLAN, sent_fields(body), creating=True, form=date_form(settings))
        invoice = _payable(work, number)
        client = work.load(CLIENT, invoice.client)
        by_credit = fields.get("payment_type_id", settings["payment_type_id"]) == APPLY_CREDIT
        if by_credit and total_available(work, client) < amount:
            raise InvalidInput.of("payment_type_id", "The client does not have enough credit.")
        if by_credit and amount > 0 >= Decimal(invoice.data["balance"]):
            raise InvalidInput.of("amount", "The invoice has nothing left to pay by credit.")
        parts = split(amount, Decimal(invoice.data["balance"]), by_credit)
        payment = take(work, invoice, client, parts.payment, fields, surplus=parts.surplus)
        if loose_truth(body.get("email_receipt")):
            send_receipt(work, payment, invoice, client)
        return payment

    return transact(context, decide)


def _asked(body: Mapping[str, Any]) -> tuple[int, Decimal]:
    """The invoice and amount. InvalidInput reports both at once."""
    errors: dict[str, list[str]] = {}
    named = body.get("invoice_public_id") or body.get("invoice_id")
    number = _invoice_id(named, errors)
    amount = _amount(body.get("amount"), errors)
    if errors:
        raise InvalidInput(errors)
    return number, amount


def _invoice_id(sent: Any, errors: dict[str, list[str]]) -> int:
    if sent in (None, "") or isinstance(sent, bool):
        errors["invoice_id"] = ["The invoice id field is required."]
        return 0
    try:
        return whole(sent, low=1, high=10**10 - 1)
    except ValueError as error:
        errors["invoice_id"] = [str(error)]
        return 0


def _amount(sent: Any, errors: dict[str, list[str]]) -> Decimal:
    if sent in (None, ""):
        errors["amount"] = ["The amount field is required."]
        return Decimal(0)
    try:
        amount = cents(strict_number(sent))
    except ValueError as error:
        errors["amount"] = [str(error)]
        return Decimal(0)
    if not amount:
        errors["amount"] = ["The amount must not be zero."]
    if abs(amount) > LARGEST:
        errors["amount"] = ["The amount is too large."]
    return amount


def sent_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """Null and empty payment types mean the account's default; `payment_date_sql` is an alias."""
    found = {name: value for name, value in body.items() if value is not None}
    if "payment_date_sql" in found:
        found["payment_date"] = found["payment_date_sql"]
    if not found.get("payment_date"):
        found.pop("payment_date", None)
    return found


def _payable(work: Work, number: int) -> Record:
    """A standard invoice that is not deleted and that the user may see."""
    invoice = work.find(INVOICE, number)
    if (
        invoice is None
        or invoice.is_deleted
        or invoice.subtype != STANDARD
        or not work.context.may("view", "invoice", invoice.owner)
    ):
        raise RouteNotFound
    return invoice
