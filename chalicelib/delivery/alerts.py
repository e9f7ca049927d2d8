"""Mails to the users of an account about its documents (http.md 8.9), such as that one was viewed or paid.

Each user's mail is a due row of its own, under `account#user#id` and the sequence of the event, so that an
event that is tried again makes it once, and one that fails holds up no other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from chalicelib.delivery import mail
from chalicelib.delivery.actor import acting
from chalicelib.operations.clients import display_name
from chalicelib.operations.context import Context
from chalicelib.operations.deliveries import KEPT_SECONDS
from chalicelib.operations.invoices.email import NEVER_DELIVERED
from chalicelib.operations.lists import everything, range_of
from chalicelib.operations.sessions import OWNER
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, PAYMENT, SETTINGS_ID, USER
from chalicelib.operations.work import Work
from chalicelib.store import outbox
from chalicelib.store.event import Event
from chalicelib.store.record import Record

NAME = "user.alert"
POSTED = "posted"
"""The mark of an event whose mail is with the client while its users are still to be told."""
FLAGS = {
    "sent": "notify_sent",
    "viewed": "notify_viewed",
    "approved": "notify_approved",
    "paid": "notify_paid",
    "failed": "notify_paid",
}
"""The switch of each alert; of a bounce the document's own user is told always."""
HAPPENED = {"emailed": "sent", "created": "paid"}
"""Events by another name than that of their alert."""


def mailed(item: Event) -> None:
    """Deliver a mail to a client, then tell the users who want to know.

    Where only the telling fails, that is noted, so that the next attempt does not mail the client again.
    """
    if not item.body.get(POSTED):
        mail.deliver(item)
    try:
        announce(item)
    except Exception:
        item.body[POSTED] = True
        outbox.note(item, item.due)
        raise


def announce(item: Event) -> None:
    """A mail for every user who wants it. Doing it again adds nothing."""
    happened = item.name.partition(".")[2]
    happened = HAPPENED.get(happened, happened)
    if happened == "paid" and not item.body.get("online"):
        return
    now = int(time.time())
    context = acting(item.account, item.body["user"], now)
    users = [user for user in _users(context) if _asks(user, happened)]
    if not users:
        return
    found = _subject(context, item)
    if not _matters(found[0], happened):
        return
    letter = _letter(item, happened, *found)
    # All mails of one request are one occasion, whichever of them gets through first.
    sequence = item.sequence - item.body.get("mail", {}).get("position", 0)
    for user in users:
        if _may_know(context, user, found[0], happened):
            at, place = item.body["at"], f"{item.account}#user#{user.id}"
            body = {**letter, "to": user.data["email"], "at": at}
            outbox.add(Event(NAME, body, due=at, sequence=sequence, account=place), now + KEPT_SECONDS)


def deliver(item: Event) -> None:
    """Undeliverable as in `mail`."""
    from chalicelib.render.mail.notices import notice

    body = item.body
    mail.post(item, notice(body["subject"], body["text"], body["to"], body["from"], body["language"]))


def _users(context: Context) -> Iterator[Record]:
    wanted = range_of(context, USER.kind, "", descending=False, absent=("s",))
    for user in everything(USER.kind, wanted)[0]:
        user.data = USER.full(user.data)
        yield user


def _asks(user: Record, happened: str) -> bool:
    address = user.data["email"]
    is_reachable = user.data["confirmed"] and address and NEVER_DELIVERED not in address.lower()
    return bool(user.is_active and is_reachable and user.data.get(FLAGS.get(happened, ""), True))


def _may_know(context: Context, user: Record, invoice: Record, happened: str) -> bool:
    if happened == "bounced":
        return user.id == (invoice.owner or OWNER)
    theirs = acting(context.account, user.id, context.now).with_rights(user.data)
    return theirs.may("view", INVOICE.kind, invoice.owner)


def _subject(context: Context, item: Event) -> tuple[Record, Data, Data]:
    """The document as it is now, its client and the account."""
    number = item.body["record"]["invoice_id"] if item.name.startswith("payment.") else item.body["id"]
    work = Work(context, {})
    work.fetch((work.key(INVOICE.kind, number), work.key(ACCOUNT.kind, SETTINGS_ID)))
    invoice = work.load(INVOICE, number)
    return invoice, work.load(CLIENT, invoice.client).data, work.load(ACCOUNT, SETTINGS_ID).data


def _matters(invoice: Record, happened: str) -> bool:
    """Views count while something is open: a balance, or a quote that is no invoice yet."""
    if happened != "viewed":
        return True
    return bool(Decimal(invoice.data["balance"])) and not invoice.data["quote_invoice_id"]


def _letter(item: Event, happened: str, invoice: Record, client: Data, account: Data) -> Data:
    """The mail's texts, in the account's language."""
    from chalicelib.render.formats import locale_of, money
    from chalicelib.render.languages import code_of
    from chalicelib.render.mail.notices import alert

    partial = Decimal(invoice.data["partial"])
    if item.name.startswith("payment."):
        amount = Decimal(item.body.get("online") or PAYMENT.full(item.body["record"])["amount"])
    else:
        amount = partial if partial > 0 else Decimal(invoice.data["balance"])
    kind = "quote" if item.name.startswith("quote.") else "invoice"
    language = code_of(account["language_id"])
    contact, error = _bounced(invoice.data, client) if happened == "bounced" else ("", "")
    values = {
        "number": invoice.data["invoice_number"],
        "client": display_name(client),
        "contact": contact,
        "amount": money(amount, locale_of(account, client)),
    }
    reminder = item.body.get("mail", {}).get("reminder", "")
    error = error or item.body.get("reason", "")
    subject, text = alert(f"{kind}_{happened}", values, language, error, reminder)
    return {"subject": subject, "text": text, "from": account["name"] or "Kunai", "language": language}


def _bounced(invoice: Data, client: Data) -> tuple[str, str]:
    """The address that refused, and what it said."""
    row: dict[str, Any] = next((row for row in reversed(invoice["invitations"]) if row["email_error"]), {})
    contacts = {contact["id"]: contact["email"] for contact in client["contacts"]}
    return contacts.get(row.get("contact_id"), ""), row.get("email_error", "")
