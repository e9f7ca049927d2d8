"""Turning a quote into an invoice, once (billing 6.3, 6.4)."""

from __future__ import annotations

from decimal import Decimal

from chalicelib.billing.numbering import converted_number, normal
from chalicelib.billing.terms import due_date
from chalicelib.errors import InvalidInput
from chalicelib.operations import documents
from chalicelib.operations.invoices import books, invitations, items
from chalicelib.operations.numbers import UNIQUE, move_counters, take_number
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID
from chalicelib.operations.shapes.invoice import QUOTE, STANDARD
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

COPIED = (
    "client_id", "amount", "discount", "is_amount_discount", "po_number", "invoice_footer", "public_notes",
    "private_notes", "tax_name1", "tax_rate1", "tax_name2", "tax_rate2", "custom_value1", "custom_value2",
    "custom_taxes1", "custom_taxes2", "partial", "custom_text_value1", "custom_text_value2",
    "inclusive_taxes",
)  # fmt: skip


def convert(work: Work, quote: Record) -> Record:
    """The draft invoice made from a quote; the same one when asked again. InvalidInput: not a quote."""
    if quote.subtype != QUOTE:
        raise InvalidInput.of("action", "Only a quote can be converted.")
    if quote.data["quote_invoice_id"]:
        return work.load(INVOICE, quote.data["quote_invoice_id"])
    if quote.is_deleted:
        raise InvalidInput.of("action", "A deleted quote cannot be converted.")
    settings = work.load(ACCOUNT, SETTINGS_ID).data
    client = work.load(CLIENT, quote.client)
    invoice = work.new(INVOICE, client=client.id, subtype=STANDARD, status=1)
    invoice.data |= _contents(work, settings, client, quote)
    _number(work, settings, client, quote, invoice)
    items.number_items(work, invoice.data)
    invitations.refresh(work, invoice, client)
    documents.copy(work, quote, invoice)
    work.save(INVOICE, invoice)
    books.record(work, invoice, client, "created")
    quote.data["quote_invoice_id"] = invoice.id
    work.save(INVOICE, quote)
    return invoice


def _contents(work: Work, settings: Data, client: Record, quote: Record) -> Data:
    today = work.context.today
    found = {name: quote.data[name] for name in COPIED}
    found |= {
        "balance": quote.data["amount"],
        "quote_id": quote.id,
        "invoice_date": today.isoformat(),
        "due_date": due_date(today, client.data["payment_terms"], settings["payment_terms"]),
        "terms": settings["invoice_terms"] or quote.data["terms"],
        "invoice_design_id": settings["invoice_design_id"] or 1,
        "invoice_items": [{**item, "invoice_item_type_id": 1} for item in quote.data["invoice_items"]],
    }
    return found


def _number(work: Work, settings: Data, client: Record, quote: Record, invoice: Record) -> None:
    """The quote's number under the invoices' prefix where the account shares its counter (billing 3.8)."""
    own = None
    prefixes = settings["quote_number_prefix"] or "", settings["invoice_number_prefix"] or ""
    if settings["share_counter"] and prefixes[0] != prefixes[1]:
        own = converted_number(quote.data["invoice_number"], *prefixes)
    if own and work.raw(work.unique_key(UNIQUE, normal(own))) is None:
        invoice.data["invoice_number"] = own
    else:
        invoice.data["invoice_number"] = take_number(work, settings, client, is_quote=False)
        if move_counters(work, settings, client, False, Decimal(invoice.data["amount"])):
            work.save(CLIENT, client)
    work.claim(UNIQUE, normal(invoice.data["invoice_number"]), invoice.id)
