"""Taking a payment for an invoice, from wherever it comes: the API, `paid`, mark paid, credits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.billing import ledger
from chalicelib.billing.money import decimal_text
from chalicelib.billing.payments import APPLY_CREDIT, consume, pay
from chalicelib.billing.terms import due_date
from chalicelib.errors import InvalidInput
from chalicelib.operations import crud, notices, shape
from chalicelib.operations.invoices import books, invitations
from chalicelib.operations.lists import of_client
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CREDIT, INVOICE, PAYMENT, SETTINGS_ID
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

CREATED = "payment.created"
CREATED_ACTIVITY, INVOICE_UPDATED, INVOICE_ARCHIVED, CREDIT_CREATED = 10, 5, 8, 14


def take(
    work: Work,
    invoice: Record,
    client: Record,
    amount: Decimal,
    fields: Data,
    surplus: Decimal = ledger.ZERO,
    online: bool = False,
) -> Record:
    """A payment of `amount`, with all that follows: invoice, credits, client totals, ledger, archive.

    `fields` are the payment's other ones. A `surplus` becomes a credit. Users are told of an `online` one,
    which nobody here has entered. InvalidInput: credits do not suffice.
    """
    settings = work.load(ACCOUNT, SETTINGS_ID).data
    if not invoice.data["is_public"]:
        books.publish(work, invoice, client)
    payment = _new(work, invoice, amount, _defaults(work, settings) | fields)
    postings = ledger.received(invoice.id, amount)
    if payment.data["payment_type_id"] == APPLY_CREDIT and amount > 0:
        payment.data["by_credit"] = True
        postings += use_credits(work, client, amount)
    if surplus:
        give_credit(work, client, surplus, _reason(payment))
    balance, status = invoice.data["balance"], invoice.status
    archived = _apply(work, settings, invoice, client, amount)
    more: Data = notices.before(work, CREATED, balance=shape.number(balance), invoice_status_id=status)
    if online:
        more["online"] = decimal_text(amount + surplus)
    _tell(work, payment, invoice, client, postings, archived, more)
    books.tell_paid(work, invoice, status)
    return payment


def _new(work: Work, invoice: Record, amount: Decimal, fields: Data) -> Record:
    payment = work.new(PAYMENT, client=invoice.client)
    payment.data |= fields | {"amount": decimal_text(amount), "invoice_id": invoice.id}
    payment.data["invoice_number"] = invoice.data["invoice_number"]
    return payment


def _tell(
    work: Work,
    payment: Record,
    invoice: Record,
    client: Record,
    postings: Sequence[ledger.Posting],
    archived: bool,
    more: Data,
) -> None:
    """Save the payment with its ledger entry and its event, which holds `more` besides."""
    work.save(PAYMENT, payment)
    entry = books.enter(work, client, postings)
    links = {"invoice_id": invoice.id, "payment_id": payment.id}
    work.tell(
        PAYMENT,
        payment,
        CREATED,
        client.id,
        activity=books.activity_of(CREATED_ACTIVITY, client, postings, notes="", **links),
        also=_invoice_activities(invoice, client, archived),
        **more,
        **entry,
    )


def _defaults(work: Work, settings: Data) -> Data:
    return {
        "payment_date": work.context.today.isoformat(),
        "payment_type_id": settings["payment_type_id"],
    }


def _reason(payment: Record) -> str:
    return f"Credit created by payment {payment.data['transaction_reference']}"


def _apply(work: Work, settings: Data, invoice: Record, client: Record, amount: Decimal) -> bool:
    """The invoice's side of a payment (billing 2.8, 5.3 step 7); answers whether that archived it."""
    data = invoice.data
    after = pay(
        Decimal(data["amount"]),
        Decimal(data["balance"]),
        Decimal(data["partial"]),
        invoice.status,
        amount,
        invitations.unpaid_status(data),
    )
    data["balance"], data["partial"] = decimal_text(after.balance), decimal_text(after.partial)
    invoice.status = after.status
    if after.partial_cleared and data["partial_due_date"]:
        data["partial_due_date"] = ""
        terms = client.data["payment_terms"], settings["payment_terms"]
        data["due_date"] = data["due_date"] or due_date(work.context.today, *terms)
    archives = not after.balance and settings["auto_archive_invoice"]
    archived = bool(archives and crud.move(work.context, invoice, "archive"))
    work.save(INVOICE, invoice)
    return archived


def _invoice_activities(invoice: Record, client: Record, archived: bool) -> list[Data]:
    found = [books.activity_of(INVOICE_UPDATED, client, invoice_id=invoice.id)]
    if archived:
        found.append(books.activity_of(INVOICE_ARCHIVED, client, invoice_id=invoice.id))
    return found


# ---- credits
def available(work: Work, client: Record) -> list[Record]:
    """The client's usable credits, oldest first, as this work sees them."""
    ids = [record.id for record in of_client(work.context, CREDIT.kind, client.id, active_only=True)]
    work.fetch(work.key(CREDIT.kind, number) for number in ids)
    found = [work.find(CREDIT, number) for number in ids]
    return [credit for credit in found if credit and credit.is_active and Decimal(credit.data["balance"]) > 0]


def total_available(work: Work, client: Record) -> Decimal:
    return sum((Decimal(credit.data["balance"]) for credit in available(work, client)), ledger.ZERO)


def use_credits(work: Work, client: Record, amount: Decimal) -> list[ledger.Posting]:
    """Take an amount from the client's credits. InvalidInput: there is not enough."""
    credits = {credit.id: credit for credit in available(work, client)}
    balances = [(number, Decimal(credit.data["balance"])) for number, credit in credits.items()]
    taken = consume(balances, amount)
    if sum((part for _, part in taken), ledger.ZERO) < amount:
        raise InvalidInput.of("amount", "The client does not have enough credit.")
    postings: list[ledger.Posting] = []
    for number, part in taken:
        credit = credits[number]
        credit.data["balance"] = decimal_text(Decimal(credit.data["balance"]) - part)
        work.save(CREDIT, credit)
        postings += ledger.credited(number, -part)
    return postings


def give_credit(work: Work, client: Record, amount: Decimal, notes: str) -> Record:
    """A new credit of the client, today, with its own event."""
    credit = work.new(CREDIT, client=client.id)
    credit.data |= {
        "amount": decimal_text(amount),
        "balance": decimal_text(amount),
        "credit_date": work.context.today.isoformat(),
        "private_notes": notes,
    }
    enter_credit(work, client, credit, "created", CREDIT_CREATED, amount)
    return credit


def enter_credit(
    work: Work, client: Record, credit: Record, happened: str, activity: int, change: Decimal
) -> None:
    """Save a credit whose usable balance changed by so much, with its ledger entry and event."""
    work.save(CREDIT, credit)
    entry = books.enter(work, client, ledger.credited(credit.id, change))
    body: Data = {}
    if activity:
        body["activity"] = books.activity_of(activity, client, credit_id=credit.id)
    work.tell(CREDIT, credit, f"credit.{happened}", client.id, **body, **entry)
