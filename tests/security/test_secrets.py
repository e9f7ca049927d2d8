"""Secrets of an installation on AWS: from the Parameter Store, when needed, and never from elsewhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import boto3
import pytest

from chalicelib import parameters
from chalicelib.errors import Unavailable
from chalicelib.parameters import KEPT_SECONDS, MissingSecret, secret
from chalicelib.settings import Settings, settings
from tests import engines
from tests.api_client import PASSWORD, Api

PATH = "/kunai/test"


@pytest.fixture
def store(moto: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The values of the store; writing one into it puts it there. No earlier one is remembered."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", engines.MOTO_URL)
    client = boto3.client("ssm")

    class Store(dict[str, str]):
        def __setitem__(self, name: str, value: str) -> None:
            client.put_parameter(Name=f"{PATH}/{name}", Value=value, Type="SecureString", Overwrite=True)

    parameters._client.cache_clear()
    parameters._known.clear()
    yield Store()
    found = client.get_parameters_by_path(Path=PATH)["Parameters"]
    if found:
        client.delete_parameters(Names=[row["Name"] for row in found])
    parameters._client.cache_clear()
    parameters._known.clear()


@pytest.fixture
def deployed() -> Settings:
    """Settings that name a path, and values that therefore do not count."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUNAI_SECRETS", PATH)
        patch.setenv("KUNAI_API_SECRET", "from the environment")
        settings.cache_clear()
        made = settings()
    settings.cache_clear()
    return made


def test_what_the_store_holds_counts_and_nothing_else(store: dict[str, str], deployed: Settings) -> None:
    store["server-secret"], store["api-secret"], store["demo-token"] = "s", "a", "none"
    assert (deployed.server_secret, deployed.api_secret, deployed.demo_token) == ("s", "a", "")


def test_a_missing_secret_is_named_and_is_not_an_empty_one(store: dict[str, str], deployed: Settings) -> None:
    with pytest.raises(MissingSecret, match="/kunai/test/api-secret"):
        _ = deployed.api_secret
    store["server-secret"] = "none"
    with pytest.raises(MissingSecret, match="/kunai/test/server-secret must have a value"):
        _ = deployed.server_secret


def test_a_changed_secret_is_noticed_after_five_minutes(store: dict[str, str]) -> None:
    name, now = f"{PATH}/api-secret", 1000.0
    store["api-secret"] = "old"
    assert secret(name, clock=lambda: now) == "old"
    store["api-secret"] = "new"
    assert secret(name, clock=lambda: now + KEPT_SECONDS - 1) == "old"
    assert secret(name, clock=lambda: now + KEPT_SECONDS) == "new"


def test_a_known_secret_outlives_the_store(store: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{PATH}/api-secret"
    store["api-secret"] = "known"
    assert secret(name, clock=lambda: 0.0) == "known"
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:9")
    parameters._client.cache_clear()
    assert secret(name, clock=lambda: KEPT_SECONDS * 2) == "known"
    with pytest.raises(Unavailable):
        secret(f"{PATH}/server-secret")


def test_ordinary_requests_need_no_secret(
    api: Api, anonymous: Api, deployed: Settings, store: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = dataclasses.replace(settings(), secrets=PATH)
    for module in ("auth", "endpoints", "sessions"):
        monkeypatch.setattr(f"chalicelib.api.{module}.settings", lambda: kept)
    assert api.get("/clients").status == 200
    assert not parameters._known
    login = {"email": api.email, "password": PASSWORD, "api_secret": "open sesame"}
    assert anonymous.post("/login", login).status == 500
    store["api-secret"], store["server-secret"] = "open sesame", "a server's secret"
    assert anonymous.post("/login", login).status == 200
    assert anonymous.post("/login", {**login, "api_secret": "wrong"}).status == 403
