"""Fixtures that tests share. An engine starts only for tests that ask for it, directly or through these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings as hypothesis_settings

from tests import engines

engines.prepare_environment()
engines.cheapen_passwords()
# How long an example takes says more about the machine than about the code.
hypothesis_settings.register_profile("kunai", deadline=None)
hypothesis_settings.load_profile("kunai")

if TYPE_CHECKING:
    from chalicelib.local.gateway import Gateway


@pytest.fixture(scope="session")
def watched() -> None:
    """What the application calls on AWS is declared, or fails."""
    from tests import calls

    calls.watch()


@pytest.fixture(scope="session")
def dynamodb(watched: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """DynamoDB Local is running, without tables."""
    with engines.dynamodb(tmp_path_factory.mktemp("dynamodb")):
        yield


@pytest.fixture(scope="session")
def tables(dynamodb: None) -> None:
    """Kunai's tables exist. All tests of a worker share them: keep apart by a fresh account."""
    from chalicelib.store import schema

    schema.create_tables()


@pytest.fixture(scope="session")
def moto(watched: None) -> Iterator[None]:
    """S3, SQS and SES are running."""
    with engines.moto():
        yield


@pytest.fixture(scope="session")
def bucket(moto: None) -> str:
    """The name of the documents bucket, which exists."""
    from chalicelib.local import provision
    from chalicelib.settings import settings

    provision.create_bucket()
    return settings().bucket


@pytest.fixture(scope="session")
def verified_sender(moto: None) -> str:
    """The address that mails come from, which SES accepts."""
    import boto3

    from chalicelib.settings import settings

    address = settings().mail_from
    boto3.client("sesv2").create_email_identity(EmailIdentity=address)
    return address


@pytest.fixture
def mailbox(tables: None, verified_sender: str) -> engines.Mailbox:
    """The mails that this test sends; what others have left to be sent goes before."""
    from chalicelib.delivery.relay import run_pending

    while run_pending():
        pass
    return engines.Mailbox()


@pytest.fixture(scope="session")
def gateway(tables: None, bucket: str, verified_sender: str) -> Gateway:
    """The whole API behind the gateway, without a network between."""
    from app import app
    from chalicelib.local.gateway import Gateway
    from chalicelib.local.server import threaded

    return Gateway(threaded(app))
