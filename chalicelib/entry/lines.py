"""The one log line of an invocation, which carries its metrics."""

from __future__ import annotations

import logging
from typing import Any

from chalicelib.observe import metrics
from chalicelib.observe.scope import Scope
from chalicelib.settings import settings

log = logging.getLogger(__name__)

_seen: list[bool] = []


def _is_first() -> bool:
    """Whether this is the container's first invocation."""
    if _seen:
        return False
    _seen.append(True)
    return True


def consumed(scope: Scope) -> dict[str, Any]:
    """What a scope used, without what is zero."""
    used = {
        "calls": scope.calls,
        "read_units": _whole(scope.reads),
        "write_units": _whole(scope.writes),
        **{name: number for name, number in scope.done.items() if name in metrics.NAMES},
        "dynamodb": milliseconds(scope.seconds.get("dynamodb", 0.0)),
    }
    return {name: value for name, value in used.items() if value}


def milliseconds(seconds: float) -> float:
    return round(seconds * 1_000, 1)


def _whole(units: float) -> float:
    return int(units) if units == int(units) else units


def opened(level: int) -> dict[str, Any] | None:
    """The fields that a line of that level begins with; None if nobody wants it."""
    fields = {"cold_starts": 1} if _is_first() else {}
    return fields if log.isEnabledFor(level) else None


def write(level: int, fields: dict[str, Any], now: float, text: str, *args: Any) -> None:
    """`text` and `args` are what people at a terminal read, `fields` what CloudWatch gets."""
    fields |= metrics.embedded(settings().metrics, fields, now)
    log.log(level, text, *args, extra={"fields": fields})
