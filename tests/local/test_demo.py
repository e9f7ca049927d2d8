"""The demo account is made once for a data folder, through the API."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.local import banner, demo
from chalicelib.local.gateway import Gateway
from chalicelib.settings import settings


class Accounts:
    """An API that knows how to register and to log in."""

    routes = {"/v1/register": {"POST": None}, "/v1/login": {"POST": None}, "/v1/ping": {"GET": None}}

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.calls: list[str] = []
        self.secret = ""

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        verb = event["path"].removeprefix("/v1/")
        if verb == "ping":
            known = event["headers"]["X-Ninja-Token"] in self.tokens.values()
            return {"statusCode": 200 if known else 403, "body": "success"}
        body = json.loads(base64.b64decode(event["body"]))
        self.calls.append(verb)
        known = body["email"] in self.tokens
        if body.get("api_secret", "") != self.secret or known == (verb == "register"):
            return {"statusCode": 422, "body": json.dumps({"message": "The given data was invalid."})}
        token = body.get("token") or f"token {len(self.calls)} of {body['token_name']}"
        token = self.tokens.setdefault(body["email"], token)
        return {"statusCode": 200, "body": json.dumps({"data": [{"token": token}]})}


@pytest.fixture(autouse=True)
def data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("KUNAI_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def fix_token(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("KUNAI_DEMO_TOKEN", token)
    settings.cache_clear()


def test_the_first_start_registers_and_later_ones_remember(data_folder: Path) -> None:
    api = Accounts()
    token = demo.ensure(Gateway(api))
    assert token == api.tokens["demo@example.com"]
    assert demo.ensure(Gateway(api)) == token
    assert api.calls == ["register"]
    assert stat.S_IMODE((data_folder / "demo-token").stat().st_mode) == 0o600


def test_a_start_that_was_cut_off_is_made_up_for(data_folder: Path) -> None:
    api = Accounts()
    token = demo.ensure(Gateway(api))
    (data_folder / "demo-token").unlink()
    assert demo.ensure(Gateway(api)) == token
    assert api.calls == ["register", "register", "login"]


def test_registration_may_need_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Accounts()
    api.secret = "s3cret"
    with pytest.raises(demo.DemoError, match="invalid"):
        demo.ensure(Gateway(api))
    monkeypatch.setenv("KUNAI_API_SECRET", "s3cret")
    settings.cache_clear()
    assert demo.ensure(Gateway(api))


def test_the_token_may_be_fixed_at_the_first_start(
    monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    api = Accounts()
    fix_token(monkeypatch, "mine")
    assert demo.ensure(Gateway(api)) == "mine"
    (data_folder / "demo-token").unlink()
    assert demo.ensure(Gateway(api)) == "mine"
    fix_token(monkeypatch, "")
    assert demo.ensure(Gateway(api)) == "mine"
    fix_token(monkeypatch, "another")
    with pytest.raises(demo.DemoError, match="another token"):
        demo.ensure(Gateway(api))


def test_the_banner_is_one_line_and_commands_that_work_as_pasted() -> None:
    text = banner.text(api="http://127.0.0.1:8000/api/v1", token="t0k", mails="http://127.0.0.1:9/")
    first, _, rest = text.partition("\n")
    assert first == "Kunai is ready at http://127.0.0.1:8000/api/v1 (token t0k)"
    commands = [line.strip() for line in rest.splitlines() if line.strip().startswith("curl ")]
    assert len(commands) == 6
    assert all("-H 'X-Ninja-Token: t0k' http://127.0.0.1:8000/api/v1/" in command for command in commands)
    assert "http://127.0.0.1:9/" in rest
