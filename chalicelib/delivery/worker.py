"""Works off a batch of a queue: groups beside each other, within a group one after another."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any

import orjson

from chalicelib.delivery import archive, relay
from chalicelib.observe.tally import on_behalf_of

log = logging.getLogger(__name__)

Record = dict[str, Any]


def work(batch: dict[str, Any], clock: Callable[[], float] = time.time) -> dict[str, Any]:
    """The answer that Lambda's event source mapping expects.

    A failure of the work itself is kept in the event's row, which then falls due again; reported is only what
    could not even be tried, with what follows it in its group.
    """
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in batch["Records"]:
        groups[record["attributes"].get("MessageGroupId", record["messageId"])].append(record)
    if not groups:
        return {"batchItemFailures": []}

    def run(around: Context, records: list[Record]) -> list[str]:
        return around.run(_work_group, clock, records)

    around = [copy_context() for _ in groups]
    with ThreadPoolExecutor(len(groups), "worker") as pool:
        failed = [name for names in pool.map(run, around, groups.values()) for name in names]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _work_group(clock: Callable[[], float], records: list[Record]) -> list[str]:
    """The messages that SQS is to deliver again."""
    for place, record in enumerate(records):
        try:
            message = orjson.loads(record["body"])
            account, sequence = message["account"], int(message["sequence"])
            with on_behalf_of(account, clock):
                if message.get("draw"):
                    archive.keep(account, sequence)
                else:
                    relay.work_off(account, sequence, clock)
        except Exception:
            log.exception("Message %s could not be worked off", record["messageId"])
            return [record["messageId"] for record in records[place:]]
    return []
