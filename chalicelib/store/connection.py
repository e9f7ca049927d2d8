"""One botocore client for every table.

Making one takes longer than all imports together, so all callers share this connection. PynamoDB's Models
share it too (`models`); those who only read never import them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from time import perf_counter
from typing import Any

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unconnected
from botocore.session import get_session

from chalicelib.errors import Throttled, Unavailable
from chalicelib.observe import scope

# API Gateway gives up after 29 s; a call that hangs three times has failed after 12 s, pauses included.
CONNECT_SECONDS = 1.0
READ_SECONDS = 3.0
RETRIES = 2

_THROTTLING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottlingException",
    }
)
# A transaction still in progress is an earlier attempt of the same call, whose end nobody waited for.
_FAILING = frozenset(
    {
        "InternalError",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionInProgressException",
        *("500", "502", "503", "504"),
    }
)

_NONE: dict[str, Any] = {}


@contextmanager
def reaching() -> Iterator[None]:
    """Says Unavailable or Throttled where a service does not answer, after botocore's own retries."""
    try:
        yield
    except (Unconnected, HTTPClientError) as error:
        raise Unavailable from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _THROTTLING:
            raise Throttled from error
        if code in _FAILING:
            raise Unavailable from error
        raise


class SharedConnection:
    """One session and one client, whatever the thread. Made once per process, then warmed."""

    def __init__(self) -> None:
        self.session: Any = get_session()
        self.region: str = self.session.get_config_variable("region") or "us-east-1"

    @cached_property
    def client(self) -> Any:
        """Parameters are made by our own code only, so nobody checks them once more."""
        config = Config(
            parameter_validation=False,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": 1 + RETRIES, "mode": "standard"},
            max_pool_connections=64,
        )
        return self.session.create_client("dynamodb", self.region, config=config)

    def dispatch(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out an operation by its name. Answers about items tell what they consumed, at no cost."""
        call = getattr(self.client, xform_name(operation))
        wish = {} if operation.endswith("Table") else {"ReturnConsumedCapacity": "TOTAL"}
        began = perf_counter()
        answer: dict[str, Any] = _NONE
        try:
            with reaching():
                answer = call(**wish, **request)
        finally:
            scope.current().called(operation, perf_counter() - began, answer)
        return answer


_shared: SharedConnection | None = None


def connection() -> SharedConnection:
    """The connection of this process, made at first use."""
    global _shared
    if _shared is None:
        _shared = SharedConnection()
    return _shared
