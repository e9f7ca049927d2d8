"""Schemathesis drives every operation from the document, through the real handler."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.local.gateway import Gateway
from chalicelib.local.server import Server
from tests.api_client import Api
from tests.depth import times
from tests.openapi.described import DOCUMENT

EXAMPLES = times(50, 15)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SCHEMA: Any = schemathesis.openapi.from_dict({**DOCUMENT, "servers": [{"url": "/api/v1"}]})
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_breaks_the_server_or_the_description(
    gateway: Gateway, request: pytest.FixtureRequest, operation: Any
) -> None:
    account: Api = request.getfixturevalue("looked_at" if operation.method == "get" else "stocked")
    app = Server(gateway, after_write=lambda: None)

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def drive(case: Any) -> None:
        if "id" in case.path_parameters:
            # A guessed id hits nothing, so most of these name a record that is there.
            case.path_parameters["id"] = case.path_parameters["id"] % 3 + 1
        answer = case.call(app=app, headers={"X-Ninja-Token": account.token})
        case.validate_response(answer, checks=CHECKS)

    drive()
