"""What `make run` says when it cannot serve where it was told to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def start(folder: Path, port: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KUNAI_PORT": port, "KUNAI_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "chalicelib.local"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("port", ["eighty", "99999", "-1"])
def test_a_port_has_to_be_a_port(tmp_path: Path, port: str) -> None:
    ended = start(tmp_path, port)
    assert ended.returncode == 1
    assert ended.stderr == "KUNAI_PORT must be a number from 1 to 65535.\n"


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = start(tmp_path, str(port))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} cannot be used: Address already in use.")


def test_a_data_folder_has_to_be_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    ended = start(file, "0")
    assert ended.returncode == 1
    assert ended.stderr == f"The data folder {file} cannot be used: File exists.\n"
