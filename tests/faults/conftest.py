"""Fixtures of this folder."""

from tests.api_client import api, clock

__all__ = ("api", "clock")
