"""Receipts: a mail to the paying contact, as an event of the same commit (http.md 8.8)."""

from __future__ import annotations

from chalicelib.operations.invoices import invitations
from chalicelib.operations.invoices.email import NEVER_DELIVERED, reachable
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.operations.work import Work
from chalicelib.store.record import Record


def send_receipt(work: Work, payment: Record, invoice: Record, client: Record) -> None:
    """Nothing is sent, and nothing is wrong, when no contact of the client has an address."""
    contacts = reachable(client)
    invited = next((row for row in invitations.alive(invoice.data) if row["contact_id"] in contacts), None)
    if invited is None or NEVER_DELIVERED in contacts[invited["contact_id"]]["email"].lower():
        return
    mail: Data = {
        "contact": invited["contact_id"],
        "invitation": {"id": invited["id"], "key": invited["key"]},
        "reminder": "",
        "template": {},
        "first": True,
        "paid": payment.data["amount"],
    }
    work.emit(
        "payment.receipt_requested",
        due=work.context.now,
        id=invoice.id,
        user=work.context.user,
        at=work.context.now,
        mail=mail,
        record=INVOICE.sparse(invoice.data),
        client_record={"id": client.id, **CLIENT.sparse(client.data)},
    )
