"""What a log-in costs, and what one that fails may cost an attacked account."""

from __future__ import annotations

import pytest

from tests.api_client import PASSWORD, Api
from tests.costs.conftest import Shop
from tests.costs.meter import Meter

LOADING = ["GetItem", "BatchGetItem", "BatchGetItem"]
"""The address, its user, then the account with second factor and counters; a known token is two rows more.

DynamoDB Local charges nothing for a row that is not there, AWS a unit: here mostly two, the second factor and
the strangers' counter.
"""


@pytest.fixture
def device(shop: Shop) -> Api:
    """A log-in that made its token already."""
    device = Api(shop.api._gateway)
    device.email = shop.api.email
    assert log_in(device) == 200
    return device


def log_in(device: Api, password: str = PASSWORD) -> int:
    body = {"email": device.email, "password": password, "token_name": "phone"}
    return device.post("/login", body).status


def test_a_login_again_writes_nothing(device: Api, meter: Meter) -> None:
    with meter.measure() as cost:
        assert log_in(device) == 200
    assert cost.calls == [*LOADING, "GetItem", "GetItem"]
    assert (cost.reads, cost.writes) == (7, [])


def test_the_first_login_of_a_device(shop: Shop, meter: Meter) -> None:
    device = Api(shop.api._gateway)
    device.email = shop.api.email
    with meter.measure() as cost:
        assert log_in(device) == 200
    assert cost.calls == [*LOADING, "GetItem", "TransactWriteItems", "UpdateItem"]


def test_a_failed_login_writes_one_unit(device: Api, meter: Meter) -> None:
    with meter.measure() as cost:
        assert log_in(device, "wrong") == 401
    assert cost.calls == [*LOADING, "UpdateItem"]
    assert (cost.reads, cost.updates) == (5, 1)
    with meter.measure() as cost:
        assert log_in(device) == 200
    assert cost.calls == [*LOADING, "UpdateItem", "GetItem", "GetItem", "UpdateItem"], (
        "after a failure an attempt counts as one, until the success forgets both"
    )
