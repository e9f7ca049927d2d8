"""The arithmetic of `make bill`."""

from __future__ import annotations

import pytest

from tests.benchmarks.bill import total
from tests.benchmarks.bill.life import Measured
from tests.benchmarks.bill.prices import PRICES

LIFE = {"api": {"invocations": 10.0, "requests": 10.0, "cpu": 0.1, "GetItem": 25.0, "wru": 80.0}}
MEASURED = Measured(LIFE, {"sweep": {"invocations": 1.0, "cpu": 0.0}}, 10_000, 50_000, 1.0)


def test_steps_of_a_price() -> None:
    price = PRICES["requests"]
    assert price.of(1e6) == pytest.approx(3.50)
    assert price.of(333e6) == pytest.approx(333 * 3.50)
    assert price.of(1e9) == pytest.approx(333 * 3.50 + 667 * 2.80)


def test_less_memory_takes_longer_to_compute_but_not_to_wait() -> None:
    used = {"cpu": 0.1, "GetItem": 25.0}
    assert total.gb_seconds("worker", used) == pytest.approx((0.1 + 0.1) * 1769 / 1024)
    assert total.gb_seconds("api", used) == pytest.approx(0.1 * 1769 / 1024 + 0.1)


def test_a_bill_is_what_stands_and_what_is_used() -> None:
    none, some, more = (total.bill(MEASURED, volume) for volume in (0, 1_000_000, 2_000_000))
    assert none["API Gateway"] == none["S3"] == none["DynamoDB storage"] == 0
    assert none["CloudWatch"] > total.ALARMS * 0.10
    assert some["API Gateway"] == pytest.approx(35)
    assert some["DynamoDB units"] == pytest.approx(50)
    assert some["DynamoDB storage"] == pytest.approx(10_000 * 1e6 * 12 / 1024**3 * 0.45)
    assert more["DynamoDB units"] == 2 * some["DynamoDB units"]
