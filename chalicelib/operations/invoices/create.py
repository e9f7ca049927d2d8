"""POST /invoices: the client found or made, defaults, lines, number, totals, books and mail in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from chalicelib.billing.ledger import invoiced
from chalicelib.billing.numbering import normal
from chalicelib.billing.status import InvoiceStatus
from chalicelib.billing.terms import due_date
from chalicelib.errors import InvalidInput, Unauthorized
from chalicelib.operations import documents
from chalicelib.operations.coerce import loose_truth, surcharge, whole
from chalicelib.operations.context import Context
from chalicelib.operations.dates import date_form
from chalicelib.operations.invoices import books, catalogue, invitations, items, sums
from chalicelib.operations.invoices.customer import resolve
from chalicelib.operations.invoices.email import send
from chalicelib.operations.invoices.fields import (
    default_design,
    expand_texts,
    flag,
    read_recurrence,
    read_sent,
    remember_defaults,
)  # fmt: skip
from chalicelib.operations.invoices.links import link
from chalicelib.operations.numbers import UNIQUE, check_number, move_counters, take_number
from chalicelib.operations.payments.receipt import send_receipt
from chalicelib.operations.payments.settle import bill, pay_at_once
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID
from chalicelib.operations.shapes.account import REMINDERS
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD, TEMPLATE
from chalicelib.operations.work import Work, transact
from chalicelib.store.reads import Key
from chalicelib.store.record import Record


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A new invoice, quote or template.

    InvalidInput, ClientNotFound, Unauthorized; nothing is stored in any of these cases.
    """
    if not context.may("create", "invoice"):
        raise Unauthorized
    return transact(context, lambda work: add(work, body))


def add(work: Work, body: Mapping[str, Any]) -> Record:
    rows = items.sent_rows(body)
    rows = items.shorthand_rows(body) if rows is None else rows
    work.fetch(_first_keys(work, body, rows))
    settings = work.load(ACCOUNT, SETTINGS_ID).data
    data = _validated(work, settings, body, rows)
    filled = items.fill(rows, items.products_by_key(work, items.product_keys(rows)))
    lines = items.read_items(filled, date_form(settings), [])
    client = resolve(work, body)
    subtype = _subtype(body)
    invoice = work.new(INVOICE, client=client.id, subtype=subtype)
    invoice.data |= _defaults(work, settings, client, subtype, body, data)
    invoice.data["invoice_items"] = lines
    link(work, invoice, filled)
    documents.attach(work, invoice, body, creating=True)
    _complete(work, settings, invoice, client, body)
    return invoice


def _complete(work: Work, settings: Data, invoice: Record, client: Record, body: Mapping[str, Any]) -> None:
    """Everything that follows from the fields: texts, totals, number, invitations, catalogue, books, mail."""
    raw_items = [dict(item) for item in invoice.data["invoice_items"]]
    remember_defaults(work, invoice, body)
    expand_texts(work.context, settings, client.data, invoice)
    items.number_items(work, invoice.data)
    amount = sums.settle(invoice.data)
    invoice.data["balance"] = invoice.data["amount"]
    sums.limit_partial(invoice.data)
    mailing = flag(body, "email_invoice")
    paid = _paid(body)
    billing = invoice.subtype != TEMPLATE and flag(body, "auto_bill")
    invoice.data["is_public"] = mailing or billing or bool(paid) or invoice.data["is_public"]
    invoice.status = InvoiceStatus.SENT if invoice.data["is_public"] else InvoiceStatus.DRAFT
    _number(work, settings, invoice, client, amount)
    invitations.refresh(work, invoice, client)
    catalogue.follow(work, settings, invoice, raw_items)
    work.save(INVOICE, invoice)
    postings = invoiced(invoice.id, amount) if books.counts(invoice) else []
    books.record(work, invoice, client, "created", postings)
    payment = _settle(work, invoice, client, paid, billing)
    if mailing and payment is not None:
        send_receipt(work, payment, invoice, client)
    elif mailing and invoice.subtype != TEMPLATE:
        send(work, invoice, client, _email_type(body))


def _settle(work: Work, invoice: Record, client: Record, paid: Decimal, billing: bool) -> Record | None:
    """The payment that the creation asks for; `auto_bill` wins over `paid`, and only invoices are paid."""
    if invoice.subtype != STANDARD:
        return None
    if billing:
        return bill(work, invoice, client)
    return pay_at_once(work, invoice, client, paid) if paid else None


def _paid(body: Mapping[str, Any]) -> Decimal:
    sent = body.get("paid")
    if not loose_truth(sent):
        return Decimal(0)
    try:
        return Decimal(surcharge(sent, ""))
    except ValueError as error:
        raise InvalidInput.of("paid", str(error)) from None


def _email_type(body: Mapping[str, Any]) -> str:
    """A reminder's name; anything else means the ordinary mail."""
    sent = body.get("email_type")
    return sent if sent in REMINDERS else ""


def _first_keys(work: Work, body: Mapping[str, Any], rows: list[Data]) -> list[Key]:
    """What every creation reads, in its first call."""
    keys = [work.key("account", SETTINGS_ID)]
    keys += [work.pointer_key("product_key", key) for key in items.product_keys(rows)]
    if isinstance(body.get("email"), str) and body["email"]:
        keys.append(work.pointer_key("email", body["email"].strip()))
    else:
        with suppress(ValueError):
            keys.append(work.key("client", whole(body.get("client_id"), 1)))
    return keys


def _validated(work: Work, settings: Data, body: Mapping[str, Any], rows: list[Data]) -> Data:
    errors: dict[str, list[str]] = {}
    if not (body.get("email") or body.get("client_id") or body.get("client")):
        errors["email"] = ["The email field is required when client id is not present."]
        errors["client_id"] = ["The client id field is required when email is not present."]
    if errors:
        raise InvalidInput(errors)
    items.check_limit(rows)
    data = read_sent(body, date_form(settings), creating=True)
    if data.get("invoice_number") and not flag(body, "is_recurring"):
        check_number(work, data["invoice_number"])
    return data


def _subtype(body: Mapping[str, Any]) -> int:
    if flag(body, "is_recurring"):
        return TEMPLATE
    return QUOTE if flag(body, "is_quote") else STANDARD


def _defaults(
    work: Work, settings: Data, client: Record, subtype: int, body: Mapping[str, Any], data: Data
) -> Data:
    """The record's fields: those sent, and the account's and client's defaults for the others."""
    today = work.context.today.isoformat()
    found = {
        "client_id": client.id,
        "inclusive_taxes": settings["inclusive_taxes"],
        "custom_taxes1": bool(settings["custom_invoice_taxes1"]),
        "custom_taxes2": bool(settings["custom_invoice_taxes2"]),
        **data,
    }
    found["invoice_date"] = found.get("invoice_date") or today
    found["invoice_design_id"] = default_design(settings, subtype, data)
    if subtype == TEMPLATE:
        return found | read_recurrence(body, data, {})
    terms = settings["quote_terms"] if subtype == QUOTE else settings["invoice_terms"]
    found["terms"] = found.get("terms") or terms or ""
    found["invoice_footer"] = found.get("invoice_footer") or settings["invoice_footer"] or ""
    found |= dict.fromkeys(("frequency_id",), 0) | dict.fromkeys(("start_date", "end_date"), "")
    if subtype == STANDARD and not found.get("due_date") and not found.get("partial_due_date"):
        found["due_date"] = due_date(
            work.context.today, client.data["payment_terms"], settings["payment_terms"]
        )
    return found


def _number(work: Work, settings: Data, invoice: Record, client: Record, amount: Decimal) -> None:
    if invoice.subtype == TEMPLATE:
        invoice.data["invoice_number"] = ""
        return
    is_quote = invoice.subtype == QUOTE
    number = invoice.data["invoice_number"] or take_number(work, settings, client, is_quote)
    invoice.data["invoice_number"] = number
    work.claim(UNIQUE, normal(number), invoice.id)
    if move_counters(work, settings, client, is_quote, amount):
        work.save(CLIENT, client)
