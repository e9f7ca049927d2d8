"""Accounts of their own for tests that work on the tables directly."""

from __future__ import annotations

import uuid

import pytest

from chalicelib.operations.context import Context


@pytest.fixture
def account(tables: None) -> str:
    """The internal id of an account without any rows."""
    return uuid.uuid4().hex[:12]


@pytest.fixture
def context(account: str) -> Context:
    return Context(account, "key", 1, 1_764_000_000, lambda: uuid.uuid4().hex)
