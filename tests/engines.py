"""The engines that tests run against: DynamoDB Local in memory, and moto's server for S3, SQS and SES.

Their addresses are settled before anything is imported; each starts when a test first asks for it. A
worker of a parallel run has its own, so nothing is shared between processes.
"""

from __future__ import annotations

import json
import logging
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

from chalicelib.local import stack
from chalicelib.local.engine import free_port, running
from chalicelib.operations import passwords

DYNAMODB_PORT = free_port()
MOTO_PORT = free_port()
MOTO_URL = f"http://127.0.0.1:{MOTO_PORT}"


def prepare_environment() -> None:
    """Point every AWS client at the engines, and shut out what a developer has set for Kunai."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "KUNAI_"))]:
        del os.environ[name]
    dynamodb = f"http://127.0.0.1:{DYNAMODB_PORT}"
    os.environ.update(
        stack.endpoints(access_key="kunaitests", dynamodb=dynamodb, s3=MOTO_URL, sqs=MOTO_URL, ses=MOTO_URL)
    )
    os.environ["KUNAI_SERVER_SECRET"] = "server secret of the tests"
    os.environ["KUNAI_LOGIN_LIMIT"] = "0"
    os.environ["KUNAI_USAGE_SECONDS"] = "0"  # its call would be counted to whatever request comes next
    os.environ["KUNAI_ALLOW_LOOPBACK_HOOKS"] = "true"


def cheapen_passwords() -> None:
    """Thousands of accounts are made here, each with a password that guards nothing."""
    dear = f"${passwords.COST}$"
    passwords.COST = 16
    passwords.NOBODY = passwords.NOBODY.replace(dear, f"${passwords.COST}$")


@contextmanager
def dynamodb(logs: Path) -> Iterator[None]:
    with running(stack.dynamodb(logs=logs, owner=f"tests-{os.getpid()}", port=DYNAMODB_PORT)):
        yield


@contextmanager
def moto() -> Iterator[None]:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=MOTO_PORT, verbose=False)
    server.start()
    try:
        yield
    finally:
        server.stop()


@contextmanager
def ministack(folder: Path) -> Iterator[str]:
    """The URL of the SQS of `make run`, which unlike moto's takes callers side by side."""
    engine = stack.ministack(
        logs=folder, owner=f"tests-{os.getpid()}", data=folder / "ministack", access_key="kunaitests"
    )
    with running(engine):
        yield engine.url


class Mailbox:
    """The mails that SES took since this object was made."""

    def __init__(self) -> None:
        self._before = len(self._raw())

    def sent(self) -> list[EmailMessage]:
        texts = [raw["raw_data"] for raw in self._raw()[self._before :]]
        return [message_from_string(text, policy=policy.default) for text in texts]

    def _raw(self) -> list[dict[str, str]]:
        with urllib.request.urlopen(f"{MOTO_URL}/moto-api/data.json") as answer:
            return list(json.load(answer).get("ses", {}).get("RawMessage", []))
