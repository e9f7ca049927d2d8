"""Receipts: a mail to the paying contact, as an event of the same commit (http.md 8.8)."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.billing.money import decimal_text
from chalicelib.operations.invoices import invitations
from chalicelib.operations.invoices.email import NEVER_DELIVERED, reachable
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.operations.work import Work
from chalicelib.store.record import Record


def send_receipt(
    work: Work,
    payment: Record,
    invoice: Record,
    client: Record,
    amount: Decimal | None = None,
    is_refund: bool = False,
) -> None:
    """To the contact who was invited, else to the client's first, over `amount`, else over the payment's.

    Nothing is sent, and nothing is wrong, when no contact of the client has an address.
    """
    invited = invitations.alive(invoice.data)
    contact = _recipient(client, {row["contact_id"] for row in invited})
    if not invited or contact is None or NEVER_DELIVERED in contact["email"].lower():
        return
    invitation = next((row for row in invited if row["contact_id"] == contact["id"]), invited[0])
    leaves_balance = Decimal(invoice.data["balance"]) > 0
    kind = "refund" if is_refund else "partial" if leaves_balance else "payment"
    paid = payment.data["amount"] if amount is None else decimal_text(amount)
    work.emit(
        "payment.receipt_requested",
        due=work.context.now,
        id=invoice.id,
        user=work.context.user,
        at=work.context.now,
        mail=_mail(kind, contact, invitation, paid),
        record=INVOICE.sparse(invoice.data),
        client_record={"id": client.id, **CLIENT.sparse(client.data)},
    )


def _mail(kind: str, contact: Data, invitation: Data, paid: str) -> Data:
    return {
        "kind": kind,
        "contact": contact["id"],
        "invitation": {"id": invitation["id"], "key": invitation["key"]},
        "reminder": "",
        "template": {},
        "position": 0,
        "paid": paid,
    }


def _recipient(client: Record, invited: set[int]) -> Data | None:
    contacts = list(reachable(client).values())
    return next((row for row in contacts if row["id"] in invited), contacts[0] if contacts else None)
