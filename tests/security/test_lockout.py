"""Ten failed log-ins lock a user: exactly ten, for a time, and not for everybody."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.api.auth import origin
from chalicelib.local.gateway import Gateway
from chalicelib.operations import guard
from chalicelib.operations.sessions import LOGIN
from chalicelib.operations.shapes import USER
from chalicelib.operations.work import Work
from chalicelib.settings import settings
from chalicelib.store import codec, counter
from chalicelib.store.connection import connection
from chalicelib.store.models import LookupRow
from chalicelib.store.reads import get_row, lookup_key
from tests.api_client import PASSWORD, Answer, Api, Clock

REFUSED = {"error": {"message": "Invalid credentials"}}
WRONG = "wrong password"
ATTACKER, HOME = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def attacker(gateway: Gateway, api: Api) -> Api:
    """A stranger who knows the address of the user of `api`."""
    found = Api(gateway)
    found.email, found.address = api.email, ATTACKER
    return found


def login(caller: Api, password: str = PASSWORD, email: str = "", **more: Any) -> Answer:
    return caller.post("/login", {"email": email or caller.email, "password": password, **more})


def fail(caller: Api, times: int) -> None:
    for _ in range(times):
        answer = login(caller, WRONG)
        assert (answer.status, answer.json) == (401, REFUSED)


def guards() -> dict[str, int]:
    """What every counter has counted."""
    pages = connection().client.get_paginator("scan").paginate(TableName=LookupRow.Meta.table_name)
    rows = [row for page in pages for row in page["Items"] if row["k"]["S"].startswith(f"{guard.KIND}#")]
    return {row["k"]["S"]: int(row["n"]["N"]) for row in rows}


def test_ten_failures_lock_even_the_right_password_out(attacker: Api, clock: Clock) -> None:
    fail(attacker, 9)
    assert login(attacker).status == 200, "nine do not"
    fail(attacker, 10)
    assert (login(attacker).status, login(attacker).json) == (401, REFUSED)


def test_a_lock_ends_and_grows(attacker: Api, clock: Clock) -> None:
    fail(attacker, 10)
    for seconds in (60, 120, 240, 480, 960, 1920, 3600, 3600):
        fail(attacker, 3)
        clock.tick(seconds - 1)
        assert login(attacker).status == 401
        clock.tick()
        fail(attacker, 1)
    clock.tick(3600)
    assert login(attacker).status == 200
    fail(attacker, 9)
    assert login(attacker).status == 200, "a success forgets the failures"


def test_attempts_during_a_lock_do_not_prolong_it(attacker: Api, clock: Clock) -> None:
    fail(attacker, 10)
    for _ in range(6):
        clock.tick(9)
        fail(attacker, 1)
    clock.tick(6)
    assert login(attacker).status == 200


def test_a_stranger_cannot_lock_the_owner_out(attacker: Api, gateway: Gateway, clock: Clock) -> None:
    owner = Api(gateway)
    owner.email, owner.address = attacker.email, HOME
    assert login(owner).status == 200
    fail(attacker, 12)
    assert login(attacker).status == 401
    assert login(owner).status == 200
    fail(owner, 10)
    assert login(owner).status == 401, "the familiar address has a limit of its own"
    owner.address = "192.0.2.44"
    assert login(owner).status == 401, "from elsewhere the owner is a stranger"


def test_a_home_is_a_line_and_not_one_of_its_addresses(attacker: Api, clock: Clock) -> None:
    attacker.address = "2001:db8:1:2::1"
    assert login(attacker).status == 200
    fail(attacker, 9)
    attacker.address = "2001:db8:1:2:ffff::9"
    fail(attacker, 1)
    assert login(attacker).status == 401


def test_a_new_password_opens_again(api: Api, attacker: Api, clock: Clock) -> None:
    fail(attacker, 10)
    user = {"first_name": "Jane", "last_name": "Owner", "email": api.email, "password": "a new password"}
    assert api.put("/users/1", user).status == 200
    assert login(attacker, "a new password").status == 200
    assert login(attacker).status == 401


def test_tokens_work_during_a_lock(api: Api, attacker: Api) -> None:
    fail(attacker, 10)
    assert api.get("/ping").status == 200


@pytest.mark.parametrize("right", [0, 1])
def test_of_many_attempts_at_once_exactly_ten_count(attacker: Api, clock: Clock, right: int) -> None:
    before = guards()
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda _: login(attacker, WRONG).status, range(30)))
    assert answers == [401] * 30
    counted = {key: number for key, number in guards().items() if number != before.get(key)}
    assert list(counted.values()) == [guard.LIMIT]
    assert login(attacker).status == 401
    if right:
        clock.tick(guard.FIRST_LOCK)
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda _: login(attacker, WRONG), range(10)))
        (number,) = (guards()[key] for key in counted)
        assert number == guard.LIMIT + 1, "after a lock one failure locks again"


def test_of_attempts_at_once_one_is_admitted_after_a_lock(attacker: Api, clock: Clock) -> None:
    """Whichever of them has the right password: all have read the counter before any of them counted."""
    fail(attacker, 10)
    clock.tick(guard.FIRST_LOCK)
    row = get_row(lookup_key(LOGIN, attacker.email))
    assert row is not None
    account, key, user = codec.unpack(row["b"]["B"])
    work = Work(origin(account, key, user), {})
    stored = work.load(USER, user).data["password"]
    guards = [guard.Guard(work, user, stored, ATTACKER, settings().server_secret) for _ in range(5)]
    work.fetch(guards[0].keys)
    assert [one.admits() for one in guards] == [True, False, False, False, False]


def test_right_passwords_at_once_are_all_let_in(attacker: Api) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: login(attacker, token_name="phone"), range(20)))
    assert {answer.data[0]["token"] for answer in answers} == {answers[0].data[0]["token"]}


def test_failures_write_one_row_and_never_the_head(api: Api, attacker: Api) -> None:
    before = {account["pk"]["S"]: account["v"]["N"] for account in heads()}
    known = guards()
    fail(attacker, 12)
    assert {account["pk"]["S"]: account["v"]["N"] for account in heads()} == before
    assert len(guards()) == len(known) + 1


def heads() -> list[dict[str, Any]]:
    from chalicelib.store.models import RecordRow

    pages = connection().client.get_paginator("scan").paginate(TableName=RecordRow.Meta.table_name)
    return [row for page in pages for row in page["Items"] if row["pk"]["S"].endswith("#head")]


def test_addresses_of_nobody_fill_a_fixed_number_of_rows(anonymous: Api, monkeypatch: Any) -> None:
    monkeypatch.setattr(guard, "NOBODIES", 3)
    before = guards()
    for number in range(12):
        assert login(anonymous, email=f"nobody{number}@x.test").status == 401
    assert len(guards().keys() - before.keys()) <= 3


def test_every_refusal_makes_the_same_calls(
    api: Api, attacker: Api, anonymous: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unknown, wrong, locked, locked with the right password: the caller cannot tell them by their time."""
    calls: list[str] = []
    real = connection().dispatch

    def counted(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        calls.append(operation)
        return real(operation, request)

    monkeypatch.setattr(connection(), "dispatch", counted)

    def observed(caller: Api, password: str, email: str = "") -> tuple[object, ...]:
        calls.clear()
        answer = login(caller, password, email)
        return answer.status, answer.body, answer.headers, tuple(calls)

    unknown = observed(anonymous, WRONG, "unknown@x.test")
    assert unknown[3] == ("GetItem", "BatchGetItem", "BatchGetItem", "UpdateItem")
    assert observed(attacker, WRONG) == unknown
    fail(attacker, 10)
    assert observed(attacker, WRONG) == unknown
    assert observed(attacker, PASSWORD) == unknown
    number = api.post(
        "/users", {"first_name": "A", "last_name": "B", "email": f"x{api.email}", "password": PASSWORD}
    )
    assert api.delete(f"/users/{number.data['id']}").status == 200
    assert observed(anonymous, PASSWORD, f"x{api.email}") == unknown


def test_no_log_line_tells_a_secret(attacker: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    token = login(attacker, token_name="phone").data[0]["token"]
    fail(attacker, 11)
    for secret in (PASSWORD, WRONG, token):
        assert secret not in caplog.text


def test_a_row_whose_time_is_over_counts_no_more() -> None:
    row = {"n": {"N": "9"}, "at": {"N": "50"}, "ttl": {"N": "100"}}
    assert counter.read(row, 99) == counter.Count(9, 50)
    assert counter.read(row, 100) is None
    assert counter.read(None, 0) is None
