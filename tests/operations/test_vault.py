"""Sealed secrets open at their own place and under their own server secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.errors import Refused
from chalicelib.operations.vault import Unreadable, seal, unseal
from chalicelib.settings import settings


def test_a_sealed_text_opens_and_never_looks_the_same() -> None:
    sealed = {seal("whsec_ü", "a#hook#1") for _ in range(3)}
    assert len(sealed) == 3
    assert {unseal(text, "a#hook#1") for text in sealed} == {"whsec_ü"}
    assert not any("whsec" in text for text in sealed)


@pytest.mark.parametrize("place", ["a#hook#2", "b#hook#1", ""])
def test_it_opens_nowhere_else(place: str) -> None:
    with pytest.raises(Unreadable):
        unseal(seal("x", "a#hook#1"), place)


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64!", "A" * 60])
def test_what_was_never_sealed_is_unreadable(sealed: str) -> None:
    with pytest.raises(Unreadable):
        unseal(sealed, "a#hook#1")


@contextmanager
def under(secret: str) -> Iterator[None]:
    """A server with another secret."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUNAI_SERVER_SECRET", secret)
        settings.cache_clear()
        yield
    settings.cache_clear()


def test_another_server_secret_opens_nothing() -> None:
    sealed = seal("x", "p")
    with under("another"), pytest.raises(Unreadable):
        unseal(sealed, "p")


def test_nothing_is_sealed_under_no_secret() -> None:
    with under(""), pytest.raises(Refused):
        seal("x", "p")
