"""The proof of the books, over HTTP and for all accounts at once: whole books pass, damage is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from chalicelib.operations import tokens
from chalicelib.operations.audit import accounts
from chalicelib.store import codec
from chalicelib.store.connection import connection
from chalicelib.store.reads import EVENTS, RECORDS, Range, get_row, query, record_key
from chalicelib.store.record import Raw
from tests.api_client import Api
from tests.money.books import credit, pay, proof
from tests.operations import steps

CHANGED = "77.77"


@pytest.fixture(autouse=True)
def shop(api: Api) -> None:
    """A client who owes 60 of 100 and has a credit of 25."""
    steps.client(api, "a@b.test")
    steps.invoice(api)
    pay(api, 1, 40)
    credit(api, 25)


def account(api: Api) -> str:
    bearer = tokens.bearer(api.token)
    assert bearer is not None
    return bearer.account


def put(table: str, row: Raw) -> None:
    connection().dispatch("PutItem", {"TableName": table, "Item": row})


@contextmanager
def damaged(api: Api, kind: str, change: str) -> Iterator[None]:
    """A stored row is other than the ledger says, for as long as a test looks."""
    row = get_row(record_key(account(api), kind, 1))
    assert row is not None
    if kind == "client":
        put(RECORDS, {**row, change: {"N": CHANGED}})
    else:
        body = {**codec.unpack(row["b"]["B"]), change: CHANGED}
        put(RECORDS, {**row, "b": {"B": codec.pack(body)}})
    yield
    put(RECORDS, row)


def audit(*chosen: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chalicelib.operations.audit", *chosen]
    return subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), check=False)


def test_whole_books_are_balanced(api: Api) -> None:
    found = proof(api)
    counts = {"clients": 1, "invoices": 1, "credits": 1, "differences": []}
    assert {name: found[name] for name in counts} == counts
    assert found["balanced"] is True
    assert found["events"] >= 4
    assert found["postings"] == 6


@pytest.mark.parametrize(
    ("kind", "change", "difference"),
    [
        ("client", "bal", f"client 1: balance {CHANGED}, ledger 60"),
        ("client", "paid", f"client 1: paid to date {CHANGED}, ledger 40"),
        ("invoice", "balance", f"invoice 1: balance {CHANGED}, ledger 60"),
        ("credit", "balance", f"credit 1: balance {CHANGED}, ledger 25"),
    ],
)
def test_damage_is_named(api: Api, kind: str, change: str, difference: str) -> None:
    with damaged(api, kind, change):
        found = proof(api)
        assert (found["balanced"], found["differences"]) == (False, [difference])
    assert proof(api)["balanced"] is True


def test_a_missing_event_is_named(api: Api) -> None:
    rows, _, _ = query(Range(EVENTS, account(api), descending=False), None, None)
    key = {name: rows[2][name] for name in ("pk", "sk")}
    connection().dispatch("DeleteItem", {"TableName": EVENTS, "Key": key})
    assert proof(api)["differences"][0] == "event 3 is missing"
    put(EVENTS, rows[2])
    assert proof(api)["balanced"] is True


def test_a_lopsided_event_is_named(api: Api) -> None:
    rows, _, _ = query(Range(EVENTS, account(api), descending=False), None, None)
    row = next(row for row in rows if codec.unpack(row["b"]["B"]).get("postings"))
    body = codec.unpack(row["b"]["B"])
    book, amount, document = body["postings"][0]
    body["postings"][0] = [book, str(Decimal(amount) + 1), document]
    put(EVENTS, {**row, "b": {"B": codec.pack(body)}})
    assert f"event {int(row['sk']['S'])} does not sum to zero" in proof(api)["differences"]
    put(EVENTS, row)


def test_the_audit_of_accounts(api: Api, anonymous: Api) -> None:
    other = account(anonymous.register())
    whole = audit(account(api), other)
    assert f"{account(api)}: balanced" in whole.stdout, whole.stderr
    assert whole.returncode == 0
    with damaged(api, "credit", "balance"):
        found = audit(other, account(api))
    assert found.returncode == 1
    assert f"{account(api)}: NOT BALANCED" in found.stdout
    assert f"  credit 1: balance {CHANGED}, ledger 25" in found.stdout


def test_the_audit_finds_all_accounts(api: Api) -> None:
    assert account(api) in accounts()


def test_the_proof_needs_a_token_and_a_known_name(api: Api, anonymous: Api) -> None:
    assert anonymous.get("/ledger/proof").status == 403
    assert api.get("/ledger/nonsense").status == 404
