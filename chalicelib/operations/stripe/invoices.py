"""Which invoice and which payment a charge belongs to, by its metadata and its references."""

from __future__ import annotations

from chalicelib import data
from chalicelib.billing.minor_units import from_minor
from chalicelib.billing.payments import LARGEST
from chalicelib.operations.coerce import whole
from chalicelib.operations.invoices import invitations
from chalicelib.operations.lists import of_client
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, PAYMENT, SETTINGS_ID
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.operations.stripe.events import Fact
from chalicelib.operations.work import Work
from chalicelib.store import codec
from chalicelib.store.reads import lookup_key
from chalicelib.store.record import Record

NAMES = ("invoice_id", "invitation_key")
US_DOLLAR = 1
LONGEST_KEY = 100


def is_named(fact: Fact) -> bool:
    """Whether the charge claims to pay an invoice; an account may use Stripe for other things too."""
    return any(fact.metadata.get(name) for name in NAMES)


def find(work: Work, fact: Fact) -> Record | None:
    """The invoice that the metadata names, in this account alone."""
    key = fact.metadata.get("invitation_key")
    if isinstance(key, str) and 0 < len(key) <= LONGEST_KEY:
        row = work.raw(lookup_key(invitations.LOOKUP, key))
        account, number, _ = codec.unpack(row["b"]["B"]) if row else ("", 0, 0)
        return work.find(INVOICE, number) if account == work.context.account else None
    try:
        return work.find(INVOICE, whole(fact.metadata.get("invoice_id"), 1, 10**10 - 1))
    except ValueError:
        return None


def problem(work: Work, invoice: Record | None, fact: Fact) -> str:
    """Why the charge cannot pay this invoice, or nothing."""
    if invoice is None:
        return "the invoice does not exist"
    if invoice.is_deleted or invoice.subtype != STANDARD:
        return "the invoice cannot be paid"
    if currency(work, invoice) != fact.currency:
        return "the currency is not the invoice's"
    if from_minor(fact.amount, fact.currency) > LARGEST:
        return "the amount is too large"
    return ""


def currency(work: Work, invoice: Record) -> str:
    """The ISO code of what the invoice is in: the client's currency, else the account's (billing 9.1)."""
    work.fetch((work.key(ACCOUNT.kind, SETTINGS_ID), work.key(CLIENT.kind, invoice.client)))
    own = work.load(CLIENT, invoice.client).data["currency_id"]
    number = own or work.load(ACCOUNT, SETTINGS_ID).data["currency_id"] or US_DOLLAR
    row = data.by_id("currencies", number)
    return str(row["code"]) if row else ""


def payment_of(work: Work, fact: Fact) -> Record | None:
    """A payment of the named invoice that carries the charge's reference, such as one entered by hand.

    The head was read before, so the commit fails if another payment is entered meanwhile.
    """
    invoice = find(work, fact)
    if invoice is None or not invoice.client:
        return None
    for row in of_client(work.context, PAYMENT.kind, invoice.client, active_only=False):
        if row.data.get("transaction_reference") in fact.references and not row.is_deleted:
            return work.find(PAYMENT, row.id)
    return None
