"""What `make run` starts, as a stranger meets it: paste what it prints, kill it, start it again."""

from __future__ import annotations

import json
import shlex
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.running import serving


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
