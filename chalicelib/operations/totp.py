"""One-time passwords that an authenticator app shows: RFC 6238 with SHA-1, 6 digits and steps of 30 s."""

from __future__ import annotations

import hashlib
import hmac

STEP_SECONDS = 30
DIGITS = 6
WINDOW = 1
"""Neighbouring steps that are accepted too, for clocks that differ."""


def code(key: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step, counted from the epoch (RFC 4226, 5.3)."""
    mac = hmac.new(key, step.to_bytes(8), hashlib.sha1).digest()
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(key: bytes, sent: str, now: int, last: int) -> int | None:
    """The step whose code was sent. None: no code of now, or of a step not later than `last`."""
    current = now // STEP_SECONDS
    found = None
    for step in range(current - WINDOW, current + WINDOW + 1):
        same = hmac.compare_digest(code(key, step).encode(), sent.encode())
        found = step if same and step > last and found is None else found
    return found
