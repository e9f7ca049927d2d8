"""What becomes of a mail changes its invitation, and whether its address gets any more mail."""

from __future__ import annotations

from chalicelib.operations.clients import copy_contacts
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import books
from chalicelib.operations.invoices.invitations import moment
from chalicelib.operations.ses.notices import DELIVERY, OPEN, Notice
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, CONTACT, INVOICE
from chalicelib.operations.shapes.invoice import QUOTE
from chalicelib.operations.work import Work, transact
from chalicelib.store.event import Event, from_raw
from chalicelib.store.reads import EVENTS, Key, get_row, lookup_key
from chalicelib.store.record import Record

LOOKUP = "sns_message"
KEPT_SECONDS = 7 * 24 * 3600
"""Of message ids; SNS tries for an hour, and older ones are not taken."""


def apply(context: Context, message: str, notice: Notice) -> None:
    """Once for each id of a message. A mail that nobody knows changes nothing.

    `context` is the system's in the notice's account.
    """
    row = get_row(Key(EVENTS, notice.account, f"{notice.sequence:012d}"))
    mailed = from_raw(row) if row else None
    if mailed is None or "mail" not in mailed.body:
        return

    def decide(work: Work) -> None:
        seen = lookup_key(LOOKUP, message)
        work.fetch((seen, work.key(INVOICE.kind, mailed.body["id"])))
        invoice = work.find(INVOICE, mailed.body["id"])
        if work.raw(seen) is not None or invoice is None:
            return
        _take_in(work, invoice, mailed, notice)
        if not work.is_empty:
            work.add_lookup(LOOKUP, message, {}, context.now + KEPT_SECONDS)

    transact(context, decide)


def _take_in(work: Work, invoice: Record, mailed: Event, notice: Notice) -> None:
    asked = mailed.body["mail"]
    rows = [row for row in invoice.data["invitations"] if row["id"] == asked["invitation"]["id"]]
    if not rows:
        return
    (invitation,) = rows
    if notice.kind == OPEN:
        if not invitation["opened_date"]:
            _note(work, invoice, invitation, opened_date=moment(work.context.now))
    elif notice.kind == DELIVERY:
        if invitation["email_error"]:
            _note(work, invoice, invitation, email_error="")
    elif _address(mailed) in notice.addresses:
        _note(work, invoice, invitation, email_error=notice.error)
        if notice.is_final:
            _bounced(work, invoice, asked["contact"], notice)


def _note(work: Work, invoice: Record, invitation: Data, **fields: str) -> None:
    invitation |= fields
    books.annotate(work, invoice)


def _address(mailed: Event) -> str:
    """Where the mail went, as the contact was then."""
    contacts = mailed.body["client_record"]["contacts"]
    found = [row for row in contacts if row["id"] == mailed.body["mail"]["contact"]]
    return str(found[0].get("email", "")).strip().lower() if found else ""


def _bounced(work: Work, invoice: Record, number: int, notice: Notice) -> None:
    """Stop mail to the address while the contact has it, and tell of it."""
    work.fetch((work.key(CONTACT.kind, number), work.key(CLIENT.kind, invoice.client)))
    contact, client = work.find(CONTACT, number), work.load(CLIENT, invoice.client)
    if contact is not None and contact.data["email"].strip().lower() in notice.addresses:
        contact.data["bounced"] = notice.error
        work.save(CONTACT, contact)
        if any(row["id"] == number for row in client.data["contacts"]):
            others = [row for row in client.data["contacts"] if row["id"] != number]
            copy_contacts(work, client, others, [contact])
            work.save(CLIENT, client)
    kind = "quote" if invoice.subtype == QUOTE else "invoice"
    bounce = {"type": notice.kind.lower(), "error": notice.error, "contact_id": number}
    work.tell(INVOICE, invoice, f"{kind}.bounced", invoice.client, bounce=bounce)
