"""Two installations, and what moves between them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import api
from tests.receiver import Receiver, receiving
from tests.transfer import full
from tests.transfer.elsewhere import Elsewhere, command, elsewhere
from tests.transfer.full import Full


class Exported(NamedTuple):
    """An account with its file, and who hears its webhooks."""

    full: Full
    file: Path
    receiver: Receiver


@pytest.fixture(scope="session")
def installation(gateway: object) -> Iterator[Elsewhere]:
    with elsewhere() as installation:
        yield installation


@pytest.fixture
def other(installation: Elsewhere) -> Elsewhere:
    """Another installation with the same server secret, which holds nothing."""
    installation("wipe")
    return installation


@pytest.fixture(scope="session")
def foreign(gateway: object) -> Iterator[Elsewhere]:
    """One with another server secret."""
    with elsewhere(KUNAI_SERVER_SECRET="another secret") as foreign:
        yield foreign


@pytest.fixture(scope="session")
def exported(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    with receiving() as receiver:
        made = full.fill(gateway, receiver.url)
        file = tmp_path_factory.mktemp("export") / "account.jsonl"
        assert command("export", made.api.email, str(file)).error == ""
        yield Exported(made, file, receiver)


__all__ = ("api",)
