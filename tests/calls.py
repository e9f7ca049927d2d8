"""The AWS calls of the application under test, held against what `deploy.calls` declares."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from chalicelib.deploy.calls import described

LOCALLY = {
    "dynamodb": {"BatchWriteItem", "CreateTable", "DescribeTable", "Scan", "UpdateTimeToLive"},
    "dynamodbstreams": {"DescribeStream", "GetRecords", "GetShardIterator"},
    "s3": {"ListObjectsV2"},
    "sqs": {"ChangeMessageVisibility", "DeleteMessageBatch", "ReceiveMessage"},
}
"""What only tests, the operator's tools and our stand-ins for Lambda's event sources call."""


class Call(NamedTuple):
    service: str
    operation: str
    parameters: dict[str, Any]


_listening: list[list[Call]] = []


def watch() -> None:
    """From now on a call that is not declared fails: the bundles' botocore would not know it either."""
    from chalicelib.store.connection import connection

    connection().session.register("before-parameter-build", _noted, unique_id="tests.calls")


def _noted(params: dict[str, Any], model: Any, **_: Any) -> None:
    call = Call(model.service_model.service_name, model.name, params)
    known = described().get(call.service, frozenset()) | LOCALLY.get(call.service, set())
    assert call.operation in known, f"{call.service}:{call.operation} is to be added to deploy/calls.py"
    for heard in _listening:
        heard.append(call)


@contextmanager
def heard() -> Iterator[list[Call]]:
    """The calls within."""
    calls: list[Call] = []
    _listening.append(calls)
    try:
        yield calls
    finally:
        _listening.remove(calls)
