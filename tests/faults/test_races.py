"""Many writers at once in one account: no gap, no duplicate, no lost cent, and nobody is turned away."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations.context import Context
from chalicelib.operations.tokens import bearer
from chalicelib.operations.work import Work
from chalicelib.store import event, record
from chalicelib.store.reads import EVENTS, RECORDS, Range, query
from chalicelib.store.record import Record
from tests.api_client import Api
from tests.faults.hooks import counting, dynamodb
from tests.faults.writer import create

THREADS = 50
PROCESSES = 10
EACH = 3
BODY = {
    "client_id": 1,
    "is_public": True,
    "invoice_items": [
        {"notes": "one", "cost": "10.01", "qty": "3"},
        {"notes": "two", "cost": "0.10", "qty": 1},
    ],
}
AMOUNT = Decimal("30.13")


@pytest.fixture
def api(gateway: Gateway) -> Api:
    """An account with one client."""
    api = Api(gateway).register()
    assert api.post("/clients", {"name": "Busy", "contact": {"email": "busy@race.test"}}).data["id"] == 1
    return api


def everything(account: str, kind: str) -> list[Record]:
    found: list[Record] = []
    start = None
    while True:
        wanted = Range(RECORDS, record.partition(account, kind), descending=False)
        rows, _, start = query(wanted, None, start)
        found += [record.from_raw(kind, row) for row in rows]
        if start is None:
            return found


def check_books(api: Api, made: list[dict[str, Any]]) -> None:
    """The whole account agrees with what was answered: numbers, balance, feed and counts."""
    total = len(made)
    assert Counter(answer["status"] for answer in made) == {200: total}
    assert sorted(answer["id"] for answer in made) == list(range(1, total + 1))
    by_id = sorted(made, key=lambda answer: answer["id"])
    assert [answer["number"] for answer in by_id] == [f"{number:04d}" for number in range(1, total + 1)]
    owner = bearer(api.token)
    assert owner is not None
    invoices, clients = everything(owner.account, "invoice"), everything(owner.account, "client")
    assert [invoice.id for invoice in invoices] == list(range(1, total + 1))
    assert sum(Decimal(invoice.data["amount"]) for invoice in invoices) == AMOUNT * total
    assert [client.balance for client in clients] == [AMOUNT * total]
    head = Work(Context(owner.account, "", 1, 0, str), {}).head
    assert (head.total("invoice"), head.total("client")) == (total, 1)
    check_feed(owner.account, head.sequence, total)


def check_feed(account: str, last: int, total: int) -> None:
    rows, _, start = query(Range(EVENTS, account, descending=False), None, None)
    assert start is None
    feed = [event.from_raw(row) for row in rows]
    assert [item.sequence for item in feed] == list(range(1, last + 1))
    created = [item.body for item in feed if item.name == "invoice.created"]
    assert [body["id"] for body in created] == list(range(1, total + 1))
    balances = [Decimal(body["activity"]["balance"]) for body in created]
    assert balances == [AMOUNT * number for number in range(1, total + 1)]


def test_fifty_threads(api: Api) -> None:
    start = time.monotonic()
    with counting(dynamodb()) as calls:
        made = create(api, BODY, THREADS)
    commits = calls.count("TransactWriteItems")
    print(f"{THREADS} threads: {commits} commits, {time.monotonic() - start:.1f} s")
    check_books(api, made)
    assert commits == THREADS, "writers of one process take turns"


def test_ten_processes(api: Api) -> None:
    command = [sys.executable, "-m", "tests.faults.writer"]
    orders = json.dumps({"token": api.token, "body": BODY, "count": EACH}) + "\n"
    writers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    try:
        for writer in writers:
            assert writer.stdin
            writer.stdin.write(orders)
            writer.stdin.flush()
        for writer in writers:
            assert writer.stdout
            assert writer.stdout.readline() == "ready\n"
        start = time.monotonic()
        for writer in writers:
            assert writer.stdin
            writer.stdin.write("go\n")
            writer.stdin.flush()
        reports = [json.loads(writer.communicate(timeout=60)[0]) for writer in writers]
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    commits = sum(report["commits"] for report in reports)
    print(f"{PROCESSES} processes of {EACH} threads: {commits} commits, {time.monotonic() - start:.1f} s")
    check_books(api, [answer for report in reports for answer in report["made"]])
