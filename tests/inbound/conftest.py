"""An account that is paid through Stripe: client 1 owes 100 of invoice 1."""

from __future__ import annotations

import pytest

from chalicelib.local.gateway import Gateway
from tests.api_client import Api, anonymous
from tests.inbound.stripe_calls import Caller, configure
from tests.operations import steps


@pytest.fixture
def api(gateway: Gateway) -> Api:
    api = Api(gateway).register()
    steps.client(api, "payer@client.test")
    steps.invoice(api, is_public=True)
    return api


@pytest.fixture
def stripe(gateway: Gateway, api: Api) -> Caller:
    return configure(gateway, api)


__all__ = ("anonymous",)
