"""Amazon's servers as far as SNS needs them, and SNS at our door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.delivery import amazon
from chalicelib.local.gateway import Gateway, Request
from chalicelib.settings import settings
from tests.api_client import Answer
from tests.inbound import sns_calls as sns

DONE = (200, {"message": "Processed successfully"})
REFUSED = (400, {"message": "Invalid notification"})


@dataclass
class Amazon:
    """Amazon's servers, with what they give by URL."""

    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    def get(self, url: str) -> bytes:
        self.asked.append(url)
        return self.files.get(url, b"")


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Iterator[Amazon]:
    monkeypatch.setenv("KUNAI_SES_TOPIC", sns.TOPIC)
    monkeypatch.setenv("KUNAI_SES_CONFIGURATION_SET", "kunai")
    settings.cache_clear()
    servers = Amazon({sns.CERTIFICATE: sns.chain()})
    monkeypatch.setattr(amazon, "get", lambda url: servers.get(url))
    yield servers
    monkeypatch.undo()
    settings.cache_clear()


def tell(gateway: Gateway, sent: Any) -> tuple[int, Any]:
    """SNS sends its JSON as text/plain."""
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    lines = [("Content-Type", "text/plain; charset=UTF-8"), ("X-Amz-Sns-Message-Type", "Notification")]
    answer = gateway.handle(Request("POST", "/api/ses_events", "", lines, body))
    return answer.status, Answer(answer.status, {}, answer.body).json
