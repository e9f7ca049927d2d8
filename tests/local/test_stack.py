"""The stack that `make run` starts keeps its state, whatever happens to the engines."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.local import stack
from chalicelib.local.engine import kill_left_over

MIME = b"From: us@example.com\r\nTo: jane@example.com\r\nSubject: Your invoice\r\n\r\nThank you"


@contextmanager
def clients(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[stack.Stack, dict[str, Any]]]:
    with stack.persistent(folder, access_key="kunai1", owner=str(folder)) as up:
        for name, value in up.environment.items():
            monkeypatch.setenv(name, value)
        session = boto3.Session()
        names = ("dynamodb", "s3", "sqs", "sesv2")
        yield up, {name: session.client(name) for name in names}  # type: ignore[call-overload]


def test_state_survives_kill_and_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"k": {"S": "one"}}
    with clients(tmp_path, monkeypatch) as (up, aws):
        aws["dynamodb"].create_table(
            TableName="things",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        aws["s3"].create_bucket(Bucket="documents")
        aws["sqs"].create_queue(QueueName="jobs")
        aws["sesv2"].send_email(Content={"Raw": {"Data": MIME}})
        with urllib.request.urlopen(f"{up.mails}store") as answer:
            assert message_from_bytes(MIME)["Subject"] in answer.read().decode()
        aws["dynamodb"].put_item(TableName="things", Item=key)
        aws["s3"].put_object(Bucket="documents", Key="a/b.pdf", Body=b"%PDF", ContentType="application/pdf")
        assert len(kill_left_over(str(tmp_path))) == 3
    with clients(tmp_path, monkeypatch) as (_, aws):
        assert aws["dynamodb"].get_item(TableName="things", Key=key)["Item"] == key
        stored = aws["s3"].get_object(Bucket="documents", Key="a/b.pdf")
        assert (stored["Body"].read(), stored["ContentType"]) == (b"%PDF", "application/pdf")
        # Not the session that other tests have used, which knows other credentials.
        signing = boto3.Session().client("s3", config=Config(signature_version="s3v4"))
        link = signing.generate_presigned_url("get_object", Params={"Bucket": "documents", "Key": "a/b.pdf"})
        with urllib.request.urlopen(link) as answer:
            assert answer.read() == b"%PDF"
