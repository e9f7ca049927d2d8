"""Child processes that live no longer than we do."""

# ruff: noqa: S603  (the commands are ours)
from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
# Below the ports that the system hands out to outgoing connections, which might take one in between.
PORTS = range(20_000, 32_000)
OWNER_VARIABLE = "KUNAI_ENGINE_OF"

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class EngineError(Exception):
    """An engine ended while starting or did not come up; the message quotes the end of its log."""


def free_port() -> int:
    """A loopback port on which nobody listens now."""
    for port in random.sample(PORTS, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise EngineError("No free port was found.")


def die_with_parent() -> None:
    """Have this process terminated when the one that started it ends, be it by kill -9 (Linux only).

    The kernel watches the thread that forked, so start children from a thread that stays.
    """
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass(slots=True)
class Engine:
    """One server process on a loopback port; `owner` marks it as belonging to a data folder."""

    name: str
    command: Sequence[str]
    port: int
    log: Path
    owner: str
    folder: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            # A session of its own keeps the terminal's Ctrl-C from it: we stop it ourselves, in order.
            self._process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env={**os.environ, **self.environment, OWNER_VARIABLE: self.owner},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                raise EngineError(f"{self.name} ended while starting:\n{self._last_lines()}")
            if self._answers():
                return
            time.sleep(0.03)
        raise EngineError(f"{self.name} did not answer within {seconds:.0f} s:\n{self._last_lines()}")

    def _answers(self) -> bool:
        """An HTTP answer of any kind will do: some engines accept connections before they serve."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
                return connection.recv(5) == b"HTTP/"
        except OSError:
            return False

    def _last_lines(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])

    def stop(self) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running(*engines: Engine) -> Iterator[None]:
    """Start all engines side by side, wait for all, stop all at the end."""
    with ExitStack() as stack:
        for engine in engines:
            stack.callback(engine.stop)
            engine.start()
        for engine in engines:
            engine.wait_until_ready()
        yield


def kill_left_over(owner: str) -> list[int]:
    """Kill the engines that a killed predecessor left on the same data folder; returns their ids.

    They are found by the mark in their environment, never by name.
    """
    mark = f"{OWNER_VARIABLE}={owner}".encode()
    left = [pid for pid in _processes() if mark in _environment_of(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(mark in _environment_of(pid) for pid in left) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def _environment_of(pid: int) -> list[bytes]:
    """Empty once the process has ended, and for processes of others."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
