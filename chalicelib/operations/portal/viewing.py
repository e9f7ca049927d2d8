"""A reader has seen a document: stamped, told to the account's owner, counted once (http.md 9.3)."""

from __future__ import annotations

from chalicelib.billing.status import InvoiceStatus
from chalicelib.operations.invoices import books, invitations
from chalicelib.operations.portal.links import Guest, again
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.operations.shapes.invoice import TEMPLATE
from chalicelib.operations.work import Work, transact

PAUSE = 60
"""Seconds between two views of a link that count, so that its holder cannot flood its sender with notices."""


def note(work: Work, guest: Guest) -> None:
    """Count a view. A template is nobody's to pay or approve yet, so it is not counted. RecordNotFound."""
    if guest.invoice.subtype == TEMPLATE:
        return

    def decide(work: Work) -> None:
        found = again(work, guest)
        invoice, client = found.invoice, found.client
        if found.invitation["viewed_date"] > invitations.moment(work.context.now - PAUSE):
            return
        found.invitation["viewed_date"] = invitations.moment(work.context.now)
        client.data["last_login"] = invitations.moment(work.context.now)
        invoice.status = max(invoice.status, InvoiceStatus.VIEWED)
        work.save(INVOICE, invoice)
        work.save(CLIENT, client)
        books.record(
            work, invoice, client, "viewed", activity={"contact_id": found.contact["id"]},
            invitation=found.invitation["id"],
        )  # fmt: skip

    transact(work.context, decide, work.known)
