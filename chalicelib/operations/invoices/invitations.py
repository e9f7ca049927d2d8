"""Invitations: which contacts get a document, each by a secret link of its own (http.md 8.3)."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib.billing.status import InvoiceStatus
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import INVITATION
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

LOOKUP = "invitation"


def refresh(work: Work, invoice: Record, client: Record) -> None:
    """One live invitation per contact that receives documents; the first contact when none does.

    A contact that lost the flag loses its invitation, and published documents count as sent to everyone.
    """
    contacts = client.data["contacts"]
    chosen = [row["id"] for row in contacts if row["send_invoice"]] or [row["id"] for row in contacts[:1]]
    live = {row["contact_id"]: row for row in alive(invoice.data)}
    for number, row in live.items():
        if number not in chosen:
            row["archived_at"] = work.context.now
    for number in chosen:
        if number not in live:
            invoice.data["invitations"].append(_new(work, invoice, number))
    if invoice.data["is_public"]:
        stamp(work, invoice.data)


def alive(invoice: Data) -> list[Data]:
    return [row for row in invoice["invitations"] if not row["archived_at"]]


def unpaid_status(invoice: Data) -> int:
    """The status that a document falls back to when nothing is paid any more: v4 forgets who viewed it."""
    viewed = any(row["viewed_date"] for row in alive(invoice))
    return InvoiceStatus.VIEWED if viewed else InvoiceStatus.SENT


def stamp(work: Work, invoice: Data) -> None:
    """Mark every unsent invitation as sent now."""
    for row in alive(invoice):
        row["sent_date"] = row["sent_date"] or moment(work.context.now)


def moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _new(work: Work, invoice: Record, contact: int) -> Data:
    key = work.context.new_key()
    number = work.head.next_id(INVITATION.kind)
    work.add_lookup(LOOKUP, key, [work.context.account, invoice.id, number])
    return INVITATION.full({"id": number, "key": key, "contact_id": contact})
