"""The operator's command, as a process of its own on the tables of the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count

from chalicelib.local.gateway import Gateway
from tests.api_client import PASSWORD, Api

_numbers = count(1)


def run(*arguments: str, password: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KUNAI_NEW_PASSWORD": password, **more}
    command = [sys.executable, "-m", "chalicelib.admin", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


def values(output: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in output.splitlines())


def test_an_account_and_its_token(gateway: Gateway) -> None:
    email = f"operator{next(_numbers)}@admin.test"
    done = run(email, "--first-name", "Ann", "--token-name", "deploy", password=PASSWORD)
    assert done.returncode == 0, done.stderr
    printed = values(done.stdout)
    assert list(printed) == ["account", "token"]
    owner = Api(gateway, printed["token"])
    (user,) = owner.get("/users").data
    assert (user["id"], user["email"], user["first_name"], user["is_admin"]) == (1, email, "Ann", True)
    assert owner.get("/accounts").data["account_key"] == printed["account"]
    assert [row["name"] for row in owner.get("/tokens").data] == ["deploy"]
    login = {"email": email, "password": PASSWORD, "token_name": "deploy"}
    assert Api(gateway).post("/login", login).data[0]["token"] == printed["token"]
    again = run(email, password=PASSWORD)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.strip() == "The email has already been taken."


def test_a_random_password_is_printed(gateway: Gateway) -> None:
    email = f"operator{next(_numbers)}@admin.test"
    printed = values(run(email).stdout)
    assert list(printed) == ["account", "token", "password"]
    login = {"email": email, "password": printed["password"]}
    assert Api(gateway).post("/login", login).status == 200


def test_what_is_no_address_makes_nothing(gateway: Gateway) -> None:
    done = run("nonsense")
    assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", "The email format is invalid.")


def test_no_token_is_derived_from_no_secret(gateway: Gateway) -> None:
    refused = run("nobody@admin.test", password=PASSWORD, KUNAI_SERVER_SECRET="")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "KUNAI_SERVER_SECRET" in refused.stderr
