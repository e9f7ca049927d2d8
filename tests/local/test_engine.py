"""Engines come up, go down with us, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from chalicelib.local.engine import Engine, EngineError, free_port, kill_left_over, running

PATIENCE = 20


def web_server(tmp_path: Path, owner: str = "test") -> Engine:
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)]
    return Engine("web server", command, port, tmp_path / "log", owner, folder=tmp_path)


def wait_until_ended(pid: int) -> None:
    """A descriptor of the process becomes readable at its end."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    import select

    assert select.select([descriptor], [], [], PATIENCE)[0]
    os.close(descriptor)


def test_an_engine_serves_while_running_only(tmp_path: Path) -> None:
    engine = web_server(tmp_path)
    with running(engine), urllib.request.urlopen(engine.url) as answer:
        assert answer.status == 200
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(engine.url)


def test_a_failing_start_quotes_the_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no disk left')"]
    engine = Engine("broken", command, free_port(), tmp_path / "log", "test")
    with pytest.raises(EngineError, match="no disk left"), running(engine):
        pass


def test_an_engine_ends_when_its_starter_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.local.test_engine import web_server, running\n"
        "engine = web_server(Path(sys.argv[1]))\n"
        "with running(engine):\n"
        "    print(engine._process.pid, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    wait_until_ended(pid)


def test_left_over_engines_are_found_by_their_owner(tmp_path: Path) -> None:
    ours, others = web_server(tmp_path / "a", "folder a"), web_server(tmp_path / "b", "folder ab")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with running(ours, others):
        (killed,) = kill_left_over("folder a")
        wait_until_ended(killed)
        assert kill_left_over("folder a") == []
        with urllib.request.urlopen(others.url) as answer:
            assert answer.status == 200
