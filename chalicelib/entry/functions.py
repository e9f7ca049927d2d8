"""Everything else that Lambda invokes: the stream, the queues and the schedules."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from time import perf_counter
from typing import Any

from chalicelib.entry import lines
from chalicelib.observe import scope
from chalicelib.observe.scope import Scope
from chalicelib.store import usage

log = logging.getLogger(__name__)

MOST_NAMED = 10
"""Records and accounts that a line lists; of longer batches it names the first and the last record."""


class FunctionFailed(Exception):
    """Tells Lambda to try again. Its runtime logs what it gets, so the error itself, logged before, must
    not get there."""


def run(name: str, handle: Callable[[], Any], event: Any, context: Any) -> Any:
    """What `handle` answers to the event. FunctionFailed: whatever it raised."""
    began = perf_counter()
    own = Scope(name, invocation=str(getattr(context, "aws_request_id", "")))
    with scope.entered(own):
        result, failed = None, ""
        try:
            result = handle()
        except Exception as error:
            log.exception("The function %s failed", name)
            failed = type(error).__name__
        now = time.time()
        _log(own, event, result, failed, perf_counter() - began, now)
    usage.flush(now)
    if failed:
        raise FunctionFailed(f"{name}: {failed}") from None
    return result


def _log(own: Scope, event: Any, result: Any, failed: str, spent: float, now: float) -> None:
    took, about = lines.milliseconds(spent), _about(event, result)
    level = logging.ERROR if failed else logging.WARNING if about.get("failed") else logging.INFO
    fields = lines.opened(level)
    if fields is None:
        return
    fields |= {"function": own.label, "duration": took, **about, **lines.consumed(own)}
    fields |= {"accounts": sorted(own.served)[:MOST_NAMED]} if own.served else {}
    fields |= {"error": failed} if failed else {}
    shown = ", ".join(f"{name} {value}" for name, value in about.items() if name != "messages")
    lines.write(level, fields, now, "%s: %s in %s ms", own.label, failed or shown or "done", took)


def _about(event: Any, result: Any) -> dict[str, Any]:
    """How many records came, which they were, and which come again; of a schedule, how much it found."""
    if not isinstance(event, dict) or "Records" not in event:
        return {} if result is None else {"found": result}
    names = [_name(record) for record in event["Records"]]
    shown = names if len(names) <= MOST_NAMED else [names[0], names[-1]]
    about: dict[str, Any] = {"batch": len(names), "messages": shown}
    again = [one["itemIdentifier"] for one in (result or {}).get("batchItemFailures", ())]
    return {**about, "failed": again} if again else about


def _name(record: Any) -> str:
    """A message's id, or its place in the stream; empty for what has neither."""
    try:
        return str(record["messageId"] if "messageId" in record else record["dynamodb"]["SequenceNumber"])
    except (KeyError, TypeError):
        return ""
