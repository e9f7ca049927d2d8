"""Fixtures for schedules: an account, a clock that tests move, and the meter of AWS calls."""

from tests.api_client import api, clock
from tests.costs.conftest import meter

__all__ = ("api", "clock", "meter")
