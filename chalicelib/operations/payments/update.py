"""PUT /payments/{id}: the descriptive fields; amount and invoice are fixed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.operations import crud
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.context import Context
from chalicelib.operations.dates import date_form
from chalicelib.operations.payments.create import PLAN, sent_fields
from chalicelib.operations.payments.receipt import send_receipt
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, PAYMENT, SETTINGS_ID
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """Only what is sent changes; a deleted payment is answered unchanged, as in v4."""

    def decide(work: Work) -> Record:
        work.fetch((work.key(PAYMENT.kind, number), work.key(ACCOUNT.kind, SETTINGS_ID)))
        payment = work.get(PAYMENT, number)
        crud.authorize(context, PLAN, "edit", payment.owner)
        form = date_form(work.load(ACCOUNT, SETTINGS_ID).data)
        data = crud.read_fields(PLAN, sent_fields(body), creating=False, form=form)
        if payment.is_deleted:
            return payment
        payment.data |= data
        work.save(PAYMENT, payment)
        crud.announce(work, PLAN, payment, crud.UPDATED)
        if loose_truth(body.get("email_receipt")):
            invoice = work.load(INVOICE, payment.data["invoice_id"])
            send_receipt(work, payment, invoice, work.load(CLIENT, payment.client))
        return payment

    return transact(context, decide)
