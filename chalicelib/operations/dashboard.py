"""The figures of `GET /dashboard` (http.md 6.3), summed over the records they are made of.

Sums are in the account's currency if any client has it, else in that of the largest group (REC). They read
every client and invoice of the account, so their cost grows with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from chalicelib.billing.money import cents, decimal_text
from chalicelib.operations.context import Context
from chalicelib.operations.lists import everything, range_of
from chalicelib.operations.shape import Data, number
from chalicelib.operations.shapes import ACCOUNT, SETTINGS_ID
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

SENT = 2
NO_LIMIT = 10**9
ZERO = Decimal(0)


def totals(context: Context) -> Data:
    """The nine figures of v4 in its order."""
    main = Work(context, {}).load(ACCOUNT, SETTINGS_ID).data["currency_id"] or 1
    clients = {client.id: client for client in _read(context, "client") if not client.is_deleted}
    currency = {key: client.data.get("currency_id") or main for key, client in clients.items()}
    invoices = [
        invoice
        for invoice in _read(context, "invoice")
        if invoice.subtype == STANDARD
        and not invoice.is_deleted
        and invoice.data.get("is_public")
        and invoice.client in clients
    ]
    paid = _group(main, ((currency[key], client.paid or ZERO) for key, client in clients.items()))
    open_ = _group(main, ((currency[key], client.balance or ZERO) for key, client in clients.items()))
    average = _group(
        main, ((currency[row.client], Decimal(row.data.get("amount", "0"))) for row in invoices), mean=True
    )
    return {
        "paidToDate": paid[1],
        "paidToDateCurrency": paid[0],
        "balances": open_[1],
        "balancesCurrency": open_[0],
        "averageInvoice": average[1],
        "averageInvoiceCurrency": average[0],
        "invoicesSent": sum(row.status >= SENT for row in invoices),
        "activeClients": len({row.client for row in invoices}),
    }


def _read(context: Context, kind: str) -> list[Record]:
    """All records of a kind that the user's reports cover."""
    wanted = range_of(context, kind, "")
    records, _ = everything(kind, wanted, NO_LIMIT)
    if context.may("view", "reports"):
        return records
    return [record for record in records if record.owner == context.user]


def _group(
    main: int, values: Iterable[tuple[int, Decimal]], mean: bool = False
) -> tuple[int, int | float | None]:
    """Currency and figure of the group to show."""
    groups: dict[int, list[Decimal]] = defaultdict(list)
    for currency, value in values:
        groups[currency].append(value)
    if main in groups or not groups:
        shown = main
    else:
        shown = max(groups, key=lambda currency: (sum(groups[currency]), -currency))
    found = groups.get(shown, [])
    total = sum(found, ZERO)
    return shown, number(decimal_text(cents(total / len(found) if mean and found else total)))
