"""What a page shows around its document: payments, and what else the client owes."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from chalicelib.billing.payments import PaymentStatus
from chalicelib.billing.status import OPEN
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import books, invitations
from chalicelib.operations.lists import range_of
from chalicelib.operations.portal.links import Guest
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import INVOICE, PAYMENT
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.store.reads import query
from chalicelib.store.record import Record, from_raw

MOST_OTHERS = 20
RECEIVED = frozenset({PaymentStatus.COMPLETED, PaymentStatus.PARTIALLY_REFUNDED})


class Other(NamedTuple):
    """Another document of the client, with the contact's own link to it."""

    key: str
    invoice: Data


def payments(context: Context, guest: Guest) -> list[Data]:
    """What was paid on an invoice and not given back, oldest first. Nothing is read where nothing is paid."""
    invoice = guest.invoice.data
    if invoice["amount"] == invoice["balance"]:
        return []
    found = (PAYMENT.full(row.data) for row in _of_client(context, PAYMENT.kind, guest.client.id))
    return [
        {"date": row["payment_date"], "amount": Decimal(row["amount"]) - Decimal(row["refunded"])}
        for row in found
        if row["invoice_id"] == guest.invoice.id and row["payment_status_id"] in RECEIVED
    ]


def others(context: Context, guest: Guest) -> list[Other]:
    """Other open invoices that this contact is invited to, newest first; none with the portal's lists off.

    They are read only where the client's balance says that there is more to pay than this document.
    """
    own = Decimal(guest.invoice.data["balance"]) if books.counts(guest.invoice) else Decimal(0)
    if not guest.account["enable_client_portal"] or (guest.client.balance or Decimal(0)) == own:
        return []
    found = []
    for row in reversed(_of_client(context, INVOICE.kind, guest.client.id)):
        if row.id == guest.invoice.id or row.subtype != STANDARD or row.status not in OPEN:
            continue
        invoice = INVOICE.full(row.data)
        invited = [one for one in invitations.alive(invoice) if one["contact_id"] == guest.contact["id"]]
        if invited and invoice["is_public"] and Decimal(invoice["balance"]) > 0:
            found.append(Other(invited[0]["key"], invoice))
    return found[:MOST_OTHERS]


def _of_client(context: Context, kind: str, client: int) -> list[Record]:
    """A client's records by id, the newest ones if they are more than one call reads (1 MB).

    Archived ones count: what a sender has put away is owed, and was paid, all the same.
    """
    low, high = f"{client:010d}#", f"{client:010d}~"
    rows, _, _ = query(range_of(context, kind, "client", low=low, high=high), None, None)
    found = (from_raw(kind, row) for row in reversed(rows))
    return [record for record in found if not record.is_deleted]
