"""Requests that the function which draws has to answer, though their path does not say so."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import orjson
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Unavailable
from chalicelib.settings import settings
from chalicelib.store.connection import connection, reaching

log = logging.getLogger(__name__)

SECONDS = 27
"""The gateway waits for 29."""


@lru_cache(maxsize=1)
def _client() -> Any:
    # Once only: a second attempt could make a second invoice.
    config = Config(connect_timeout=1, read_timeout=SECONDS, retries={"total_max_attempts": 1})
    return connection().session.create_client("lambda", config=config)


def answer(request: Request) -> Response:
    """The answer of `KUNAI_DRAWING_FUNCTION`. Unavailable: none came; what was stored is then unknown."""
    function = settings().drawing_function
    try:
        with reaching():
            told = _client().invoke(FunctionName=function, Payload=orjson.dumps(request.event))
    except ClientError as error:
        log.warning("The function %s could not be called: %r", function, error)
        raise Unavailable from error
    if "FunctionError" in told:
        log.error("The function %s failed: %s", function, told["FunctionError"])
        raise Unavailable
    found: Response = orjson.loads(told["Payload"].read())
    return found
