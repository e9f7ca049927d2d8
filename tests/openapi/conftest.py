"""Fixtures of this folder."""

from tests.api_client import anonymous, api, clock
from tests.browser import chromium, page, site

__all__ = ("anonymous", "api", "chromium", "clock", "page", "site")
