"""Stripe's signature of a webhook: HMAC-SHA256 over the time and the exact bytes of the body."""

from __future__ import annotations

import hmac

TOLERANCE = 300
"""Seconds that the time of a signature may be away from ours."""
MOST_PARTS = 20


def is_genuine(raw: bytes, header: str, secret: str, now: int) -> bool:
    """`header` is `t=<seconds>,v1=<hex>`; while a secret is rolled there are several v1; one has to fit."""
    parts = [part.strip().partition("=") for part in header.split(",", MOST_PARTS)]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not times[0].isdecimal() or not times[0].isascii() or len(times[0]) > 12:
        return False
    expected = hmac.new(secret.encode(), times[0].encode() + b"." + raw, "sha256").hexdigest().encode()
    fits = [
        hmac.compare_digest(value.encode(errors="replace"), expected)
        for name, _, value in parts
        if name == "v1"
    ]
    return any(fits) and abs(now - int(times[0])) <= TOLERANCE
