"""Fixtures of the tests of the API's frame."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Api


@pytest.fixture
def api(gateway: Gateway) -> Api:
    """The owner of a fresh account."""
    return Api(gateway).register()


@pytest.fixture
def anonymous(gateway: Gateway) -> Api:
    """A caller without a token."""
    return Api(gateway)
