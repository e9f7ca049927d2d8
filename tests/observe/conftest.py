"""The log as a deployment writes it, and a container's tally on a clock of the test's own."""

from __future__ import annotations

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.entry import lines as entry_lines
from chalicelib.entry import requests
from chalicelib.observe import logs, tally
from chalicelib.observe.tally import Tally
from chalicelib.settings import settings
from tests.api_client import Clock, anonymous, api, clock
from tests.queueing import queued
from tests.receiver import Receiver, receiving

__all__ = ("anonymous", "api", "clock", "queued")


@dataclass
class Log:
    """What was written since the test began, or since `clear`."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each is JSON, or the test fails."""
        return [json.loads(line) for line in self.text.splitlines()]

    def clear(self) -> None:
        self.stream.seek(0)
        self.stream.truncate()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    """Every line that Lambda would get, from debug on."""
    root, own, found = logging.getLogger(), logging.getLogger(logs.OWN), Log()
    before = root.handlers[:], root.level, own.level
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    logs.configure("debug", found.stream)
    yield found
    root.handlers[:], level, own_level = before
    root.setLevel(level)
    own.setLevel(own_level)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Tally]:
    """A fresh container that counts, on the test's clock."""
    monkeypatch.setenv("KUNAI_USAGE_SECONDS", "60")
    settings.cache_clear()
    fresh = Tally()
    monkeypatch.setattr(tally, "TALLY", fresh)
    monkeypatch.setattr(requests, "time", SimpleNamespace(time=lambda: float(clock.now)))
    yield fresh
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_lines, "_seen", [])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found
