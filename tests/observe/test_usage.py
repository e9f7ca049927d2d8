"""What accounts used: exact over containers and days, in one call a minute at most."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

import app
from chalicelib.api.auth import _look_up
from chalicelib.observe.scope import Scope
from chalicelib.observe.tally import MOST, Tally, day_of
from chalicelib.operations import tokens
from chalicelib.settings import settings
from chalicelib.store import usage
from chalicelib.store.reads import get_row
from tests.api_client import Api, Clock
from tests.engines import Mailbox
from tests.faults.hooks import answering, counting, dynamodb, refusal, unreachable
from tests.observe.conftest import Log
from tests.queueing import Queues
from tests.receiver import Receiver

TODAY = date(2026, 11, 22)


def used(account: str, day: date = TODAY) -> dict[str, float]:
    """What is written down, without what is zero."""
    (found,) = usage.read(account, [day])
    return {name: number for name, number in found.items() if number}


def work(account: str, **units: float) -> Scope:
    scope = Scope(account=account)
    scope.reads, scope.writes = units.get("reads", 0), units.get("writes", 0)
    scope.done["requests"] = 1
    return scope


def account_of(api: Api) -> str:
    return _look_up(tokens.digest(api.token)).account


@pytest.fixture(autouse=True)
def metering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Also where no container serves requests."""
    monkeypatch.setenv("KUNAI_USAGE_SECONDS", "60")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_requests_are_written_down_once_a_minute(gateway: Any, counted: Tally, clock: Clock) -> None:
    api = Api(gateway).register()
    api.get("/clients")
    account = account_of(api)
    assert used(account)["requests"] == 1
    with counting(dynamodb()) as calls:
        for _ in range(5):
            clock.tick(11)
            assert api.get("/clients").status == 200
    assert calls == ["GetItem"] * 5
    clock.tick(5)
    with counting(dynamodb()) as calls:
        assert api.get("/clients").status == 200
    assert calls == ["GetItem", "TransactWriteItems"]
    assert (used(account)["requests"], used(account)["read_units"]) == (8, 12)


def test_the_first_request_of_a_container_is_written_down_at_once(gateway: Any, counted: Tally) -> None:
    """So that containers which live for one request lose nothing."""
    api = Api(gateway).register()
    assert used(account_of(api)) == {"requests": 1, "read_units": 1, "write_units": 10}


def test_refused_requests_of_a_token_count_and_those_of_nobody_do_not(
    gateway: Any, counted: Tally, anonymous: Api, clock: Clock
) -> None:
    api = Api(gateway).register()
    clock.tick(60)
    assert api.post("/clients", {"name": {"no": "text"}}).status == 422
    anonymous.get("/clients")
    assert used(account_of(api))["requests"] == 2
    assert not counted._waiting


def test_containers_add_to_each_other(tables: None) -> None:
    containers = [Tally() for _ in range(4)]
    now = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()

    def live(container: Tally) -> None:
        for minute in range(10):
            container.add(work("many", reads=0.5, writes=2), now + 60 * minute)
            usage.flush(now + 60 * minute, container)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(live, containers))
    for container in containers:
        usage.flush(now + 3_600, container)
    assert used("many") == {"requests": 40, "read_units": 20, "write_units": 80}


def test_days_end_at_midnight_utc(tables: None) -> None:
    container = Tally()
    midnight = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
    for moment in (midnight - 0.001, midnight, midnight + 1):
        container.add(work("night"), moment)
    with counting(dynamodb()) as calls:
        usage.flush(midnight + 1, container)
    assert calls == ["TransactWriteItems"]
    assert used("night", date(2026, 11, 22)) == {"requests": 1}
    assert used("night", date(2026, 11, 23)) == {"requests": 2}


def test_a_refused_batch_waits_and_joins_what_comes(tables: None, log: Log) -> None:
    container, now = Tally(), 1_795_600_000.0
    container.add(work("refused"), now)
    with answering(
        dynamodb(), "TransactWriteItems", 1, lambda sent: refusal(sent, "TransactionCanceledException")
    ):
        usage.flush(now, container)
    container.add(work("refused"), now)
    usage.flush(now + 59, container)
    day = date.fromisoformat(day_of(now))
    assert used("refused", day) == {}
    with counting(dynamodb()) as calls:
        usage.flush(now + 60, container)
    assert (calls, used("refused", day)) == (["TransactWriteItems"], {"requests": 2})
    assert [line["level"] for line in log.lines] == ["INFO"]


def test_a_batch_of_unknown_outcome_counts_once(tables: None) -> None:
    """It was written, but no answer came: the same token writes nothing twice."""
    container, now = Tally(), 1_795_700_000.0
    container.add(work("unknown"), now)
    with answering(
        dynamodb(), "TransactWriteItems", 9, lambda sent: refusal(sent, "InternalServerError", 500)
    ):
        usage.flush(now, container)
    batch = container.take(now + 60, 60)
    assert batch is not None
    usage._write(batch)  # as if the one before had got through
    container.add(work("unknown"), now)
    usage.flush(now + 120, container)
    usage.flush(now + 180, container)
    assert used("unknown", date.fromisoformat(day_of(now))) == {"requests": 2}


def test_an_unreachable_store_fails_no_request(gateway: Any, counted: Tally, clock: Clock) -> None:
    api = Api(gateway).register()
    clock.tick(60)
    with unreachable(dynamodb(), "TransactWriteItems"):
        assert api.get("/clients").status == 200
    with unreachable(dynamodb()):
        assert api.get("/clients").status == 503, "which counts for nothing"
    clock.tick(60)
    assert api.get("/clients").status == 200
    clock.tick(60)
    assert api.get("/clients").status == 200
    assert used(account_of(api))["requests"] == 4


def test_more_accounts_than_a_transaction_takes_come_in_turn(tables: None) -> None:
    container, now = Tally(), 1_795_800_000.0
    names = [f"crowd{number}" for number in range(MOST + 5)]
    for name in names:
        container.add(work(name), now)
    day = date.fromisoformat(day_of(now))
    with counting(dynamodb()) as calls:
        usage.flush(now, container)
        usage.flush(now + 60, container)
        usage.flush(now + 120, container)
    assert calls == ["TransactWriteItems"] * 2
    assert [used(name, day) for name in (names[0], names[-1])] == [{"requests": 1}] * 2


def test_rows_end_after_thirteen_months(tables: None) -> None:
    container, now = Tally(), datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
    container.add(work("old"), now)
    usage.flush(now, container)
    row = get_row(usage._key("old", "2026-11-22"))
    assert row is not None
    ends = datetime.fromtimestamp(int(row["ttl"]["N"]), UTC)
    assert ends == datetime(2027, 12, 27, tzinfo=UTC)


def test_nothing_is_kept_where_usage_is_not_wanted(
    gateway: Any, counted: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNAI_USAGE_SECONDS", "0")
    settings.cache_clear()
    api = Api(gateway).register()
    assert (used(account_of(api)), counted._waiting) == ({}, {})


def test_what_workers_do_counts(
    api: Api, counted: Tally, queued: Queues, receiver: Receiver, mailbox: Mailbox, clock: Clock
) -> None:
    queued.pump()
    account = account_of(api)
    contact = {"first_name": "Pia", "email": "pia@berg.test"}
    made = [
        api.post("/hooks", {"event": "client.created", "target_url": receiver.url}),
        api.post("/clients", {"name": "Berg", "contact": contact}),
        api.post("/invoices", {"client_id": 1, "invoice_items": [{"notes": "x", "cost": 1, "qty": 1}]}),
        api.post("/email_invoice", {"id": 1}),
    ]
    assert [answer.status for answer in made] == [201, 200, 200, 200]
    queued.pump()
    assert (len(receiver.got), len(mailbox.sent())) == (1, 1)
    days = {day for owner, day in counted._waiting if owner == account}
    clock.tick(60)
    usage.flush(clock.now + 3_000_000_000)
    app.worker({"Records": []}, None)
    found = [used(account, date.fromisoformat(day)) for day in days | {TODAY.isoformat()}]
    totals = {name: sum(day.get(name, 0) for day in found) for name in ("mails", "webhooks", "pdfs")}
    assert totals == {"mails": 1, "webhooks": 1, "pdfs": 1}
