"""Login, tokens and secrets: the same answer and the same work whatever is wrong."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any

import pytest

from chalicelib.api import auth
from chalicelib.local.gateway import Gateway
from chalicelib.settings import settings
from tests.api_client import PASSWORD, Api
from tests.security.hostile import NESTED, SCALARS, TEXTS, check

VALUES = (*SCALARS[:4], *TEXTS[::6], "x" * 70_000, *NESTED[::4])
"""A choice, since each password costs a derivation."""


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The parameters of every scrypt call."""
    calls: list[dict[str, Any]] = []
    real = hashlib.scrypt

    def counted(password: bytes, **parameters: Any) -> bytes:
        calls.append({name: parameters[name] for name in ("n", "r", "p")})
        return real(password, **parameters)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    return calls


def test_an_unknown_user_and_a_wrong_password_are_alike(
    api: Api, anonymous: Api, derivations: list[Any]
) -> None:
    unknown = anonymous.post("/login", {"email": "nobody@x.test", "password": "wrong password"})
    first = list(derivations)
    wrong = anonymous.post("/login", {"email": api.email, "password": "wrong password"})
    assert (unknown.status, unknown.body, unknown.headers) == (wrong.status, wrong.body, wrong.headers)
    assert unknown.status == 401 and len(first) == 1 and derivations == first * 2


@pytest.mark.parametrize("email", ["", "x" * 9_000, None, 5, [], {}, "a@b\x00.test"])
def test_no_login_skips_the_work(anonymous: Api, derivations: list[Any], email: Any) -> None:
    assert anonymous.post("/login", {"email": email, "password": "x"}).status == 401
    assert len(derivations) == 1


@pytest.mark.parametrize(
    "name", ["email", "password", "token_name", "api_secret", "include", "include_static"]
)
def test_odd_logins(api: Api, anonymous: Api, name: str) -> None:
    for value in VALUES:
        answer = anonymous.post("/login", {"email": api.email, "password": PASSWORD, name: value})
        check(answer, f"login {name}={value!r:.60}")
        assert answer.status == 200 or name in ("email", "password", "token_name"), answer


@pytest.mark.parametrize("name", ["email", "password", "first_name", "last_name", "token_name", "token"])
def test_odd_registrations(gateway: Gateway, name: str) -> None:
    for number, value in enumerate(VALUES):
        caller = Api(gateway)
        fields = {
            "email": f"{name}{number}@odd.test",
            "password": PASSWORD,
            "first_name": "A",
            "last_name": "B",
        }
        answer = caller.post("/register", {**fields, name: value})
        check(answer, f"register {name}={value!r:.60}")
        if answer.status == 422:
            assert set(answer.errors) == {name}


def test_a_token_of_another_case_is_no_token(api: Api) -> None:
    assert api.get("/ping").status == 200
    assert Api(api._gateway, api.token.upper()).get("/ping").status == 403


@pytest.mark.parametrize(
    "token", ["x", "x" * 1_000, " ", "\u00e9" * 32, "' OR 1=1", "0" * 32, "null", "\t", "%00"]
)
def test_tokens_that_are_none(gateway: Gateway, token: str) -> None:
    for path in ("/ping", "/clients", "/clients/1", "/accounts", "/download/1", "/static", "/user_accounts"):
        answer = Api(gateway, token).get(path)
        assert answer.status == 403 and answer.json == {"error": {"message": "Invalid token"}}


def test_every_path_wants_a_token(anonymous: Api) -> None:
    from chalicelib.resources.registry import RESOURCES

    for name in (*RESOURCES, "accounts", "static", "quotes", "user_accounts", "dashboard"):
        assert anonymous.get(f"/{name}").status == 403, name
    for name in ("clients", "invoices", "products", "contacts", "email_invoice", "refresh", "payments"):
        assert anonymous.post(f"/{name}", {"name": "x"}).status == 403, name


def test_a_padded_token_is_another(api: Api) -> None:
    for token in (api.token + "x", api.token[:-1], f"{api.token},{api.token}"):
        assert Api(api._gateway, token).get("/ping").status == 403


@pytest.mark.parametrize(
    "sent", ["", "passwor", "password ", "PASSWORD", "passwordé", ["password"], {"a": "password"}, True, 0]
)
def test_only_the_secret_opens(anonymous: Api, monkeypatch: pytest.MonkeyPatch, sent: Any) -> None:
    guarded = dataclasses.replace(settings(), api_secret="password")
    monkeypatch.setattr(auth, "settings", lambda: guarded)
    assert anonymous.post("/login", {"email": "a@b.test", "password": "x", "api_secret": sent}).status == 403
    assert (
        anonymous.post("/login", {"email": "a@b.test", "password": "x", "api_secret": "password"}).status
        == 401
    )
