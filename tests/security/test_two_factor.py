"""The second factor: enrolment, and that no log-in passes without it."""

from __future__ import annotations

import base64
import dataclasses
import logging
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.operations import totp
from chalicelib.settings import settings
from tests.api.test_sessions import stored_texts
from tests.api_client import PASSWORD, Answer, Api, Clock
from tests.security.hostile import NESTED, SCALARS, TEXTS, check

REQUIRED = {"error": {"message": "OTP_REQUIRED"}}
WRONG = {"error": {"message": "Invalid one time password"}}
REFUSED = {"error": {"message": "Invalid credentials"}}


class App:
    """An authenticator app, and the codes on paper."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self.secret = secret
        self.clock = clock
        self.recovery: list[str] = []

    def code(self, ahead: int = 0) -> str:
        return totp.code(base64.b32decode(self.secret), self.clock.now // 30 + ahead)

    def next(self) -> str:
        """A code of the next step, which is then the present one."""
        self.clock.tick(30)
        return self.code()


@pytest.fixture
def app(api: Api, clock: Clock) -> App:
    """The second factor of the user of `api` is on."""
    app = App(api.post("/two_factor", {"password": PASSWORD}).data["secret"], clock)
    app.recovery = api.put("/two_factor", {"one_time_password": app.code()}).data["recovery_codes"]
    return app


def login(caller: Api, email: str, **more: Any) -> Answer:
    return caller.post("/login", {"email": email, "password": PASSWORD, **more})


def test_enrolment(api: Api, anonymous: Api, clock: Clock) -> None:
    assert api.get("/two_factor").data == {"enabled": False, "codes_left": 0}
    begun = api.post("/two_factor", {"password": PASSWORD}).data
    link = urlsplit(begun["url"])
    assert (link.scheme, link.netloc, link.path) == ("otpauth", "totp", f"/Kunai:{api.email}")
    assert parse_qs(link.query) == {"secret": [begun["secret"]], "issuer": ["Kunai"]}
    app = App(begun["secret"], clock)
    assert login(anonymous, api.email).status == 200, "not in force before it is confirmed"
    assert set(api.put("/two_factor", {"one_time_password": "000000"}).errors) == {"one_time_password"}
    confirmed = api.put("/two_factor", {"one_time_password": app.code()}).data
    assert confirmed["enabled"] and len(set(confirmed["recovery_codes"])) == 8
    assert api.get("/two_factor").data == {"enabled": True, "codes_left": 8}
    assert login(anonymous, api.email).json == REQUIRED
    assert api.post("/two_factor", {"password": PASSWORD}).status == 422
    assert api.put("/two_factor", {"one_time_password": app.next()}).status == 422


def test_a_later_enrolment_replaces_an_unconfirmed_one(api: Api, clock: Clock) -> None:
    first = App(api.post("/two_factor", {"password": PASSWORD}).data["secret"], clock)
    second = App(api.post("/two_factor", {"password": PASSWORD}).data["secret"], clock)
    assert api.put("/two_factor", {"one_time_password": first.code()}).status == 422
    assert api.put("/two_factor", {"one_time_password": second.code()}).status == 200


def test_an_enrolment_can_be_given_up(api: Api, clock: Clock) -> None:
    app = App(api.post("/two_factor", {"password": PASSWORD}).data["secret"], clock)
    assert api.delete("/two_factor", {"one_time_password": app.code()}).data["enabled"] is False
    assert api.delete("/two_factor", {"password": PASSWORD}).data["enabled"] is False
    assert api.put("/two_factor", {"one_time_password": app.code()}).status == 422


def test_a_token_alone_changes_nothing(api: Api, app: App) -> None:
    for body in ({}, {"password": "wrong"}, {"password": None}, {"one_time_password": "000000"}):
        assert api.delete("/two_factor", body).status == 422
    assert api.get("/two_factor").data["enabled"]


def test_enrolment_needs_the_password(api: Api) -> None:
    for body in ({}, {"password": "wrong"}, {"password": ["x"]}):
        assert set(api.post("/two_factor", body).errors) == {"password"}
    assert api.put("/two_factor", {"one_time_password": "000000"}).status == 422


@pytest.mark.parametrize("name", ["", "invoice-ninja-android", "TOKEN", "script"])
def test_every_login_needs_a_code(api: Api, anonymous: Api, app: App, name: str) -> None:
    missing = login(anonymous, api.email, token_name=name)
    assert (missing.status, missing.json) == (401, REQUIRED)
    wrong = login(anonymous, api.email, token_name=name, one_time_password="000000")
    assert (wrong.status, wrong.json) == (401, WRONG)
    assert login(anonymous, api.email, token_name=name, one_time_password=app.next()).data[0]["token"]


def test_the_password_comes_first(api: Api, anonymous: Api, app: App) -> None:
    body = {"email": api.email, "password": "wrong", "one_time_password": app.next()}
    assert anonymous.post("/login", body).json == REFUSED


def test_a_code_is_good_once(api: Api, anonymous: Api, app: App) -> None:
    assert login(anonymous, api.email, one_time_password=app.code()).json == WRONG, "the enrolment used it"
    code = app.next()
    assert login(anonymous, api.email, one_time_password=code).status == 200
    assert login(anonymous, api.email, one_time_password=code).json == WRONG
    assert login(anonymous, api.email, one_time_password=app.code(-1)).json == WRONG
    assert login(anonymous, api.email, one_time_password=app.code(1)).status == 200


def test_a_code_at_once_from_many_lets_one_in(api: Api, anonymous: Api, app: App) -> None:
    code = app.next()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: login(anonymous, api.email, one_time_password=code), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 7


def test_wrong_codes_lock(api: Api, anonymous: Api, app: App) -> None:
    for _ in range(10):
        assert login(anonymous, api.email, one_time_password="000000").json == WRONG
    assert login(anonymous, api.email, one_time_password=app.next()).json == REFUSED
    assert login(anonymous, api.email).json == REFUSED
    app.clock.tick(60)
    assert login(anonymous, api.email, one_time_password=app.next()).status == 200


def test_recovery_codes_are_good_once(api: Api, anonymous: Api, app: App) -> None:
    first, second = app.recovery[:2]
    assert login(anonymous, api.email, one_time_password=f" {first.upper()} ").status == 200
    assert login(anonymous, api.email, one_time_password=first).json == WRONG
    assert login(anonymous, api.email, one_time_password=second.replace("-", "")).status == 200
    assert api.get("/two_factor").data["codes_left"] == 6


@pytest.mark.parametrize("by", ["password", "code", "recovery"])
def test_switching_off(api: Api, anonymous: Api, app: App, by: str) -> None:
    body = {
        "password": {"password": PASSWORD},
        "code": {"one_time_password": app.next()},
        "recovery": {"one_time_password": app.recovery[0]},
    }[by]
    assert api.delete("/two_factor", body).data == {"enabled": False, "codes_left": 0}
    assert login(anonymous, api.email).status == 200
    assert api.post("/two_factor", {"password": PASSWORD}).data["secret"] != app.secret


def test_guesses_over_a_stolen_token_are_counted(api: Api, app: App) -> None:
    for _ in range(10):
        assert api.delete("/two_factor", {"one_time_password": "000000"}).status == 422
    assert api.delete("/two_factor", {"one_time_password": app.next()}).status == 422
    assert api.delete("/two_factor", {"password": PASSWORD}).status == 422
    assert api.get("/two_factor").data["enabled"]


def test_a_code_sent_as_number(api: Api, anonymous: Api, app: App) -> None:
    app.clock.tick(30)
    while not app.code().startswith("0"):
        app.clock.tick(30)
    assert login(anonymous, api.email, one_time_password=int(app.code())).status == 200


def test_odd_codes(api: Api, anonymous: Api, app: App) -> None:
    for value in (*SCALARS[::3], *TEXTS[::4], *NESTED[::4]):
        answer = login(anonymous, api.email, one_time_password=value)
        check(answer, f"one_time_password={value!r:.60}")
        assert answer.status in (401, 422)
        check(api.put("/two_factor", {"one_time_password": value}), f"{value!r:.60}")


def test_each_user_has_an_own_one(api: Api, app: App, gateway: Gateway, anonymous: Api) -> None:
    fields = {"first_name": "C", "last_name": "D", "email": f"second.{api.email}", "password": PASSWORD}
    assert api.post("/users", {**fields, "is_admin": True}).status == 200
    other = Api(gateway)
    other.token = login(anonymous, fields["email"]).data[0]["token"]
    assert other.get("/two_factor").data["enabled"] is False
    assert other.delete("/two_factor", {"password": PASSWORD}).data["enabled"] is False
    assert api.get("/two_factor").data["enabled"] is True


def test_no_row_and_no_answer_holds_a_secret(
    api: Api, anonymous: Api, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    login(anonymous, api.email, one_time_password=app.recovery[0])
    key = base64.b32decode(app.secret)
    for text in (*stored_texts(), caplog.text):
        for clear in (app.secret, key.hex(), repr(key), *app.recovery):
            assert clear not in text
    for path in ("/two_factor", "/users", "/accounts", "/user_accounts?include=users"):
        assert app.secret not in api.get(path).text


def test_an_idempotency_key_keeps_no_secret(api: Api, clock: Clock) -> None:
    first = api.post("/two_factor", {"password": PASSWORD}, idempotency_key="enrol").data["secret"]
    assert not any(first in text for text in stored_texts())
    second = api.post("/two_factor", {"password": PASSWORD}, idempotency_key="enrol").data["secret"]
    assert second != first


def test_a_dry_run_changes_nothing(api: Api, app: App) -> None:
    assert api.delete("/two_factor?dry_run=true", {"password": PASSWORD}).data["enabled"] is False
    assert api.get("/two_factor?dry_run=true").data["enabled"] is True


def test_without_a_server_secret_there_is_no_enrolment(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = dataclasses.replace(settings(), server_secret="")
    monkeypatch.setattr("chalicelib.api.sessions.settings", lambda: bare)
    assert api.post("/two_factor", {"password": PASSWORD}).status == 422


def test_recovery_codes_survive_a_lost_server_secret(
    api: Api, anonymous: Api, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "chalicelib.operations.vault.settings", lambda: SimpleNamespace(server_secret="another")
    )
    assert login(anonymous, api.email, one_time_password=app.next()).json == WRONG
    assert login(anonymous, api.email, one_time_password=app.recovery[0]).status == 200
