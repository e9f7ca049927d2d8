"""What each invocation of a function uses: processor time, calls, units, bytes.

Reads cost what DynamoDB Local reports, writes what `tests.costs.capacity` computes from the rows before and
after, single updates too. Invocations follow one another; the threads that one starts count as its own.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import process_time
from typing import Any

from chalicelib.delivery import mail, outgoing, queues
from chalicelib.store import files
from chalicelib.store.connection import connection
from chalicelib.store.reads import LOOKUPS
from tests.costs import capacity, meter

Row = capacity.Row
Used = defaultdict[str, float]
SINGLE = ("PutItem", "UpdateItem", "DeleteItem")
LEAST = 0.5
"""Read units of a query that finds nothing, which DynamoDB Local reports as none."""
READS = ("GetItem", "BatchGetItem", "Query")


class Watch:
    """`functions` has a counter for each; `cpu` is in seconds."""

    def __init__(self) -> None:
        self.functions: dict[str, Used] = {}
        self._used: Used = defaultdict(float)
        self._mine = threading.local()
        for client in (connection().client, files._client(), mail._ses(), queues._sqs()):
            service = client.meta.service_model.service_id.hyphenize()
            client.meta.events.register(f"provide-client-params.{service}.*", self._before)
            client.meta.events.register(f"after-call.{service}.*", self._after)
        self._watch_webhooks()

    @contextmanager
    def invocation(self, function: str) -> Iterator[Used]:
        self._used = self.functions.setdefault(function, defaultdict(float))
        self._used["invocations"] += 1
        began, watching = process_time(), self._used["watching"]
        yield self._used
        # What the watch itself takes, to look at rows before and after, is nobody's.
        self._used["cpu"] += process_time() - began - (self._used["watching"] - watching)

    def clear(self) -> None:
        self.functions.clear()

    # ---- calls of AWS
    def _before(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        began = process_time()
        self._mine.rows = [(table, key, _row(table, key)) for table, key in _written(model.name, params)]
        if model.name == "PutObject":
            self._used["s3_bytes"] += len(params["Body"])
        if model.name == "SendEmail":
            self._used["mail_bytes"] += len(params["Content"]["Raw"]["Data"])
            self._tag(params)
        self._used["watching"] += process_time() - began

    def _after(self, http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        began = process_time()
        self._used[model.name] += 1
        if model.name in READS:
            consumed = parsed.get("ConsumedCapacity", [])
            for one in consumed if isinstance(consumed, list) else [consumed]:
                self._used["rru"] += max(one["CapacityUnits"], LEAST)
        for table, key, before in self._mine.rows:
            factor = 1 if model.name in SINGLE else capacity.TRANSACTION
            self._used["wru"] += capacity.write_units(
                before, _row(table, key), meter.indexes_of(table), factor
            )
        self._used["watching"] += process_time() - began

    def _tag(self, params: dict[str, Any]) -> None:
        """Keep what SES would tell of the mail with; moto knows of no configuration set."""
        self.tags = {row["Name"]: row["Value"] for row in params.get("EmailTags", ())}
        params.pop("ConfigurationSetName", None)

    def _watch_webhooks(self) -> None:
        post = outgoing.post

        def watched(url: str, body: bytes, *more: Any) -> Any:
            self._used["webhooks"] += 1
            self._used["bytes"] += len(body)
            return post(url, body, *more)

        setattr(outgoing, "post", watched)  # noqa: B010  (a patch, which types would refuse)


def _written(operation: str, params: dict[str, Any]) -> Iterator[tuple[str, Row]]:
    if operation in SINGLE:
        yield params["TableName"], _key(params["TableName"], params.get("Item") or params["Key"])
    elif operation == "TransactWriteItems":
        for action in params["TransactItems"]:
            ((_, request),) = action.items()
            yield request["TableName"], _key(request["TableName"], request.get("Item") or request["Key"])


def _key(table: str, names: Row) -> Row:
    return {name: names[name] for name in (("k",) if table == LOOKUPS else ("pk", "sk"))}


def _row(table: str, key: Row) -> Row | None:
    client = meter._plain_client()
    found: Row | None = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return found
