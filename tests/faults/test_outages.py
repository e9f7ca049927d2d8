"""The store or the storage is out of reach: callers get a clean answer in time, and may retry."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.api import auth
from chalicelib.local.gateway import SECONDS, Gateway
from chalicelib.operations import turns
from chalicelib.store.connection import CONNECT_SECONDS, READ_SECONDS, RETRIES, connection
from tests.api_client import PASSWORD, Answer, Api
from tests.faults.hooks import answering, dynamodb, hooked, refusal, s3, unreachable

LINE = {"notes": "x", "cost": 1, "qty": 1}
REQUESTS: dict[str, Callable[[Api], Answer]] = {
    "get": lambda api: api.get("/clients/1"),
    "list": lambda api: api.get("/clients"),
    "create": lambda api: api.post("/invoices", {"client_id": 1, "invoice_items": [LINE]}),
    "settings": lambda api: api.put("/accounts", {"name": "Acme"}),
    "log in": lambda api: api.post("/login", {"email": api.email, "password": PASSWORD}),
}


@pytest.fixture(scope="module")
def api(gateway: Gateway) -> Api:
    api = Api(gateway).register()
    assert api.post("/clients", {"name": "Calm"}).status == 200
    return api


def check_unavailable(answer: Answer) -> None:
    assert answer.status == 503
    assert answer.json == {"error": {"message": "The service is temporarily unavailable. Please retry."}}
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/json"


def test_an_unreachable_store_is_a_clean_503(api: Api) -> None:
    with unreachable(dynamodb()):
        for perform in REQUESTS.values():
            check_unavailable(perform(api))
        auth.cache.clear()
        check_unavailable(api.get("/clients"))
    assert api.get("/clients/1").status == 200


@pytest.mark.parametrize(("code", "status"), [("InternalServerError", 500), ("ThrottlingException", 400)])
def test_refused_reads_are_a_clean_503(api: Api, code: str, status: int) -> None:
    with answering(dynamodb(), "GetItem", 9, lambda request: refusal(request, code, status)):
        check_unavailable(api.get("/clients/1"))


def test_a_commit_of_unknown_outcome_is_a_503_and_no_duplicate(api: Api) -> None:
    before = len(api.get("/invoices").data)

    def hang(request: Any, **_: Any) -> None:
        raise ReadTimeoutError(endpoint_url=request.url)

    with hooked(dynamodb(), "before-send.TransactWriteItems", hang):
        check_unavailable(REQUESTS["create"](api))
    assert len(api.get("/invoices").data) == before


def test_a_throttled_commit_is_a_409_that_invites_a_retry(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "BUDGET_SECONDS", 0.2)
    throttled = answering(
        dynamodb(), "TransactWriteItems", 99, lambda request: refusal(request, "ThrottlingException")
    )
    with throttled:
        answer = REQUESTS["create"](api)
    assert answer.status == 409
    assert int(answer.headers["retry-after"]) > 0
    assert REQUESTS["create"](api).status == 200


def test_without_storage_everything_but_documents_works(api: Api) -> None:
    number = REQUESTS["create"](api).data["id"]
    with unreachable(s3()):
        check_unavailable(api.get(f"/download/{number}"))
        assert api.get(f"/invoices/{number}").status == 200
        assert api.post("/invoices", {"client_id": 1, "invoice_items": [LINE]}).status == 200
    assert api.get(f"/download/{number}").body.startswith(b"%PDF")


def test_a_call_that_hangs_ends_before_the_gateway_gives_up() -> None:
    """The longest call: every attempt times out, with botocore's longest pauses between."""
    config: Any = connection().client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (CONNECT_SECONDS, READ_SECONDS)
    assert config.retries == {"total_max_attempts": 1 + RETRIES, "mode": "standard"}
    pauses = sum(2**attempt for attempt in range(RETRIES))
    longest_call = (1 + RETRIES) * READ_SECONDS + pauses
    assert longest_call + turns.BUDGET_SECONDS < SECONDS


def test_an_outage_fails_fast(api: Api) -> None:
    start = time.process_time()
    with unreachable(dynamodb()) as attempts:
        check_unavailable(api.get("/clients/1"))
    assert len(attempts) <= 1 + RETRIES
    assert time.process_time() - start < 1
