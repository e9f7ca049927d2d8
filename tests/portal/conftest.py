"""Fixtures of this folder."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import anonymous, api, clock
from tests.browser import chromium, page, site
from tests.portal.guest import Guest

__all__ = ("anonymous", "api", "chromium", "clock", "guest", "page", "site")


@pytest.fixture
def guest(gateway: Gateway) -> Guest:
    """A client's fresh browser."""
    return Guest(gateway)
