"""`PUT ?action=` on payments: archive, delete, restore and refund (billing 4.3, 5.5, 5.8)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.billing import ledger
from chalicelib.billing.payments import PaymentStatus, net
from chalicelib.errors import InvalidInput, UnsupportedAction
from chalicelib.operations import crud
from chalicelib.operations.actions import PLAIN
from chalicelib.operations.coerce import loose_truth, money
from chalicelib.operations.context import Context
from chalicelib.operations.payments.create import PLAN
from chalicelib.operations.payments.receipt import send_receipt
from chalicelib.operations.payments.restate import RETURNED, enter, give_back, reopen_invoice
from chalicelib.operations.payments.take import give_credit, use_credits
from chalicelib.operations.shapes import CLIENT, INVOICE, PAYMENT
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

REFUND = "refund"


def act(context: Context, number: int, action: str, body: Mapping[str, Any] | None = None) -> Record:
    """The payment after the action. Doing it twice changes nothing, but a refund, which must be possible.

    `body` carries the `amount` of a refund, by default all that is left, and whether to mail a receipt of it.
    """
    if action != REFUND and action not in PLAIN:
        raise UnsupportedAction(action)

    def decide(work: Work) -> Record:
        payment = work.get(PAYMENT, number)
        crud.authorize(context, PLAN, "edit", payment.owner)
        work.fetch(
            (work.key(INVOICE.kind, payment.data["invoice_id"]), work.key(CLIENT.kind, payment.client))
        )
        invoice = work.load(INVOICE, payment.data["invoice_id"])
        if action == REFUND:
            return _refund(work, payment, invoice, body or {})
        return _move(work, payment, invoice, action)

    return transact(context, decide)


def _move(work: Work, payment: Record, invoice: Record, action: str) -> Record:
    """A deleted payment gives the money back, a restored one takes it again.

    While its invoice is deleted, a payment can be neither, as in v4.
    """
    was_deleted = payment.is_deleted
    if invoice.is_deleted and (action == "delete" or was_deleted):
        return payment
    happened = crud.move(work.context, payment, action)
    if not happened:
        return payment
    client = work.load(CLIENT, payment.client)
    postings: list[ledger.Posting] = []
    if payment.is_deleted or was_deleted:
        postings = _reverse(work, payment, invoice, client, give_back=payment.is_deleted)
    enter(work, payment, invoice, client, happened, postings)
    return payment


def _reverse(
    work: Work, payment: Record, invoice: Record, client: Record, give_back: bool
) -> list[ledger.Posting]:
    amount = net(
        Decimal(payment.data["amount"]), Decimal(payment.data["refunded"]), payment.data["payment_status_id"]
    )
    postings = ledger.received(invoice.id, -amount if give_back else amount)
    if payment.data["by_credit"] and amount > 0:
        if give_back:
            give_credit(work, client, amount, RETURNED)
        else:
            postings += use_credits(work, client, amount)
    reopen_invoice(work, invoice, amount if give_back else -amount)
    return postings


def _refund(work: Work, payment: Record, invoice: Record, body: Mapping[str, Any]) -> Record:
    """Give back a part or all of a payment. InvalidInput: more than is left, or nothing can be refunded."""
    if payment.is_deleted or invoice.is_deleted:
        raise InvalidInput.of("action", "A deleted payment, or one of a deleted invoice, cannot be refunded.")
    status = payment.data["payment_status_id"]
    if status in (PaymentStatus.VOIDED, PaymentStatus.FAILED, PaymentStatus.REFUNDED):
        raise InvalidInput.of("action", "The payment has nothing left to refund.")
    total, before = Decimal(payment.data["amount"]), Decimal(payment.data["refunded"])
    amount = _asked(body.get("amount"), total - before)
    client = work.load(CLIENT, payment.client)
    give_back(work, payment, invoice, client, amount)
    if loose_truth(body.get("email_receipt")):
        send_receipt(work, payment, invoice, client, amount, is_refund=True)
    return payment


def _asked(sent: Any, left: Decimal) -> Decimal:
    if sent in (None, ""):
        return left
    try:
        amount = Decimal(money(sent, ""))
    except ValueError as error:
        raise InvalidInput.of("amount", str(error)) from None
    if not 0 < amount <= left:
        raise InvalidInput.of("amount", f"The amount must be between 0.01 and {left}.")
    return amount
