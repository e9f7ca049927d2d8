"""Entering what Stripe tells into the books: exactly once, in whatever order it comes.

The event's id and what is known of its charge are committed with the payment itself, so that an event
that comes again, beside itself or before an earlier one ends in the same books.
"""

from __future__ import annotations

from decimal import Decimal

from chalicelib.billing.minor_units import from_minor
from chalicelib.billing.money import decimal_text
from chalicelib.billing.payments import PaymentStatus, split
from chalicelib.operations.context import Context
from chalicelib.operations.payments.receipt import send_receipt
from chalicelib.operations.payments.restate import complete, fail
from chalicelib.operations.payments.take import take
from chalicelib.operations.shapes import CLIENT, INVOICE, PAYMENT
from chalicelib.operations.stripe import invoices
from chalicelib.operations.stripe.events import Fact, Happened
from chalicelib.operations.stripe.returns import settle
from chalicelib.operations.stripe.tally import Tally
from chalicelib.operations.work import Work, transact
from chalicelib.store import codec
from chalicelib.store.reads import lookup_key
from chalicelib.store.record import Record

EVENT, CHARGE = "stripe_event", "stripe_charge"
KEPT_SECONDS = 90 * 24 * 3600
"""Of event ids, and of what is known of charges that never became a payment; Stripe tries for three days."""
PROCESSED, IGNORED = "Processed successfully", "Ignoring event"
UNPAID = (PaymentStatus.PENDING, PaymentStatus.FAILED)


def enter(context: Context, gateway: int, fact: Fact) -> str:
    """What to answer. Busy, Unavailable: nothing was stored, and Stripe should come again."""
    if fact.happened is Happened.OTHER:
        return IGNORED
    return transact(context, lambda work: _Entry(work, f"{context.account}#{gateway}", fact).decide())


class _Entry:
    def __init__(self, work: Work, place: str, fact: Fact) -> None:
        self.work, self.fact = work, fact
        self.event, self.charge = f"{place}#{fact.event}", f"{place}#{fact.charge}"
        keys = lookup_key(EVENT, self.event), lookup_key(CHARGE, self.charge)
        work.fetch((work.head_key, *keys))
        self.is_known = work.raw(keys[0]) is not None
        row = work.raw(keys[1])
        self.tally = Tally.of(codec.unpack(row["b"]["B"]) if row else None)
        self.has_tally = row is not None

    def decide(self) -> str:
        if self.is_known:
            return PROCESSED
        if self.fact.happened is Happened.PAID:
            return self._paid()
        if self.fact.happened is Happened.FAILED:
            return self._failed()
        return self._returned()

    # ---- what happened
    def _paid(self) -> str:
        payment = self._payment()
        if payment is None:
            if not invoices.is_named(self.fact) or not self.fact.amount:
                return IGNORED
            invoice = invoices.find(self.work, self.fact)
            problem = invoices.problem(self.work, invoice, self.fact)
            if invoice is None or problem:
                return self._unmatched(invoice, problem)
            payment = self._take(invoice)
        elif payment.data["payment_status_id"] in UNPAID and (around := self._around(payment)):
            complete(self.work, payment, *around)
        self.tally.currency = self.fact.currency
        settle(self.work, self.tally, payment)
        return self._done()

    def _failed(self) -> str:
        """A pending payment fails (v4); else the attempt is told of, once."""
        payment = self._payment()
        if payment is not None:
            is_pending = payment.data["payment_status_id"] == PaymentStatus.PENDING
            if is_pending and (around := self._around(payment)):
                fail(self.work, payment, *around, reason=self.fact.reason)
            return self._done()
        invoice = invoices.find(self.work, self.fact)
        if invoice is None:
            return IGNORED
        if self.tally.is_new_failure(self.fact.references[0]):
            self._tell(invoice, "payment.failed", self.fact.reason)
        return self._done()

    def _returned(self) -> str:
        """Kept for the payment to come where there is none yet."""
        payment = self._payment()
        is_ours = payment is not None or self.has_tally or invoices.is_named(self.fact)
        if self.fact.happened is Happened.REFUNDED and not is_ours:
            return IGNORED
        self.tally.learn(self.fact)
        if payment is not None:
            settle(self.work, self.tally, payment)
        return self._done()

    # ---- the records
    def _payment(self) -> Record | None:
        """The charge's payment; one that somebody entered by hand under its reference is taken for it."""
        if not self.tally.payment:
            found = invoices.payment_of(self.work, self.fact)
            if found is None:
                return None
            self.tally.payment, self.tally.received = found.id, found.data["amount"]
        return self.work.load(PAYMENT, self.tally.payment)

    def _around(self, payment: Record) -> tuple[Record, Record] | None:
        """Its invoice and client; None where it or its invoice is deleted and so to be left alone."""
        self.work.fetch(
            (
                self.work.key(INVOICE.kind, payment.data["invoice_id"]),
                self.work.key(CLIENT.kind, payment.client),
            )
        )
        invoice = self.work.load(INVOICE, payment.data["invoice_id"])
        if payment.is_deleted or invoice.is_deleted:
            return None
        return invoice, self.work.load(CLIENT, payment.client)

    def _take(self, invoice: Record) -> Record:
        """As POST /payments: what the invoice does not need becomes a credit."""
        work, fact = self.work, self.fact
        client = work.load(CLIENT, invoice.client)
        amount = from_minor(fact.amount, fact.currency)
        parts = split(amount, max(Decimal(invoice.data["balance"]), Decimal(0)), by_credit=False)
        fields = {"transaction_reference": fact.references[0], "payment_type_id": fact.payment_type}
        payment = take(work, invoice, client, parts.payment, fields, parts.surplus, online=True)
        send_receipt(work, payment, invoice, client, amount)
        self.tally.payment, self.tally.received = payment.id, decimal_text(amount)
        self.tally.credit = work.head.ids["credit"] if parts.surplus else 0
        return payment

    # ---- telling
    def _unmatched(self, invoice: Record | None, problem: str) -> str:
        """Money came that no invoice can take: an event says so once, and it may be sent again later."""
        if not self.tally.unmatched:
            self.tally.unmatched = True
            self._tell(invoice, "payment.unmatched", problem)
            self._keep()
        return f"{IGNORED}: {problem}"

    def _tell(self, invoice: Record | None, name: str, reason: str) -> None:
        """An event of a payment that is not there."""
        data = PAYMENT.full(
            {
                "amount": decimal_text(from_minor(self.fact.amount, self.fact.currency)),
                "transaction_reference": self.fact.references[0],
                "payment_status_id": PaymentStatus.FAILED.value,
                "invoice_id": invoice.id if invoice else 0,
                "invoice_number": invoice.data["invoice_number"] if invoice else "",
            }
        )
        client = invoice.client if invoice else 0
        shown = Record(PAYMENT.kind, 0, data, client=client, owner=self.work.context.user)
        self.work.tell(PAYMENT, shown, name, client, reason=reason, currency_code=self.fact.currency)

    def _done(self) -> str:
        self.work.add_lookup(EVENT, self.event, {}, self.work.context.now + KEPT_SECONDS)
        self._keep()
        return PROCESSED

    def _keep(self) -> None:
        expires = None if self.tally.payment else self.work.context.now + KEPT_SECONDS
        self.work.put_lookup(CHARGE, self.charge, self.tally.kept(), expires)
