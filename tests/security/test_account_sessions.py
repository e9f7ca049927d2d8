"""Sessions of the account's pages: what begins one, what ends it, and that nothing else is one."""

from __future__ import annotations

import re

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations import browser_sessions
from chalicelib.store.connection import connection
from chalicelib.store.models import LookupRow
from tests.api_client import PASSWORD, Api, Clock
from tests.security.test_two_factor import App, app
from tests.visitor import LOGIN, Visitor, person, signed_in

__all__ = ("app",)


@pytest.fixture
def owner(clock: Clock, api: Api) -> Visitor:
    return signed_in(api)


def test_the_cookie(owner: Visitor, api: Api) -> None:
    answer = owner.sign_in(api.email)
    assert re.fullmatch(
        r"__Host-kunai-settings=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Max-Age=28800; Secure",
        answer.headers["set-cookie"],
    )
    plain = owner.send(
        "POST",
        "/login",
        {"email": api.email, "password": PASSWORD},
        x_forwarded_proto="http",
        origin="http://kunai.test",
    )
    assert plain.headers["set-cookie"].startswith("kunai-settings=")
    assert "; Path=/api/settings;" in plain.headers["set-cookie"]
    assert "Secure" not in plain.headers["set-cookie"]


def test_a_session_is_no_token_and_a_token_no_session(owner: Visitor, api: Api, gateway: Gateway) -> None:
    assert Api(gateway, owner.token).get("/ping").status == 403
    assert Api(gateway).get("/clients", cookie=owner.cookie).status == 403
    thief = Visitor(gateway)
    for stolen in (api.token, "", "x" * 5_000, "ü", "../..", owner.token[:-1], owner.token.upper()):
        thief.cookie = f"__Host-kunai-settings={stolen}"
        assert thief.is_out, stolen
    thief.cookie = f"kunai-settings={owner.token}"
    assert thief.is_out, "over https only the prefixed cookie counts"
    thief.cookie = f'odd={{"a"; b=c"d; __Host-kunai-settings={owner.token}'
    assert not thief.is_out, "odd cookies of others do no harm"


def test_a_session_ends_by_idling_and_in_any_case_after_eight_hours(owner: Visitor, clock: Clock) -> None:
    for _ in range(9):
        clock.tick(browser_sessions.IDLE - 700)
        assert not owner.is_out
    clock.tick(browser_sessions.LONGEST - 9 * (browser_sessions.IDLE - 700))
    assert owner.is_out


def test_an_idle_session_ends_within_the_hour(owner: Visitor, clock: Clock) -> None:
    clock.tick(browser_sessions.IDLE)
    assert owner.is_out
    answer = owner.send("POST", "/tokens", {"name": "late"})
    assert (answer.status, answer.headers["location"]) == (303, LOGIN)


def test_what_ends_tokens_ends_sessions(clock: Clock, api: Api) -> None:
    first, second = signed_in(api), signed_in(api)
    assert first.post("/logout").headers["set-cookie"].startswith("__Host-kunai-settings=; Path=/;")
    assert first.is_out
    assert not second.is_out, "signing out ends one session"
    assert api.put("/users/1", person(api.email, password="a new password")).status == 200
    assert second.is_out
    number = api.post("/users", person(f"clerk{api.email}")).data["id"]
    clerk = signed_in(api, f"clerk{api.email}")
    assert api.delete(f"/users/{number}").status == 200
    assert clerk.is_out
    assert api.put(f"/users/{number}?action=restore").status == 200
    assert clerk.is_out


def test_a_copied_cookie_dies_with_its_session(owner: Visitor, gateway: Gateway) -> None:
    copy = Visitor(gateway)
    copy.cookie = owner.cookie
    owner.post("/logout")
    assert copy.is_out


def test_signing_out_everywhere_ends_sessions_and_tokens(owner: Visitor, api: Api) -> None:
    other = signed_in(api)
    assert owner.post("/everywhere").status == 403, "it has to be confirmed"
    assert not other.is_out
    assert owner.post("/everywhere", sure="1").status == 303
    assert other.is_out
    assert api.get("/ping").status == 403


def test_no_row_and_no_log_holds_a_session(
    owner: Visitor, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    rows = connection().dispatch("Scan", {"TableName": LookupRow.Meta.table_name})["Items"]
    assert owner.token not in str(rows)
    assert owner.token not in caplog.text


def test_the_lock_out_is_that_of_the_api(clock: Clock, api: Api, gateway: Gateway) -> None:
    visitor, caller = Visitor(gateway, "203.0.113.9"), Api(gateway)
    caller.address = visitor.address
    right = {"email": api.email, "password": PASSWORD}
    for number in range(10):
        wrong = {**right, "password": "wrong"}
        status = (visitor.sign_in(**wrong) if number % 2 else caller.post("/login", wrong)).status
        assert status == 401
    locked, unknown = visitor.sign_in(**right), visitor.sign_in(f"un{api.email}")
    assert (locked.status, caller.post("/login", right).status) == (401, 401)
    assert locked.text == unknown.text.replace(f"un{api.email}", api.email)
    assert "set-cookie" not in locked.headers
    clock.tick(60)
    assert visitor.sign_in(**right).status == 303


def test_the_second_factor_is_asked_for(clock: Clock, api: Api, app: App, gateway: Gateway) -> None:
    visitor = Visitor(gateway)
    asked = visitor.sign_in(api.email)
    assert (asked.status, "authenticator app along" in asked.text) == (401, True)
    code = app.next()
    assert visitor.sign_in(api.email, one_time_password="000000").status == 401
    assert visitor.sign_in(api.email, "wrong", one_time_password=code).status == 401
    assert visitor.is_out
    assert visitor.sign_in(api.email, one_time_password=code).status == 303
    assert not visitor.is_out
    assert visitor.sign_in(api.email, one_time_password=code).status == 401, "a code counts once"
