"""Setting up skips what is there already and takes the system's programs only if they are recent enough."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from chalicelib.local import bootstrap, tools


def program(folder: Path, name: str, says: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    path.chmod(0o755)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("says", "taken"),
    [("v18.19.0", False), ("v20.18.3", False), ("v20.19.0", True), ("v24.1.0", True), ("no version", False)],
)
def test_node_has_to_be_recent(path: Path, says: str, taken: bool) -> None:
    program(path, "node", says)
    program(path, "npm", "10.0.0")
    assert (tools.system_node() is not None) == taken


def test_node_without_npm_is_of_no_use(path: Path) -> None:
    program(path, "node", "v24.1.0")
    assert tools.system_node() is None


@pytest.mark.parametrize(
    ("says", "taken"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "21" 2023-09-19', True),
        ('java version "1.8.0_401"', False),
        ('openjdk version "11.0.2" 2019-01-15', False),
    ],
)
def test_java_has_to_be_recent(path: Path, says: str, taken: bool) -> None:
    program(path, "java", says)
    assert (tools.system_java() is not None) == taken


def test_a_bare_machine_has_neither(path: Path) -> None:
    assert tools.system_node() is None
    assert tools.system_java() is None


def test_java_home_wins(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = path / "jdk"
    (home / "bin").mkdir(parents=True)
    program(home / "bin", "java", 'openjdk version "21.0.1"')
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert tools.system_java() == str(home / "bin/java")


def test_an_installation_is_up_to_date_until_its_requirements_or_its_python_change(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin/python"
    python.symlink_to(sys.executable)
    assert not bootstrap.up_to_date(tmp_path, "run", ["a==1"])
    bootstrap.put_stamp(tmp_path, "run", ["a==1"])
    assert bootstrap.up_to_date(tmp_path, "run", ["a==1"])
    assert not bootstrap.up_to_date(tmp_path, "run", ["a==2"])
    assert not bootstrap.up_to_date(tmp_path, "dev", ["a==1"])
    python.unlink()
    assert not bootstrap.up_to_date(tmp_path, "run", ["a==1"])


def test_the_environment_of_this_run_is_complete() -> None:
    assert tools.usable()
