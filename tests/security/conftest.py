"""Fixtures of this folder."""

from tests.api_client import anonymous, api, clock

__all__ = ("anonymous", "api", "clock")
