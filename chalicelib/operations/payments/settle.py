"""Ways to settle an invoice without POST /payments: `paid`, `auto_bill`, mark paid (billing 5.4, 5.9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from chalicelib.billing.payments import APPLY_CREDIT
from chalicelib.billing.status import InvoiceStatus
from chalicelib.operations.invoices import books
from chalicelib.operations.payments.take import take, total_available
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, SETTINGS_ID
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.operations.work import Work
from chalicelib.store.record import Record


class StoredMethods(Protocol):
    """What a payment gateway has to offer for charging clients who are not there.

    `charge` answers the provider's reference of a completed charge of `amount` for an invoice, or None when
    the client has no usable method or the provider refused.
    """

    def charge(self, client: Record, invoice: Record, amount: Decimal) -> str | None: ...


class NoGateway:
    """The account has no payment gateway."""

    def charge(self, client: Record, invoice: Record, amount: Decimal) -> str | None:
        return None


def is_payable(invoice: Record) -> bool:
    return invoice.subtype == STANDARD and not invoice.is_deleted and invoice.status < InvoiceStatus.PAID


def mark_paid(work: Work, invoice: Record) -> Record:
    """Pay the whole open balance today; whatever is not payable stays as it is, as in v4."""
    if is_payable(invoice):
        client = work.load(CLIENT, invoice.client)
        take(work, invoice, client, Decimal(invoice.data["balance"]), _kind(work))
    return invoice


def pay_at_once(work: Work, invoice: Record, client: Record, amount: Decimal) -> Record:
    """`paid` on creation: exactly this amount; an overpayment leaves a negative balance (billing 5.4)."""
    return take(work, invoice, client, amount, _kind(work))


def _kind(work: Work) -> Data:
    """These payments never take from credits, even where the account pays by credit by default."""
    default = work.load(ACCOUNT, SETTINGS_ID).data["payment_type_id"]
    return {"payment_type_id": 0} if default == APPLY_CREDIT else {}


def bill(work: Work, invoice: Record, client: Record, methods: StoredMethods | None = None) -> Record | None:
    """`auto_bill`: the client's credits first, then a stored payment method. The last payment, if any."""
    if not is_payable(invoice):
        return None
    if not invoice.data["is_public"]:
        books.publish(work, invoice, client)
    payment = None
    credit = min(total_available(work, client), Decimal(invoice.data["balance"]))
    if credit > 0:
        payment = take(work, invoice, client, credit, {"payment_type_id": APPLY_CREDIT})
    left = Decimal(invoice.data["balance"])
    reference = (methods or NoGateway()).charge(client, invoice, left) if left > 0 else None
    if reference:
        payment = take(work, invoice, client, left, {"transaction_reference": reference})
    return payment
