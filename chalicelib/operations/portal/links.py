"""Whom an invitation's link lets in (http.md 9.2).

A link that is unknown, withdrawn or run out, and one whose document, client or contact is gone, are refused
alike: by the same error after the same reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.errors import RecordNotFound
from chalicelib.operations import documents
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import invitations
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID
from chalicelib.operations.work import Work
from chalicelib.store import codec
from chalicelib.store.reads import get_row, lookup_key
from chalicelib.store.record import Record

Origin = Callable[[str, str, int], Context]

KEY_LENGTH = 32
DAY = 86_400


class Place(NamedTuple):
    """Where a link leads: an account, and the ids of a document and of an invitation in it."""

    account: str
    invoice: int
    invitation: int


NOWHERE = Place("nobody", 0, 0)


@dataclass(frozen=True, slots=True)
class Guest:
    """The reader of a link and what it is about; records and rows are those of a unit of work."""

    key: str
    invoice: Record
    client: Record
    account: Data
    invitation: Data
    contact: Data

    @property
    def is_protected(self) -> bool:
        """Whether the contact has to give a password first."""
        return bool(self.account["enable_portal_password"] and self.contact["password"])


def visit(origin: Origin, sent: str) -> tuple[Work, Guest]:
    """Who comes by a link, in a unit of work of the document's owner. RecordNotFound."""
    key = sent.partition("&")[0][:KEY_LENGTH]
    row = get_row(lookup_key(invitations.LOOKUP, key))
    place = Place(*codec.unpack(row["b"]["B"])) if row else NOWHERE
    work = Work(origin(place.account, "", 0), {})
    guest = admit(work, key, place)
    work.context = replace(work.context, user=guest.invoice.owner)
    return work, guest


def admit(work: Work, key: str, place: Place) -> Guest:
    """RecordNotFound: the link leads nowhere, or no longer. The reads are the same whatever is wrong."""
    keys = (work.key(INVOICE.kind, place.invoice), work.key(ACCOUNT.kind, SETTINGS_ID))
    work.fetch((*keys, *documents.pointer_keys(work, place.invoice)))
    invoice = work.find(INVOICE, place.invoice)
    client = work.find(CLIENT, invoice.client if invoice else 0)
    account = work.find(ACCOUNT, SETTINGS_ID)
    if invoice is None or client is None or account is None or invoice.is_deleted or client.is_deleted:
        raise RecordNotFound
    invitation = _one(invitations.alive(invoice.data), place.invitation)
    contact = _one(client.data["contacts"], invitation["contact_id"])
    if _has_run_out(invitation, account.data["portal_link_days"], work.context.now):
        raise RecordNotFound
    return Guest(key, invoice, client, account.data, invitation, contact)


def again(work: Work, guest: Guest) -> Guest:
    """The same reader in another unit of work, whose rows may be newer. RecordNotFound."""
    return admit(work, guest.key, Place(work.context.account, guest.invoice.id, guest.invitation["id"]))


def attached(work: Work, guest: Guest) -> list[Record]:
    """The documents that go with the reader's one: its own, the account's, those of expenses that share."""
    return documents.going_with(work, guest.invoice.id, guest.invoice.data["expense_ids"])


def _one(found: list[Data], number: int) -> Data:
    for row in found:
        if row["id"] == number:
            return row
    raise RecordNotFound


def _has_run_out(invitation: Data, days: int, now: int) -> bool:
    """A link holds for a number of days after it was last sent; 0 is for ever."""
    if not days or not invitation["sent_date"]:
        return False
    sent = datetime.fromisoformat(invitation["sent_date"]).replace(tzinfo=UTC)
    return sent.timestamp() + days * DAY < now
