"""Fixtures of this folder."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from chalicelib.resources.registry import RESOURCES
from tests.api_client import Api, anonymous, api, clock
from tests.browser import chromium, page, site
from tests.uploads import upload

__all__ = ("anonymous", "api", "chromium", "clock", "page", "site", "stocked")


@pytest.fixture
def stocked(api: Api) -> Api:
    """An account with a record of every kind that can be made, linked to each other."""
    return stock(api)


@pytest.fixture(scope="session")
def looked_at(gateway: Gateway) -> Api:
    """The same for tests that change nothing."""
    return stock(Api(gateway).register())


def stock(api: Api) -> Api:
    first = ("clients", "invoices")
    for plural in dict.fromkeys((*first, *RESOURCES)):
        if RESOURCES[plural].example and plural != "users":
            assert api.post(f"/{plural}", RESOURCES[plural].example).status in (200, 201)
    upload(api)
    assert api.post("/invoices", {"client_id": 1, "is_quote": True, "email_invoice": True}).status == 200
    return api
