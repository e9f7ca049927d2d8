"""What `make run` starts, as a stranger meets it: paste what it prints, kill it, start it again."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from chalicelib.local.engine import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    process: subprocess.Popen[str]
    banner: str

    @property
    def commands(self) -> list[str]:
        return [line.strip() for line in self.banner.splitlines() if line.strip().startswith("curl ")]

    @property
    def mails(self) -> str:
        return str(re.findall(r"Sent mails: (\S+)", self.banner)[0])

    def end(self, number: signal.Signals) -> str:
        """What it still printed."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[Running]:
    environment = {**os.environ, "KUNAI_PORT": str(free_port()), "KUNAI_DATA_DIR": str(folder), **variables}
    command = [sys.executable, "-m", "chalicelib.local"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Running(process, "".join(until_ready(process.stdout)))
        finally:
            process.kill()


def until_ready(output: IO[str]) -> Iterator[str]:
    for line in output:
        yield line
        if line.startswith("Stop with"):
            return


def pasted(command: str) -> bytes:
    """What that curl command prints or saves; an error answer raises."""
    words = iter(shlex.split(command)[1:])
    method, address, body = None, "", None
    headers: dict[str, str] = {}
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif word == "-o":
            next(words)
        else:
            address = word
    request = urllib.request.Request(address, data=body, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return bytes(answer.read())


def first_mail(address: str) -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with urllib.request.urlopen(f"{address}store", timeout=30) as answer:
            mails: list[dict[str, Any]] = json.load(answer)["emails"]
        if mails:
            return mails[0]
    raise AssertionError("no mail came")


def test_the_first_invoice_is_sent_and_outlives_a_crash(tmp_path: Path) -> None:
    with serving(tmp_path, KUNAI_PUBLIC_URL="https://bills.example.com/") as server:
        answers = [pasted(command) for command in server.commands]
        assert answers[0] == b"success"
        assert answers[4].startswith(b"%PDF-")
        mail = first_mail(server.mails)
        assert mail["destination"]["to"] == ["jane@acme.test"]
        assert "https://bills.example.com/view/" in mail["body"]["text"]
        assert [attached["filename"] for attached in mail["attachments"]] == ["Invoice_0001.pdf"]
        server.end(signal.SIGKILL)
    with serving(tmp_path) as server:
        assert pasted(server.commands[4]) == answers[4]
        assert server.end(signal.SIGINT).strip() == "Kunai has stopped."
        assert server.process.returncode == 0


def test_the_demo_token_and_the_secret_of_registration_are_the_environment_s(tmp_path: Path) -> None:
    with serving(tmp_path, KUNAI_DEMO_TOKEN="my-own", KUNAI_API_SECRET="password") as server:
        assert "(token my-own)" in server.banner
        assert pasted(server.commands[0]) == b"success"
