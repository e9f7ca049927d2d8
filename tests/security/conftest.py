"""Fixtures of this folder."""

from tests.api_client import anonymous, api

__all__ = ("anonymous", "api")
