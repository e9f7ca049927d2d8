"""One botocore client for every table.

PynamoDB would make a session and a client for each Model; making one takes longer than all imports
together, so all Models share this connection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unconnected
from botocore.session import get_session
from pynamodb.connection.base import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

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


class SharedConnection(Connection):
    """PynamoDB's connection over one session, whatever the thread. Made once per process, then warmed."""

    def __init__(self) -> None:
        self._session = get_session()
        super().__init__(
            region=self._session.get_config_variable("region") or "us-east-1",
            connect_timeout_seconds=CONNECT_SECONDS,
            read_timeout_seconds=READ_SECONDS,
            max_retry_attempts=RETRIES,
            max_pool_connections=64,
        )

    @property
    def session(self) -> Any:
        return self._session

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        """PynamoDB has every answer tell what it consumed, which costs nothing."""
        began, answer = perf_counter(), _NONE
        try:
            with reaching():
                answer = super().dispatch(operation_name, operation_kwargs)
        finally:
            scope.current().called(operation_name, perf_counter() - began, answer)
        return answer


_shared: SharedConnection | None = None


def connection() -> SharedConnection:
    """The connection of this process, made at first use."""
    global _shared
    if _shared is None:
        _shared = SharedConnection()
    return _shared


class Table(Model):
    """Base of the tables: a PynamoDB Model on the shared connection."""

    class Meta:
        table_name: str

    @classmethod
    def _get_connection(cls) -> TableConnection:
        known = cls._connection
        own = super()._get_connection()
        if own is not known:
            shared = connection()
            meta = own.get_meta_table()
            if meta.table_name not in shared._tables:
                shared.add_meta_table(meta)
            own.connection = shared
        return own
