"""A data folder has one server at a time and keeps its secrets to its owner."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.local.state import FolderError, Secrets, claimed, write_private


def test_a_folder_is_claimed_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with claimed(folder), pytest.raises(FolderError, match="runs on"), claimed(folder):
        pass
    with claimed(folder):
        pass


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(FolderError, match=r"cannot be used: Not a directory\."),
        claimed(tmp_path / "file" / "data"),
    ):
        pass


def test_a_killed_server_lets_go_of_its_folder(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from chalicelib.local.state import claimed\n"
        "with claimed(pathlib.Path(sys.argv[1])):\n"
        "    print('claimed', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "claimed\n"
        with pytest.raises(FolderError, match=str(other.pid)), claimed(tmp_path):
            pass
        other.kill()
        other.wait()
        with claimed(tmp_path):
            pass


def test_secrets_last_and_differ_between_folders(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    secrets = Secrets.of(one)
    assert Secrets.of(one) == secrets
    assert Secrets.of(two) != secrets
    assert secrets.access_key.isalnum()


def test_private_files_are_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "token"
    write_private(path, "first")
    write_private(path, "second")
    assert path.read_text() == "second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
