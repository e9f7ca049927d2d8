"""The operator's command, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from chalicelib import RELEASE
from tests.api_client import Api


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chalicelib.transfer", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, umask=0)


def test_an_export_is_for_its_owner_only(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "account.jsonl"
    done = run("export", f" {api.email.upper()}", file)
    assert (done.returncode, done.stderr.count("guard it")) == (0, 1), done.stderr
    key = api.get("/accounts").data["account_key"]
    assert done.stdout.splitlines()[0] == f"account: {key}"
    assert file.stat().st_mode & 0o777 == 0o600
    again = run("export", key, file)
    assert (again.returncode, again.stderr.strip()) == (1, f"{file} exists already.")
    assert list(tmp_path.iterdir()) == [file]
    assert run("verify", file).stdout == done.stdout


def test_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "account.jsonl"
    done = run("export", "nobody@nowhere.test", file)
    assert (done.returncode, done.stderr.strip()) == (1, "There is no such account.")
    missing = run("import", file)
    assert missing.returncode == 1
    assert "No such file" in missing.stderr
    assert not file.exists()


def test_the_release_is_that_of_the_project() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    assert f'version = "{RELEASE}"' in project.read_text()
