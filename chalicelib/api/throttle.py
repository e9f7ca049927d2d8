"""Limits of requests: v4's leaky bucket (http.md 3.9), one row per account or address.

A bucket is one number, the moment at which its debt is paid off. So a request is charged by a single
conditional update (one call, one write unit), and concurrent ones add up exactly: whoever loses a condition
charges again on top of the others. Where DynamoDB does not answer, or is fought over more than
`ATTEMPTS` times, the request passes uncharged: a limit is no reason to be down.
"""

from __future__ import annotations

import logging
import math
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import KunaiError, RateLimited
from chalicelib.store.reads import LOOKUPS, lookup_key
from chalicelib.store.record import Raw
from chalicelib.store.updates import update

log = logging.getLogger(__name__)

WINDOW = 3_600.0
"""Seconds: the debt that a bucket holds, which `limit` requests fill."""
ATTEMPTS = 4
MOST_SEEN = 10_000
IPV6_NETWORK = 64
TOLERANCE = 0.0005
"""Seconds by which sums of steps may miss the bound for being rounded."""


_seen: dict[str, float] = {}
"""Buckets as this container saw them last, a guess that saves the second call."""


class Allowance(NamedTuple):
    """What a caller has left: whole requests, and when (epoch seconds) the bucket is empty again."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        names = ("Limit", "Remaining", "Reset")
        return {f"X-RateLimit-{name}": str(value) for name, value in zip(names, self, strict=True)}


def charged(paid_at: float | None, now: float, limit: int) -> float:
    """When the debt is paid off once a request is charged; the first one of a bucket is free, as in v4."""
    return now if paid_at is None else max(paid_at, now) + WINDOW / limit


def excess(paid_at: float, now: float) -> int:
    """Whole seconds to wait until a debt fits into the bucket, 0 when it does."""
    return max(0, math.ceil(round(paid_at - now - WINDOW, 3)))


def allowance(paid_at: float, now: float, limit: int) -> Allowance:
    room = WINDOW - max(0.0, paid_at - now)
    return Allowance(limit, max(0, math.floor(round(room * limit / WINDOW, 3))), math.ceil(paid_at))


def network(address: str) -> str:
    """Whom an address stands for: itself, or for IPv6 the network that one customer gets."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((found, IPV6_NETWORK), strict=False)) if found.version == 6 else str(found)


def charge(kind: str, value: str, limit: int, now: float) -> Allowance | None:
    """Charge a request to a bucket; None if that was not possible. RateLimited: it is full."""
    key = lookup_key("throttle", f"{kind}#{value}")
    try:
        return _charge(key.partition, limit, now)
    except RateLimited:
        raise
    except (KunaiError, ClientError, BotoCoreError) as error:
        log.warning("A request passes without its limit: %r", error)
        return None


def _charge(key: str, limit: int, now: float) -> Allowance | None:
    """Charge on what the bucket was last seen to hold; a wrong guess costs a second call."""
    known: float | None = _seen.get(key, 0.0)
    for _ in range(ATTEMPTS):
        paid_at, lost = _update(key, known, now, limit)
        if lost is None:
            _remember(key, paid_at)
            return allowance(paid_at, now, limit)
        known = float(lost["at"]["N"]) if "at" in lost else None
        wait = excess(charged(known, now, limit), now)
        if wait and known is not None:
            _remember(key, known)
            raise RateLimited(wait, allowance(known, now, limit).headers)
    return None


def _remember(key: str, paid_at: float) -> None:
    if len(_seen) >= MOST_SEEN:
        _seen.clear()
    _seen[key] = paid_at


def _change(known: float | None, now: float, step: float) -> tuple[str, str, dict[str, float]]:
    """How to charge a bucket that is new, empty or in debt, and on which condition it is."""
    if known is None:
        return "#at = :now", "attribute_not_exists(#at)", {":now": now}
    if known < now:
        return "#at = :paid", "#at < :now", {":now": now, ":paid": now + step}
    most = now + WINDOW - step + TOLERANCE
    return "#at = #at + :step", "#at BETWEEN :now AND :most", {":now": now, ":step": step, ":most": most}


def _update(key: str, known: float | None, now: float, limit: int) -> tuple[float, Raw | None]:
    """The new value, and the row as it was when the condition did not hold."""
    change, condition, values = _change(known, now, WINDOW / limit)
    request = {
        "TableName": LOOKUPS,
        "Key": {"k": {"S": key}},
        "UpdateExpression": f"SET {change}, #ttl = :ttl",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {"#at": "at", "#ttl": "ttl"},
        "ExpressionAttributeValues": {
            **{name: {"N": f"{value:.6f}"} for name, value in values.items()},
            ":ttl": {"N": str(int(now + 2 * WINDOW))},
        },
    }
    held, row = update(request)
    return (float(row["at"]["N"]), None) if held else (0.0, row)
