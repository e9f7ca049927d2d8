"""Bodies are read for ever, in whichever codec they were once written."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.store import codec

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)
INVOICE = {
    "invoice_number": "0042",
    "client_id": 7,
    "invoice_date": "2026-11-25",
    "amount": "119.00",
    "balance": "119.00",
    "invoice_items": [{"product_key": "Hosting", "notes": "a month", "cost": "100", "qty": "1"}],
}
HASHES = {2: "7b66869bac4d4cb8235565d5578c3dfb70a028c7ed1673fa74bcd71d5aa9cf9a"}
PLAIN = b'\x00{"name":"Acme"}'
DEFLATED = bytes([1]) + zlib.compress(b'{"name":"Acme"}', 9, -15)


@given(VALUES)
def test_what_is_packed_comes_back(value: Any) -> None:
    assert codec.unpack(codec.pack(value)) == value


@given(VALUES)
def test_a_body_is_never_longer_than_its_json(value: Any) -> None:
    assert len(codec.pack(value)) <= 1 + len(orjson.dumps(value))


def _with_dictionary(number: int, raw: bytes) -> bytes:
    squeezer = zlib.compressobj(6, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, codec.dictionary(number))
    return bytes([number]) + squeezer.compress(raw) + squeezer.flush()


@pytest.mark.parametrize("number", range(2, codec.NEWEST_DICTIONARY + 1))
def test_every_dictionary_can_be_read(number: int) -> None:
    assert codec.unpack(_with_dictionary(number, orjson.dumps(INVOICE))) == INVOICE


@pytest.mark.parametrize(("number", "digest"), HASHES.items())
def test_a_dictionary_never_changes(number: int, digest: str) -> None:
    """A better one is added under the next number; bodies written with this one need it as it is."""
    assert hashlib.sha256(codec.dictionary(number)).hexdigest() == digest


def test_every_dictionary_is_covered() -> None:
    assert list(HASHES) == list(range(2, codec.NEWEST_DICTIONARY + 1))


@pytest.mark.parametrize("stored", [PLAIN, DEFLATED])
def test_bodies_without_a_dictionary_can_be_read(stored: bytes) -> None:
    assert codec.unpack(stored) == {"name": "Acme"}


def test_an_invoice_is_packed_with_the_newest_dictionary_into_half_its_json() -> None:
    packed = codec.pack(INVOICE)
    assert packed[0] == codec.NEWEST_DICTIONARY
    assert len(packed) < len(orjson.dumps(INVOICE)) / 2


def test_what_does_not_shrink_stays_plain() -> None:
    assert codec.pack(1) == b"\x001"
