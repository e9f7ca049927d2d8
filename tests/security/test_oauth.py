"""Logging in with Google: only a genuine ID token for us, and only of an account that a user has linked."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.api import google
from chalicelib.errors import Unavailable
from chalicelib.local.gateway import Gateway
from chalicelib.settings import settings
from tests.api_client import PASSWORD, Answer, Api, Clock
from tests.security.hostile import NESTED, SCALARS, TEXTS, check
from tests.security.test_two_factor import App

CLIENT = "app.apps.googleusercontent.com"
REFUSED = {"error": {"message": "Invalid credentials"}}
OWN, FOREIGN = (rsa.generate_private_key(65537, 2048) for _ in range(2))
_subjects = count(1)


def jwk(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**shown, "kid": key_id, "alg": "RS256", "use": "sig"}


class Google:
    """Publishes its keys and signs ID tokens."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.fetches = 0
        self.published = [jwk(OWN, "key-1")]
        self.subject = f"10{next(_subjects):019d}"

    def fetch(self) -> bytes:
        self.fetches += 1
        return json.dumps({"keys": self.published}).encode()

    def token(self, key: rsa.RSAPrivateKey = OWN, key_id: str = "key-1", **claims: Any) -> str:
        now = self.clock.now
        full = {
            "iss": "https://accounts.google.com",
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 3600,
        }
        sent = {name: value for name, value in {**full, **claims}.items() if value is not None}
        return jwt.encode(sent, key, "RS256", {"kid": key_id})


@pytest.fixture
def provider(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Google:
    """Signing in with Google is set up."""
    provider = Google(clock)
    monkeypatch.setattr(google, "keys", google.Keys(provider.fetch))
    changed = dataclasses.replace(settings(), google_client_ids=("other.app", CLIENT))
    monkeypatch.setattr(google, "settings", lambda: changed)
    return provider


@pytest.fixture
def linked(api: Api, provider: Google) -> Api:
    """A user who has linked the Google account."""
    assert link(api, provider.token()).status == 200
    return api


def link(api: Api, token: Any, **more: Any) -> Answer:
    return api.post("/oauth_link", {"provider": "google", "token": token, "password": PASSWORD, **more})


def login(caller: Api, token: Any, **more: Any) -> Answer:
    return caller.post("/oauth_login", {"provider": "google", "token": token, **more})


def test_a_linked_user_logs_in(linked: Api, anonymous: Api, provider: Google) -> None:
    (user,) = linked.get("/users").data
    assert (user["oauth_user_id"], user["oauth_provider_id"]) == (provider.subject, 1)
    (account,) = login(anonymous, provider.token(), token_name="phone").data
    assert account["user"]["email"] == linked.email
    same = anonymous.post("/login", {"email": linked.email, "password": PASSWORD, "token_name": "phone"})
    assert same.data[0]["token"] == account["token"]
    with_tables = login(anonymous, provider.token(iss="accounts.google.com"), include_static=1).data
    assert list(with_tables) == ["accounts", "static", "version"]


def test_nobody_is_let_in_for_an_address(api: Api, anonymous: Api, provider: Google) -> None:
    answer = login(anonymous, provider.token(email=api.email, email_verified=True))
    assert (answer.status, answer.json) == (401, REFUSED)


def symmetric(provider: Google) -> str:
    """Signed with the public key as if it were a shared secret."""
    public = OWN.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    parts = provider.token().split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"key-1"}').rstrip(b"=")
    signed = head + b"." + parts[1].encode()
    mac = base64.urlsafe_b64encode(hmac.new(public, signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + mac).decode()


@pytest.mark.parametrize(
    "forge",
    [
        lambda google: google.token(aud="stranger.apps.googleusercontent.com"),
        lambda google: google.token(aud=None),
        lambda google: google.token(iss="https://accounts.evil.test"),
        lambda google: google.token(exp=google.clock.now - 61),
        lambda google: google.token(exp=None),
        lambda google: google.token(exp="tomorrow"),
        lambda google: google.token(iat=google.clock.now + 61),
        lambda google: google.token(sub=None),
        lambda google: google.token(sub=""),
        lambda google: google.token(sub="9" * 300),
        lambda google: google.token(FOREIGN),
        lambda google: google.token(FOREIGN, "key-2"),
        lambda google: google.token()[:-8] + "AAAAAAAA",
        lambda google: jwt.encode({"sub": google.subject}, "", "none"),
        symmetric,
    ],
)
def test_forged_tokens(linked: Api, anonymous: Api, provider: Google, forge: Callable[[Google], str]) -> None:
    assert set(login(anonymous, forge(provider)).errors) == {"token"}
    assert set(link(linked, forge(provider)).errors) == {"token"}


def test_odd_tokens_and_providers(anonymous: Api, provider: Google) -> None:
    for value in (*SCALARS[::3], *TEXTS[::3], *NESTED[::3], "a.b.c", "e30.e30.e30"):
        for body in ({"provider": "google", "token": value}, {"provider": value, "token": provider.token()}):
            answer = anonymous.post("/oauth_login", body)
            check(answer, f"{body!r:.80}")
            assert answer.status == 422
    for name in ("facebook", "github", "linkedin", "zzz"):
        answer = anonymous.post("/oauth_login", {"provider": name, "token": provider.token()})
        assert set(answer.errors) == {"provider"}


def test_nothing_is_fetched_where_it_is_not_set_up(anonymous: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> bytes:
        raise AssertionError

    monkeypatch.setattr(google, "keys", google.Keys(never))
    assert set(login(anonymous, "a.b.c").errors) == {"provider"}


def test_linking_takes_the_password(api: Api, anonymous: Api, provider: Google) -> None:
    assert set(link(api, provider.token(), password="wrong").errors) == {"password"}
    assert login(anonymous, provider.token()).status == 401


def test_one_google_account_is_one_user(linked: Api, gateway: Gateway, provider: Google) -> None:
    other = Api(gateway).register()
    assert set(link(other, provider.token()).errors) == {"token"}
    assert link(linked, provider.token()).status == 200, "linking again changes nothing"


def test_another_link_replaces_the_first(linked: Api, anonymous: Api, provider: Google) -> None:
    second = f"{provider.subject}2"
    assert link(linked, provider.token(sub=second)).data["oauth_user_id"] == second
    assert login(anonymous, provider.token()).status == 401
    assert login(anonymous, provider.token(sub=second)).status == 200
    assert linked.delete("/oauth_link").data["oauth_user_id"] is None
    assert login(anonymous, provider.token(sub=second)).status == 401
    assert linked.delete("/oauth_link").status == 200


def test_an_archived_user_is_out(linked: Api, anonymous: Api, gateway: Gateway, provider: Google) -> None:
    clerk = Api(gateway)
    fields = {"email": f"c.{linked.email}", "password": PASSWORD, "first_name": "C", "last_name": "D"}
    number = linked.post("/users", fields).data["id"]
    clerk.token = anonymous.post("/login", fields).data[0]["token"]
    assert link(clerk, provider.token(sub=f"{provider.subject}3")).status == 200
    assert login(anonymous, provider.token(sub=f"{provider.subject}3")).status == 200
    assert linked.delete(f"/users/{number}").status == 200
    assert login(anonymous, provider.token(sub=f"{provider.subject}3")).json == REFUSED


def test_the_second_factor_is_asked_here_too(
    linked: Api, anonymous: Api, provider: Google, clock: Clock
) -> None:
    app = App(linked.post("/two_factor", {"password": PASSWORD}).data["secret"], clock)
    assert linked.put("/two_factor", {"one_time_password": app.code()}).status == 200
    assert login(anonymous, provider.token()).json == {"error": {"message": "OTP_REQUIRED"}}
    for _ in range(10):
        wrong = login(anonymous, provider.token(), one_time_password="000000")
        assert wrong.json == {"error": {"message": "Invalid one time password"}}
    assert login(anonymous, provider.token(), one_time_password=app.next()).json == REFUSED
    clock.tick(60)
    assert login(anonymous, provider.token(), one_time_password=app.next()).status == 200


def test_a_locked_password_does_not_keep_google_out(linked: Api, anonymous: Api, provider: Google) -> None:
    for _ in range(10):
        anonymous.post("/login", {"email": linked.email, "password": "wrong"})
    assert login(anonymous, provider.token()).status == 200


def test_keys_are_kept_for_an_hour(anonymous: Api, provider: Google) -> None:
    for _ in range(5):
        login(anonymous, provider.token())
    assert provider.fetches == 1
    for number in range(5):
        assert login(anonymous, provider.token(key_id=f"made-up-{number}")).status == 422
    assert provider.fetches == 1, "made-up keys do not make us call Google"
    provider.published = [jwk(FOREIGN, "key-2")]
    provider.clock.tick(google.PAUSE_SECONDS)
    assert login(anonymous, provider.token(FOREIGN, "key-2")).status == 401
    assert provider.fetches == 2, "a new key is found"
    assert login(anonymous, provider.token()).status == 422, "a withdrawn one is gone"
    provider.clock.tick(google.KEYS_SECONDS)
    login(anonymous, provider.token(FOREIGN, "key-2"))
    assert provider.fetches == 3


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"keys": [{}]}', None])
def test_google_out_of_reach(
    anonymous: Api, provider: Google, monkeypatch: pytest.MonkeyPatch, content: Any
) -> None:
    calls = []

    def down() -> bytes:
        calls.append(1)
        if content is None:
            raise Unavailable
        return bytes(content)

    monkeypatch.setattr(google, "keys", google.Keys(down))
    for _ in range(3):
        answer = login(anonymous, provider.token())
        assert answer.status == 503 and answer.headers["retry-after"]
    assert len(calls) == 1, "it is asked again after a pause"
    monkeypatch.setattr(google.keys, "_fetch", provider.fetch)
    provider.clock.tick(google.PAUSE_SECONDS)
    assert login(anonymous, provider.token()).status == 401


def test_old_keys_serve_during_an_outage(linked: Api, anonymous: Api, provider: Google) -> None:
    provider.clock.tick(google.KEYS_SECONDS)
    provider.published = None  # type: ignore[assignment]
    assert login(anonymous, provider.token()).status == 200


def test_the_api_secret_guards_this_door_too(anonymous: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = dataclasses.replace(settings(), api_secret="password")
    monkeypatch.setattr("chalicelib.api.auth.settings", lambda: guarded)
    assert login(anonymous, "x").status == 403
    short = login(anonymous, "x", api_secret="password")
    assert (short.status, list(short.json["error"])) == (400, ["message"])
