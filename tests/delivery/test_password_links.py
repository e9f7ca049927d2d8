"""Invitations and forgotten passwords: one mailed token, one use, one answer for everybody."""

from __future__ import annotations

import re
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.delivery import passwords
from chalicelib.local.gateway import Gateway
from tests.api.test_sessions import stored_texts
from tests.api_client import PASSWORD, Api
from tests.api_client import Clock as Arrivals
from tests.delivery.post import Clock, posting
from tests.faults.hooks import counting, dynamodb

NEW = "a new long password"
SUCCESS = {"message": "success"}
SPENT = {"token": ["The token is not valid, or no longer."]}


@pytest.fixture
def arrivals(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Arrivals:
    """The time at which requests arrive and mails are written, near that of the relay."""
    now = Arrivals()
    now.now = int(clock.now)
    shifted = SimpleNamespace(time=lambda: float(now.now), monotonic=lambda: float(now.now))
    monkeypatch.setattr("chalicelib.api.auth.time", shifted)
    monkeypatch.setattr(passwords, "time", shifted)
    return now


@pytest.fixture
def guest(api: Api, arrivals: Arrivals) -> dict[str, Any]:
    """User 2, who is invited."""
    fields = {"first_name": "Gus", "last_name": "Guest", "email": f"guest.{api.email}", "is_admin": False}
    user: dict[str, Any] = api.post("/users", fields).data
    return user


def letters(clock: Clock, arrivals: Arrivals) -> list[EmailMessage]:
    """What is mailed when all that is due is delivered."""
    clock.now = arrivals.now + 1
    with posting() as posted:
        clock.run()
    return [one.message for one in posted]


def token_in(letter: EmailMessage) -> str:
    plain = letter.get_body(("plain",))
    assert plain is not None
    found = re.search(r"Your token: ([a-z0-9]{32})\s", plain.get_content())
    assert found is not None
    return found[1]


def test_a_user_without_password_is_invited(
    api: Api, gateway: Gateway, guest: dict[str, Any], clock: Clock, arrivals: Arrivals
) -> None:
    assert (guest["id"], guest["confirmed"]) == (2, False)
    anybody = Api(gateway)
    for password in ("", None, NEW):
        assert anybody.post("/login", {"email": guest["email"], "password": password}).status == 401
    (letter,) = letters(clock, arrivals)
    assert (letter["To"], letter["Subject"]) == (guest["email"], "Your invitation to Acme")
    token = token_in(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert token in html.get_content()
    assert not any(token in row for row in stored_texts()), "no row holds it in clear"
    assert anybody.post("/accept_invitation", {"token": token}).errors.keys() == {"password"}
    assert anybody.post("/accept_invitation", {"token": token, "password": NEW}).json == SUCCESS
    login = anybody.post("/login", {"email": guest["email"], "password": NEW}).data[0]
    assert (login["user_id"], login["user"]["confirmed"], login["user"]["is_admin"]) == (2, True, False)
    again = anybody.post("/accept_invitation", {"token": token, "password": "yet another one"})
    assert again.errors == SPENT
    assert anybody.post("/login", {"email": guest["email"], "password": NEW}).status == 200
    assert set(api.put("/users/2?action=invite").errors) == {"action"}


def test_an_invitation_can_be_mailed_again_and_the_last_one_counts(
    api: Api, anonymous: Api, guest: dict[str, Any], clock: Clock, arrivals: Arrivals
) -> None:
    (first,) = letters(clock, arrivals)
    assert api.put("/users/2?action=invite").status == 200
    assert letters(clock, arrivals) == [], "not within a minute"
    arrivals.tick(60)
    api.put("/users/2?action=invite")
    (second,) = letters(clock, arrivals)
    spent = anonymous.post("/accept_invitation", {"token": token_in(first), "password": NEW})
    assert spent.errors == SPENT
    arrivals.tick(7 * 24 * 3600 - 1)
    assert anonymous.post("/accept_invitation", {"token": token_in(second), "password": NEW}).json == SUCCESS


@pytest.mark.parametrize("end", ["time", "archive", "address"])
def test_an_invitation_ends(
    api: Api, anonymous: Api, guest: dict[str, Any], clock: Clock, arrivals: Arrivals, end: str
) -> None:
    (letter,) = letters(clock, arrivals)
    if end == "time":
        arrivals.tick(7 * 24 * 3600)
    elif end == "archive":
        api.delete("/users/2")
        api.put("/users/2?action=restore")
    else:
        api.put("/users/2", {"first_name": "G", "last_name": "G", "email": f"other.{api.email}"})
    answer = anonymous.post("/accept_invitation", {"token": token_in(letter), "password": NEW})
    assert answer.errors == SPENT


def test_a_forgotten_password_is_set_anew(api: Api, anonymous: Api, clock: Clock, arrivals: Arrivals) -> None:
    assert anonymous.post("/forgot_password", {"email": f" {api.email.upper()} "}).json == SUCCESS
    assert api.get("/ping").status == 200, "asking changes nothing"
    (letter,) = letters(clock, arrivals)
    assert letter["To"] == api.email
    body = {"token": token_in(letter), "password": NEW}
    arrivals.tick(3_598)
    assert anonymous.post("/reset_password", body).json == SUCCESS
    assert api.get("/ping").status == 403, "all tokens end"
    assert anonymous.post("/login", {"email": api.email, "password": PASSWORD}).status == 401
    assert anonymous.post("/login", {"email": api.email, "password": NEW}).status == 200
    assert anonymous.post("/reset_password", body).errors == SPENT
    assert api.token not in letter.as_string()


def test_a_reset_ends_after_an_hour(api: Api, anonymous: Api, clock: Clock, arrivals: Arrivals) -> None:
    anonymous.post("/forgot_password", {"email": api.email})
    (letter,) = letters(clock, arrivals)
    arrivals.tick(3_600)
    answer = anonymous.post("/reset_password", {"token": token_in(letter), "password": NEW})
    assert answer.errors == SPENT
    assert api.get("/ping").status == 200


def test_one_mail_a_minute(api: Api, anonymous: Api, clock: Clock, arrivals: Arrivals) -> None:
    for _ in range(3):
        assert anonymous.post("/forgot_password", {"email": api.email}).json == SUCCESS
    assert len(letters(clock, arrivals)) == 1
    arrivals.tick(60)
    anonymous.post("/forgot_password", {"email": api.email})
    assert len(letters(clock, arrivals)) == 1


def test_known_and_unknown_addresses_look_and_work_alike(
    api: Api, anonymous: Api, clock: Clock, arrivals: Arrivals
) -> None:
    seen = []
    for email in (api.email, f"nobody.{api.email}"):
        with counting(dynamodb()) as calls:
            answer = anonymous.post("/forgot_password", {"email": email})
        seen.append((answer.status, answer.body, answer.headers, list(calls)))
    assert seen[0] == seen[1]
    assert seen[0][3] == ["BatchGetItem", "TransactWriteItems"]
    assert [letter["To"] for letter in letters(clock, arrivals)] == [api.email]


def test_archived_users_get_no_mail(
    api: Api, anonymous: Api, guest: dict[str, Any], clock: Clock, arrivals: Arrivals
) -> None:
    api.delete("/users/2")
    anonymous.post("/forgot_password", {"email": guest["email"]})
    assert letters(clock, arrivals) == []


def test_a_mail_delivered_again_revives_no_spent_token(
    api: Api, anonymous: Api, clock: Clock, arrivals: Arrivals
) -> None:
    from chalicelib.store.event import Event

    anonymous.post("/forgot_password", {"email": api.email})
    item = Event("user.password_forgotten", {"email": api.email, "at": arrivals.now, "user": 0}, account="x")
    with posting() as posted:
        passwords.deliver_reset(item)
        passwords.deliver_reset(item)
    first, second = (token_in(one.message) for one in posted)
    assert anonymous.post("/reset_password", {"token": first, "password": NEW}).errors == SPENT
    assert anonymous.post("/reset_password", {"token": second, "password": NEW}).json == SUCCESS
    with posting() as posted:
        passwords.deliver_reset(item)
    assert posted == []


@pytest.mark.parametrize("token", [None, "", 5, [], {}, "x" * 500, "0" * 32, True])
def test_odd_tokens(anonymous: Api, token: Any) -> None:
    for path in ("/reset_password", "/accept_invitation"):
        assert anonymous.post(path, {"token": token, "password": NEW}).errors == SPENT


@pytest.mark.parametrize("email", [None, "", 5, [], "x" * 300])
def test_odd_addresses(anonymous: Api, email: Any) -> None:
    assert set(anonymous.post("/forgot_password", {"email": email}).errors) == {"email"}
