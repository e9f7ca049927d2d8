"""What an account shows and what its ledger holds, compared with the model."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from chalicelib.operations import tokens
from chalicelib.store.event import Event, from_raw
from chalicelib.store.reads import EVENTS, Range, query
from chalicelib.store.record import Raw
from tests.api_client import Api
from tests.money.model import ARCHIVED, DELETED, Invoice, Model, Row

Data = dict[str, Any]


def money(cents: int) -> str:
    return f"{Decimal(cents).scaleb(-2):f}"


def cents(shown: float) -> int:
    """AssertionError: the number has more than two decimals."""
    found = round(shown * 100)
    assert abs(found - shown * 100) < 1e-6
    return found


def listed(api: Api, kind: str, rows: list[Any]) -> list[Data]:
    """Everything of a kind, by id; the list's total is the model's."""
    answer = api.get(f"/{kind}?per_page=100")
    shown: list[Data] = sorted(answer.data, key=lambda row: row["id"])
    assert answer.json["meta"]["pagination"]["total"] == len(rows) == len(shown)
    assert [row["id"] for row in shown] == [row.id for row in rows]
    for given, row in zip(shown, rows, strict=True):
        assert state(given) == state_of(row), (kind, row)
    return shown


def state(shown: Data) -> tuple[bool, bool]:
    return shown["archived_at"] is not None, shown["is_deleted"]


def state_of(row: Row) -> tuple[bool, bool]:
    return row.state in (ARCHIVED, DELETED), row.state == DELETED


def check_clients(api: Api, model: Model) -> None:
    clients = listed(api, "clients", model.clients)
    found = [(cents(row["balance"]), cents(row["paid_to_date"])) for row in clients]
    assert found == [(model.owed(row.id), model.paid(row.id)) for row in model.clients]


def check_invoices(api: Api, model: Model) -> None:
    """Numbers have no gaps."""
    invoices = listed(api, "invoices", model.invoices)
    for shown, invoice in zip(invoices, model.invoices, strict=True):
        assert document(shown) == wanted(invoice), invoice
    assert sorted(row["invoice_number"] for row in invoices) == [
        f"{number:04}" for number in range(1, len(invoices) + 1)
    ]


def check_payments(api: Api, model: Model) -> None:
    for shown, payment in zip(listed(api, "payments", model.payments), model.payments, strict=True):
        seen = shown["invoice_id"], cents(shown["amount"]), cents(shown["refunded"])
        assert seen == (payment.invoice, payment.amount, payment.refunded), payment
        assert shown["payment_status_id"] == payment.status, payment


def check_credits(api: Api, model: Model) -> None:
    for shown, credit in zip(listed(api, "credits", model.credits), model.credits, strict=True):
        held = shown["client_id"], cents(shown["amount"]), cents(shown["balance"])
        assert held == (credit.client, credit.amount, credit.balance), credit


CHECKS = {
    "clients": check_clients,
    "invoices": check_invoices,
    "payments": check_payments,
    "credits": check_credits,
}
"""Each compares all that the API lists of a kind, whatever its state, with the model."""


def document(shown: Data) -> tuple[object, ...]:
    return (
        shown["client_id"],
        cents(shown["amount"]),
        cents(shown["balance"]),
        shown["invoice_status_id"],
        shown["is_public"],
        shown["is_quote"],
        shown["quote_invoice_id"],
    )


def wanted(row: Invoice) -> tuple[object, ...]:
    return (row.client, row.amount, row.balance, row.status, row.public, row.quote, row.converted)


def check_ledger(api: Api, model: Model) -> None:
    """Every event sums to zero, the books' sums are the model's, and the account's own proof agrees."""
    books: Counter[tuple[str, int]] = Counter()
    for event in events(api):
        postings = event.body.get("postings", [])
        assert sum(Decimal(amount) for _, amount, _ in postings) == 0, event
        for book, amount, number in postings:
            of_document = book in ("receivable", "credit")
            books[book, number if of_document else event.body["payer"]] += int(Decimal(amount) * 100)
    for invoice in model.invoices:
        assert books["receivable", invoice.id] == (invoice.balance if invoice.counts else 0), invoice
        assert invoice.amount - invoice.balance == model.paid_for(invoice.id), invoice
    for credit in model.credits:
        assert -books["credit", credit.id] == (0 if credit.state == DELETED else credit.balance), credit
    for client in model.clients:
        assert books["paid", client.id] == model.paid(client.id), client
    proof = api.get("/ledger/proof").data
    assert proof["balanced"], proof["differences"]
    counts = len(model.clients), len(model.invoices), len(model.credits)
    assert (proof["clients"], proof["invoices"], proof["credits"]) == counts


def events(api: Api) -> list[Event]:
    """The account's whole ledger, as stored."""
    bearer = tokens.bearer(api.token)
    assert bearer is not None
    found: list[Event] = []
    start: Raw | None = None
    while True:
        rows, _, start = query(Range(EVENTS, bearer.account, descending=False), None, start)
        found += map(from_raw, rows)
        if start is None:
            return found
