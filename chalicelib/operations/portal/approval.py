"""A client approves a quote: once, with what the account asks for (http.md 9.4, 9.5)."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib.billing.status import InvoiceStatus
from chalicelib.errors import InvalidInput
from chalicelib.operations import crud
from chalicelib.operations.context import Context
from chalicelib.operations.invoices import books, invitations
from chalicelib.operations.invoices.convert import convert
from chalicelib.operations.portal import signature
from chalicelib.operations.portal.links import Guest, again
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import INVOICE
from chalicelib.operations.shapes.invoice import QUOTE
from chalicelib.operations.work import Work, transact
from chalicelib.render.textline import one_line
from chalicelib.store.record import Record

LONGEST_NAME = 100


class Consent(NamedTuple):
    """What a client declares: `strokes` are a drawn signature; `typed` lets the name stand for one."""

    name: str = ""
    terms: bool = False
    strokes: str = ""
    typed: bool = False


def is_approved(quote: Record) -> bool:
    """By status, or by the invoice that was made of it (billing 1.6)."""
    return quote.status >= InvoiceStatus.APPROVED or bool(quote.data["quote_invoice_id"])


def is_expired(quote: Record, context: Context) -> bool:
    """A quote is valid through its due date."""
    return bool(quote.data["due_date"]) and str(quote.data["due_date"]) < context.today.isoformat()


def may_approve(guest: Guest, context: Context) -> bool:
    quote = guest.invoice
    return quote.subtype == QUOTE and not is_approved(quote) and not is_expired(quote, context)


def approve(work: Work, guest: Guest, consent: Consent) -> str:
    """The key of the link to go on with: that of the new invoice, else the quote's own.

    What is approved already, and what is no quote, stays as it is. InvalidInput names what is missing by the
    portal's texts, `quote_expired` among them; RecordNotFound.
    """

    def decide(work: Work) -> str:
        found = again(work, guest)
        quote = found.invoice
        if quote.subtype != QUOTE or is_approved(quote):
            return onward(work, found)
        if is_expired(quote, work.context):
            raise InvalidInput.of("quote", "quote_expired")
        signed = _signed(found, consent, work.context)
        # v4 tells of the approval before it changes anything (http.md 5.3).
        books.record(
            work, quote, found.client, "approved", activity={"contact_id": found.contact["id"]},
            invitation=found.invitation["id"],
        )  # fmt: skip
        found.invitation.update(signed)
        work.save(INVOICE, quote)
        _proceed(work, found)
        return onward(work, found)

    return transact(work.context, decide, work.known)


def onward(work: Work, guest: Guest) -> str:
    """The contact's link to the invoice that a quote became, else the quote's own."""
    number = guest.invoice.data["quote_invoice_id"]
    made = work.find(INVOICE, number) if number else None
    if made is None or made.is_deleted:
        return guest.key
    own = [row for row in invitations.alive(made.data) if row["contact_id"] == guest.contact["id"]]
    return str(own[0]["key"]) if own else guest.key


def _proceed(work: Work, guest: Guest) -> None:
    quote = guest.invoice
    if not guest.account["auto_convert_quote"]:
        quote.status = InvoiceStatus.APPROVED
        return
    books.publish(work, convert(work, quote), guest.client)
    if guest.account["auto_archive_quote"] and crud.move(work.context, quote, "archive"):
        books.record(work, quote, guest.client, "archived")


def _signed(guest: Guest, consent: Consent, context: Context) -> Data:
    """What to keep of a consent. InvalidInput: not all that the account asks for."""
    account, errors = guest.account, {}
    name = one_line(consent.name)[:LONGEST_NAME]
    drawn = signature.drawn(consent.strokes)
    if account["show_accept_quote_terms"] and not consent.terms:
        errors["terms"] = ["error_terms"]
    if account["require_quote_signature"]:
        if not name:
            errors["name"] = ["error_name"]
        if not drawn and not consent.typed:
            errors["signature"] = ["error_signature"]
    if errors:
        raise InvalidInput(errors)
    picture = drawn or (signature.typed(name) if consent.typed and name else "")
    return {
        "signed_by": name,
        "signature_base64": picture,
        "signature_date": invitations.moment(context.now),
    }


def signer(guest: Guest) -> Data:
    """The invitation by which a document was approved; empty for none."""
    signed = (row for row in guest.invoice.data["invitations"] if row["signature_date"])
    return next(signed, {})
