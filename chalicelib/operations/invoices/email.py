"""Mailing a document: refusals at once, everything else as an event per invitation (http.md 8.2, 8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.errors import InvalidInput, RecordNotFound, Refused
from chalicelib.operations import coerce
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import books, invitations
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import CLIENT, INVOICE
from chalicelib.operations.shapes.account import REMINDERS
from chalicelib.operations.shapes.invoice import TEMPLATE
from chalicelib.operations.work import Work, transact
from chalicelib.store.record import Record

NEVER_DELIVERED = "@example.com"
"""v4 reports success for these addresses and sends nothing."""


def email(context: Context, number: int, body: Mapping[str, Any]) -> None:
    """Commit the mails of a document. Refused: the document or its client cannot be mailed now."""
    reminder = body.get("reminder") or ""
    if reminder and reminder not in REMINDERS:
        raise InvalidInput.of("reminder", "The reminder must be one of: " + ", ".join(REMINDERS) + ".")
    template = _template(body.get("template"))

    def decide(work: Work) -> None:
        invoice = work.get(INVOICE, number)
        client = work.find(CLIENT, invoice.client)
        if client is None:
            raise RecordNotFound
        reason = refusal(invoice, client)
        if reason:
            raise Refused(reason)
        send(work, invoice, client, reminder, template)

    transact(context, decide)


def _template(sent: Any) -> Data:
    if sent in (None, "", []):
        return {}
    if not isinstance(sent, dict):
        raise InvalidInput.of("template", "The template must be an object with subject and body.")
    found: Data = {}
    for name, read in (("subject", coerce.text()), ("body", coerce.long_text())):
        if sent.get(name):
            if not isinstance(sent[name], str):
                raise InvalidInput.of(f"template.{name}", "The value must be text.")
            try:
                found[name] = read(sent[name], "")
            except ValueError as error:
                raise InvalidInput.of(f"template.{name}", str(error)) from None
    return found


def refusal(invoice: Record, client: Record) -> str:
    """Why nothing can be sent, or nothing."""
    if not client.is_active:
        return "Cannot e-mail: the client is archived or deleted"
    if not invoice.is_active:
        return "Cannot e-mail: the invoice is archived or deleted"
    if invoice.subtype == TEMPLATE:
        return "Cannot e-mail: a recurring template is not due; its invoices are mailed when they are made"
    if not _recipients(invoice, client):
        return _unreachable(invoice, client)
    return ""


def _unreachable(invoice: Record, client: Record) -> str:
    """Of the first invitation. The sender's own registration, v4's check before it, holds for every token."""
    if any(row["bounced"] for row in client.data["contacts"]):
        return "Cannot e-mail: mail to the contact's address came back; change or clear the address"
    first = min(invitations.alive(invoice.data), key=lambda row: int(row["contact_id"]), default=None)
    is_known = first is None or any(row["id"] == first["contact_id"] for row in client.data["contacts"])
    reason = "has no valid address" if is_known else "is archived"
    return f"Cannot e-mail: the contact {reason}"


def reachable(client: Record) -> dict[int, Data]:
    """The contacts that have an address from which no mail came back, by id."""
    rows = client.data["contacts"]
    return {row["id"]: row for row in rows if row["email"].strip() and not row["bounced"]}


def _recipients(invoice: Record, client: Record) -> list[tuple[Data, Data]]:
    """Live invitations with their contacts that mail can reach, by contact."""
    contacts = reachable(client)
    pairs = [(row, contacts.get(row["contact_id"])) for row in invitations.alive(invoice.data)]
    return sorted(
        ((row, contact) for row, contact in pairs if contact is not None),
        key=lambda pair: pair[0]["contact_id"],
    )


def send(work: Work, invoice: Record, client: Record, reminder: str, template: Data | None = None) -> None:
    """Commit a mail per recipient with the change: the document is sent, its invitations are stamped.

    A mail is an event that holds all it shows, so later edits do not change what was sent and a failing
    transport loses nothing.
    """
    deliverable = [
        pair for pair in _recipients(invoice, client) if NEVER_DELIVERED not in pair[1]["email"].lower()
    ]
    invoice.data["last_sent_date"] = work.context.today.isoformat()
    if deliverable and not invoice.data["is_public"]:
        books.publish(work, invoice, client)
    work.save(INVOICE, invoice)
    if not deliverable:
        books.record(work, invoice, client, "updated", name="email_requested")
    snapshot = {"id": client.id, **CLIENT.sparse(client.data)}
    # The new last_sent_date is an update in v4's activities.
    noted = books.activity_of(books.INVOICE_ACTIVITIES["updated"], client, invoice_id=invoice.id)
    for position, (invitation, contact) in enumerate(deliverable):
        invitation["sent_date"] = invitations.moment(work.context.now)
        mail = {
            "contact": contact["id"],
            "invitation": {"id": invitation["id"], "key": invitation["key"]},
            "reminder": reminder,
            "template": template or {},
            "position": position,
        }
        activity = {"contact_id": contact["id"], "notes": reminder}
        books.record(
            work, invoice, client, "emailed", due=work.context.now, mail=mail, activity=activity,
            client_record=snapshot, also=[] if position else [noted],
        )  # fmt: skip
