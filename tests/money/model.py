"""What billing.md says an account's money does, written down a second time: in cents, without Kunai's code.

An operation changes the model and answers True, or it changes nothing and answers False where the API
must refuse it.
Client totals are not kept but derived (billing 12.1), so that they cannot repeat a mistake of bookkeeping.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DRAFT, SENT, PARTIAL, PAID = 1, 2, 5, 6
COMPLETED, PARTIALLY_REFUNDED, REFUNDED = 4, 5, 6
ACTIVE, ARCHIVED, DELETED = 0, 1, 2


@dataclass
class Row:
    id: int
    client: int = 0
    state: int = ACTIVE

    def move(self, action: str) -> bool:
        """Whether the state changed."""
        target = {"archive": ARCHIVED, "delete": DELETED, "restore": ACTIVE}[action]
        moves = self.state != ACTIVE if action == "restore" else self.state < target
        if moves:
            self.state = target
        return moves


@dataclass
class Invoice(Row):
    amount: int = 0
    balance: int = 0
    status: int = DRAFT
    public: bool = False
    quote: bool = False
    converted: int = 0

    @property
    def counts(self) -> bool:
        return self.public and not self.quote and self.state != DELETED

    def publish(self) -> None:
        self.public = True
        self.status = max(self.status, SENT)

    def settle(self, change: int, by_payment: bool) -> None:
        """The balance moves by `change`, and the status with it (billing 1.7)."""
        self.balance += change
        if by_payment and self.balance == 0:
            self.status = PAID
        elif by_payment and 0 < self.balance < self.amount:
            self.status = PARTIAL
        elif self.status >= PARTIAL and self.balance > 0:
            self.status = SENT if self.balance == self.amount else PARTIAL


@dataclass
class Payment(Row):
    invoice: int = 0
    amount: int = 0
    refunded: int = 0
    status: int = COMPLETED
    by_credit: bool = False

    @property
    def net(self) -> int:
        return self.amount - self.refunded


@dataclass
class Credit(Row):
    amount: int = 0
    balance: int = 0


@dataclass
class Model:
    clients: list[Row] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)

    # ---- derived
    def owed(self, client: int) -> int:
        return sum(row.balance for row in self.invoices if row.client == client and row.counts)

    def paid(self, client: int) -> int:
        living = {row.id for row in self.invoices if row.state != DELETED}
        return sum(
            row.net
            for row in self.payments
            if row.client == client and row.invoice in living and row.state != DELETED
        )

    def paid_for(self, invoice: int) -> int:
        return sum(row.net for row in self.payments if row.invoice == invoice and row.state != DELETED)

    def available(self, client: int) -> list[Credit]:
        """Usable credits, oldest first."""
        return [
            row for row in self.credits if row.client == client and row.state == ACTIVE and row.balance > 0
        ]

    # ---- clients
    def add_client(self) -> None:
        self.clients.append(Row(len(self.clients) + 1))

    # ---- invoices and quotes
    def move_invoice(self, invoice: Invoice, action: str) -> None:
        """One whose client is archived or deleted counts as archived already (billing 1.9)."""
        if action != "archive" or self.clients[invoice.client - 1].state == ACTIVE:
            invoice.move(action)

    def add_invoice(
        self, client: Row, amount: int, quote: bool, public: bool, paid: int, auto_bill: bool
    ) -> bool:
        if client.state != ACTIVE:
            return False
        invoice = Invoice(len(self.invoices) + 1, client.id, amount=amount, balance=amount, quote=quote)
        self.invoices.append(invoice)
        if public or paid or auto_bill:
            invoice.publish()
        if quote:
            return True
        held = sum(credit.balance for credit in self.available(client.id))
        if auto_bill and min(held, amount) > 0:
            self._take(invoice, min(held, amount), by_credit=True)
        elif paid and not auto_bill:
            self._take(invoice, paid, by_credit=False)
        return True

    def edit(self, invoice: Invoice, amount: int, public: bool) -> None:
        if invoice.state == DELETED:
            return
        if public:
            invoice.publish()
        change, invoice.amount = amount - invoice.amount, amount
        invoice.settle(change, by_payment=False)

    def mark_sent(self, invoice: Invoice) -> None:
        if invoice.state != DELETED:
            invoice.publish()

    def mark_paid(self, invoice: Invoice) -> None:
        if not invoice.quote and invoice.state != DELETED and invoice.status < PAID:
            self._take(invoice, invoice.balance, by_credit=False)

    def convert(self, quote: Invoice) -> bool:
        if not quote.quote or (quote.state == DELETED and not quote.converted):
            return False
        if not quote.converted:
            quote.converted = len(self.invoices) + 1
            made = Invoice(quote.converted, quote.client, amount=quote.amount, balance=quote.amount)
            self.invoices.append(made)
        return True

    # ---- payments
    def pay(self, invoice: Invoice, requested: int, by_credit: bool) -> bool:
        if invoice.quote or invoice.state == DELETED or not requested:
            return False
        if by_credit and sum(row.balance for row in self.available(invoice.client)) < requested:
            return False
        if by_credit and requested > 0 >= invoice.balance:
            return False
        paid = min(requested, invoice.balance)
        if paid < requested and not by_credit:
            self.add_credit(invoice.client, requested - paid)
        self._take(invoice, paid, by_credit and paid > 0)
        return True

    def _take(self, invoice: Invoice, amount: int, by_credit: bool) -> None:
        invoice.publish()
        if by_credit:
            self._use(invoice.client, amount)
        number = len(self.payments) + 1
        self.payments.append(
            Payment(number, invoice.client, invoice=invoice.id, amount=amount, by_credit=by_credit)
        )
        invoice.settle(-amount, by_payment=True)

    def move_payment(self, payment: Payment, action: str) -> bool:
        invoice = self.invoices[payment.invoice - 1]
        deleted = payment.state == DELETED
        if invoice.state == DELETED and (action == "delete" or deleted):
            return True
        by_credit = payment.by_credit and payment.net > 0
        returns = deleted and action == "restore"
        if returns and by_credit and not self._use(payment.client, payment.net):
            return False
        if payment.move(action) and (returns or action == "delete"):
            if by_credit and not returns:
                self.add_credit(payment.client, payment.net)
            invoice.settle(-payment.net if returns else payment.net, by_payment=False)
        return True

    def refund(self, payment: Payment, amount: int | None) -> bool:
        """None: all that is left."""
        invoice = self.invoices[payment.invoice - 1]
        if DELETED in (payment.state, invoice.state) or payment.status == REFUNDED:
            return False
        if amount is not None and not 0 < amount <= payment.net:
            return False
        change = payment.net if amount is None else amount
        payment.refunded += change
        payment.status = PARTIALLY_REFUNDED if payment.net else REFUNDED
        if payment.by_credit:
            self.add_credit(payment.client, change)
        invoice.settle(change, by_payment=False)
        return True

    # ---- credits
    def add_credit(self, client: int, amount: int) -> bool:
        self.credits.append(Credit(len(self.credits) + 1, client, amount=amount, balance=amount))
        return True

    def _use(self, client: int, amount: int) -> bool:
        """Take from the oldest credits first; nothing when they do not suffice."""
        held = self.available(client)
        if sum(row.balance for row in held) < amount:
            return False
        for row in held:
            part = min(row.balance, amount)
            row.balance -= part
            amount -= part
        return True
