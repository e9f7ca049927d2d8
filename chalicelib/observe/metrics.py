"""CloudWatch metrics within log lines, by the Embedded Metric Format.

No dimensions: each combination of their values would be a metric of its own, at its own price. The number of
requests is the sample count of `latency`. What is zero is left out, and no data is to be read as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

LATENCY = "latency"
NAMES = (
    LATENCY, "errors", "cold_starts", "read_units", "write_units",
    "mails", "mail_failures", "webhooks", "webhook_failures",
)  # fmt: skip
UNITS = {LATENCY: "Milliseconds"}


def embedded(namespace: str, fields: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The member of a log line that makes metrics of its fields; none without a namespace or a metric."""
    found = tuple(name for name in NAMES if name in fields)
    if not namespace or not found:
        return {}
    return {"_aws": {"Timestamp": int(now * 1_000), "CloudWatchMetrics": [_directive(namespace, found)]}}


@lru_cache(maxsize=64)
def _directive(namespace: str, names: tuple[str, ...]) -> dict[str, Any]:
    metrics = [_definition(name) for name in names]
    return {"Namespace": namespace, "Dimensions": [[]], "Metrics": metrics}


def _definition(name: str) -> dict[str, str]:
    return {"Name": name, "Unit": UNITS[name]} if name in UNITS else {"Name": name}
