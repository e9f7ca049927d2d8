"""Headers that tell what an answer took: on request, exactly, and only to who may know."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api import auth
from chalicelib.local.gateway import Gateway
from chalicelib.observe.scope import Scope
from tests.api_client import PASSWORD, Answer, Api
from tests.costs import samples
from tests.portal import guest as portal
from tests.portal.guest import Guest

ASKED = {"x_kunai_trace": "1"}
CAPACITY, TIMING = "x-kunai-capacity", "server-timing"


def named(answer: Answer) -> list[str]:
    """What the answer says it waited for. AssertionError: some duration is none."""
    parts = [part.strip().partition(";dur=") for part in answer.headers[TIMING].split(",")]
    assert all(float(duration) >= 0 for _, _, duration in parts)
    return [name for name, _, _ in parts]


@pytest.fixture
def stocked(gateway: Gateway) -> tuple[Api, int]:
    api = Api(gateway)
    client = samples.stocked(api)
    assert api.post("/invoices", samples.invoice(client)).status == 200
    return api, client


def test_what_an_answer_took(stocked: tuple[Api, int]) -> None:
    """The same figures as tests/costs asserts."""
    api, client = stocked
    for path, expected in {
        f"/clients/{client}": "read=1, write=0, calls=1",
        f"/clients/{client}?include=invoices.invitations": "read=2, write=0, calls=2",
        "/invoices?invoice_number=0001": "read=3, write=0, calls=2",
        "/invoices/99": "read=1, write=0, calls=1",
    }.items():
        answer = api.get(path, **ASKED)
        assert (answer.headers[CAPACITY], named(answer)) == (expected, ["total", "dynamodb"])
    answer = api.get("/download/1", **ASKED)
    assert (answer.headers[CAPACITY], named(answer)) == (
        "read=4, write=0, calls=2", ["total", "dynamodb", "s3"]
    )  # fmt: skip


def test_a_write_tells_what_dynamodb_reports(stocked: tuple[Api, int]) -> None:
    api, client = stocked
    answer = api.post("/invoices", samples.invoice(client), **ASKED)
    read, write, calls = (part.partition("=")[2] for part in answer.headers[CAPACITY].split(", "))
    assert (read, calls) == ("23", "3")
    assert float(write) > 0


@pytest.mark.parametrize(
    ("operation", "answer", "expected"),
    [
        ("Query", {"ConsumedCapacity": {"CapacityUnits": 2.5}}, (2.5, 0)),
        ("BatchGetItem", {"ConsumedCapacity": [{"CapacityUnits": 2.0}, {"CapacityUnits": 1.0}]}, (3, 0)),
        ("UpdateItem", {"ConsumedCapacity": {"CapacityUnits": 1.0}}, (0, 1)),
        (
            "TransactWriteItems",
            {
                "ConsumedCapacity": [
                    {"TableName": "a", "CapacityUnits": 9.0, "WriteCapacityUnits": 9.0},
                    {"TableName": "b", "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0},
                ]
            },
            (0, 11),
        ),
        # The same token again: AWS finds what it did, which are reads.
        (
            "TransactWriteItems",
            {"ConsumedCapacity": [{"CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}]},
            (4, 0),
        ),
        ("GetItem", {}, (0, 0)),
    ],
)
def test_units_are_read_off_answers(operation: str, answer: Any, expected: tuple[float, float]) -> None:
    scope = Scope()
    scope.called(operation, 0.25, answer)
    assert (scope.reads, scope.writes, scope.calls, scope.seconds) == (*expected, 1, {"dynamodb": 0.25})


@pytest.mark.parametrize("wish", [None, "", "0", "false"])
def test_nobody_is_told_unasked(api: Api, wish: str | None) -> None:
    answer = api.get("/clients", x_kunai_trace=wish)
    assert not {CAPACITY, TIMING, "timing-allow-origin"} & answer.headers.keys()


def test_errors_tell_too(api: Api) -> None:
    answer = api.post("/invoices", {"client_id": 7}, **ASKED)
    assert (answer.status, named(answer)) == (404, ["total", "dynamodb"])


def test_only_a_token_is_told(api: Api, anonymous: Api, gateway: Gateway) -> None:
    """The number of calls would tell whether a user, a token or a link is known."""
    _, key = portal.document(api, portal.client(api))
    answers = [
        anonymous.post("/login", {"email": api.email, "password": PASSWORD}, **ASKED),
        anonymous.post("/login", {"email": api.email, "password": "wrong"}, **ASKED),
        anonymous.post("/forgot_password", {"email": api.email}, **ASKED),
        anonymous.get("/clients", x_ninja_token="unknown", **ASKED),
        Guest(gateway).get(f"/view/{key}", **ASKED),
    ]
    assert [answer.status for answer in answers] == [200, 401, 200, 403, 200]
    assert not any({CAPACITY, TIMING} & answer.headers.keys() for answer in answers)


def test_a_kept_answer_keeps_no_trace(api: Api) -> None:
    headers = {"idempotency_key": "k-1"}
    first = api.post("/clients", {"name": "Acme"}, **headers, **ASKED)
    again = api.post("/clients", {"name": "Acme"}, **headers, **ASKED)
    bare = api.post("/clients", {"name": "Acme"}, **headers)
    assert again.headers[CAPACITY] == "read=1, write=0, calls=1"
    assert first.headers[CAPACITY] != again.headers[CAPACITY]
    assert CAPACITY not in bare.headers


def test_browsers_of_other_origins_may_ask_and_read(api: Api) -> None:
    preflight = api.send("OPTIONS", "/clients")
    assert "X-Kunai-Trace" in preflight.headers["access-control-allow-headers"]
    answer = api.get("/clients", **ASKED)
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"Server-Timing", "X-Kunai-Capacity"} <= set(exposed)
    assert answer.headers["timing-allow-origin"] == "*"


def test_a_token_that_is_looked_up_costs_more(api: Api) -> None:
    """Hash, user, token and account are read, and that the token is in use is noted."""
    auth.cache.clear()
    cold, warm = (api.get("/clients", **ASKED).headers[CAPACITY] for _ in range(2))
    assert (cold, warm) == ("read=5, write=1, calls=4", "read=1, write=0, calls=1")
