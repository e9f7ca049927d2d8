"""The local AWS: which engine stands for which service, and how our code is pointed at it.

DynamoDB Local is AWS's own and keeps every acknowledged write through kill -9; MiniStack holds S3 and SQS;
aws-ses-v2-local takes mails and shows them on a page. botocore and PynamoDB find them through the
environment variables of `endpoints`, so nothing else in Kunai knows that it runs locally.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.local import tools
from chalicelib.local.engine import Engine, free_port, running

REGION = "us-east-1"
LOCAL_SECRET = "local"  # noqa: S105  (of engines that only this machine reaches)


def endpoints(*, access_key: str, dynamodb: str, s3: str, sqs: str, ses: str) -> dict[str, str]:
    """The environment that leads AWS clients to these URLs.

    A developer's own AWS settings and proxies are kept out of it. The access key matters: DynamoDB Local
    listens on all interfaces and keeps one database per key, so a secret one shuts others out.
    """
    return {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": dynamodb,
        "AWS_ENDPOINT_URL_S3": s3,
        "AWS_ENDPOINT_URL_SQS": sqs,
        "AWS_ENDPOINT_URL_SESV2": ses,
    }


def dynamodb(*, logs: Path, owner: str, data: Path | None = None, port: int | None = None) -> Engine:
    """DynamoDB Local, in memory unless `data` names a folder."""
    installed = tools.find()
    port = port or free_port()
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
    # The quick compiler alone: up in half the time, and cheaper over the first thousands of calls.
    tuning = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"]
    java = [installed.java, *tuning, "--enable-native-access=ALL-UNNAMED"]
    jar = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar", "-disableTelemetry"]
    storage = ["-inMemory"] if data is None else ["-dbPath", str(data.resolve())]
    return Engine(
        name="DynamoDB Local",
        command=[*java, *jar, *storage, "-port", str(port)],
        port=port,
        log=logs / "dynamodb.log",
        owner=owner,
        folder=Path(installed.dynamodb),
    )


def ministack(*, logs: Path, owner: str, data: Path, access_key: str) -> Engine:
    """S3 and SQS. Objects survive kill -9, queued messages do not: what they announce is in DynamoDB.

    Links and forms must be signed with this key.
    """
    port = free_port()
    data.mkdir(parents=True, exist_ok=True)
    environment = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "SERVICES": "s3,sqs",
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "STATE_DIR": str((data / "state").resolve()),
        "S3_DATA_DIR": str((data / "s3").resolve()),
        "LOG_LEVEL": "WARNING",
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": LOCAL_SECRET,
    }
    command = [tools.find().python, "-m", "ministack"]
    log = logs / "ministack.log"
    return Engine("MiniStack", command, port, log, owner, folder=data, environment=environment)


def ses(*, logs: Path, owner: str) -> Engine:
    """SES v2, whose root page shows what was sent since it started."""
    installed = tools.find()
    port = free_port()
    command = [installed.node, installed.ses, "--host", "127.0.0.1", "--port", str(port)]
    return Engine("aws-ses-v2-local", command, port, logs / "ses.log", owner)


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: the environment to use it and the page with the mails."""

    environment: dict[str, str]
    mails: str


@contextmanager
def persistent(data: Path, *, access_key: str, owner: str) -> Iterator[Stack]:
    """The whole stack, keeping its state under `data`."""
    logs = data / "logs"
    tables = dynamodb(logs=logs, owner=owner, data=data / "dynamodb")
    storage = ministack(logs=logs, owner=owner, data=data / "ministack", access_key=access_key)
    mail = ses(logs=logs, owner=owner)
    with running(tables, storage, mail):
        environment = endpoints(
            access_key=access_key, dynamodb=tables.url, s3=storage.url, sqs=storage.url, ses=mail.url
        )
        yield Stack(environment, f"{mail.url}/")
