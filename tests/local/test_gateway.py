"""The gateway shapes events and answers as API Gateway's REST APIs do."""

from __future__ import annotations

import base64
import json
from threading import Event as Flag
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.local.gateway import EVENT_BYTES, REQUEST_BYTES, Gateway, Request, Router

ROUTES = {
    "/v1/clients": {"GET": None, "POST": None},
    "/v1/clients/{id}": {"GET": None},
    "/v1/clients/bulk": {"POST": None},
    "/view/{key}": {"GET": None},
}


class FakeApp:
    """Keeps the event and gives the answer that it was made with."""

    routes = ROUTES

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer or {"statusCode": 200, "headers": {}, "body": "ok"}
        self.event: dict[str, Any] = {}

    def __call__(self, event: dict[str, Any], context: Any) -> Any:
        self.event = event
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def event_of(request: Request) -> dict[str, Any]:
    app = FakeApp()
    assert Gateway(app).handle(request).status == 200
    return app.event


def test_an_event_has_the_shape_of_payload_version_1() -> None:
    headers = [("Host", "127.0.0.1:8000"), ("User-Agent", "curl"), ("X-Two", "a"), ("X-Two", "b")]
    event = event_of(Request("GET", "/api/v1/clients/7", "page=2&page=3&q=a%20b+c&empty=", headers))
    context = event.pop("requestContext")
    assert event == {
        "resource": "/v1/clients/{id}",
        "path": "/v1/clients/7",
        "httpMethod": "GET",
        "headers": {"Host": "127.0.0.1:8000", "User-Agent": "curl", "X-Two": "b"},
        "multiValueHeaders": {"Host": ["127.0.0.1:8000"], "User-Agent": ["curl"], "X-Two": ["a", "b"]},
        "queryStringParameters": {"page": "3", "q": "a b c", "empty": ""},
        "multiValueQueryStringParameters": {"page": ["2", "3"], "q": ["a b c"], "empty": [""]},
        "pathParameters": {"id": "7"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    assert context["stage"] == "api"
    assert context["path"] == "/api/v1/clients/7"
    assert context["resourcePath"] == "/v1/clients/{id}"
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "curl"}


def test_what_is_empty_is_null() -> None:
    event = event_of(Request("GET", "/api/v1/clients"))
    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["pathParameters"] is None


def test_every_body_arrives_as_base64() -> None:
    event = event_of(Request("POST", "/api/v1/clients", body=b"\x00\xff{}"))
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x00\xff{}"


@pytest.mark.parametrize("path", ["/view/KEY", "/api/view/KEY"])
def test_pages_are_served_with_and_without_the_stage(path: str) -> None:
    event = event_of(Request("GET", path))
    assert event["path"] == "/view/KEY"
    assert event["requestContext"]["path"] == path


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api"),
        ("GET", "/apiv1/clients"),
        ("GET", "/api/v1/nothing"),
        ("PUT", "/api/v1/clients"),
    ],
)
def test_unknown_paths_and_methods_get_the_gateways_answer(method: str, path: str) -> None:
    answer = Gateway(FakeApp()).handle(Request(method, path))
    assert answer.status == 404
    assert json.loads(answer.body) == {"error": {"message": "Route does not exist"}}


def test_literal_segments_win_and_a_last_slash_does_not_count() -> None:
    router = Router(ROUTES)
    assert router.match("/v1/clients/bulk") == ("/v1/clients/bulk", {})
    assert router.match("/v1/clients/") == ("/v1/clients", {})
    assert router.match("/v1/clients/8/") == ("/v1/clients/{id}", {"id": "8"})
    assert router.match("/v1//8") is None


@given(st.text(min_size=1).filter(lambda text: quote(text, safe="") not in ("bulk", ".", "..")))
def test_path_parameters_stay_encoded(text: str) -> None:
    encoded = quote(text, safe="")
    event = event_of(Request("GET", f"/api/v1/clients/{encoded}"))
    assert event["pathParameters"] == {"id": encoded}
    assert event["path"] == f"/v1/clients/{encoded}"


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1))
def test_query_parameters_arrive_decoded_and_complete(pairs: list[tuple[str, str]]) -> None:
    event = event_of(Request("GET", "/api/v1/clients", urlencode(pairs)))
    arrived = event["multiValueQueryStringParameters"]
    assert [(name, value) for name in dict(pairs) for value in arrived[name]] == sorted(
        pairs, key=lambda pair: list(dict(pairs)).index(pair[0])
    )
    assert event["queryStringParameters"] == dict(pairs)


def test_an_answer_becomes_http() -> None:
    response = {
        "statusCode": 201,
        "headers": {
            "Content-Type": "application/pdf",
            "Server": "mine",
            "X-A": "lost",
            "Content-Length": "1",
        },
        "multiValueHeaders": {"x-a": ["1", "2"]},
        "body": base64.b64encode(b"%PDF\xff").decode(),
        "isBase64Encoded": True,
    }
    answer = Gateway(FakeApp(response)).handle(Request("GET", "/api/v1/clients"))
    assert answer.status == 201
    assert answer.body == b"%PDF\xff"
    assert answer.headers == [
        ("Content-Type", "application/pdf"),
        ("x-amzn-Remapped-Server", "mine"),
        ("x-a", "1"),
        ("x-a", "2"),
    ]


def test_text_without_a_type_is_sent_as_json() -> None:
    answer = Gateway(FakeApp({"statusCode": 200, "body": "ä"})).handle(Request("GET", "/api/v1/clients"))
    assert answer.body == "ä".encode()
    assert answer.headers == [("Content-Type", "application/json")]


@pytest.mark.parametrize(
    "answer",
    [
        ValueError("a bug"),
        {"body": "no status"},
        {"statusCode": "what", "body": ""},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "no base64 §", "isBase64Encoded": True},
        {"statusCode": 200, "body": b"bytes are no JSON"},
        {"statusCode": 200, "body": "x" * (EVENT_BYTES + 1024)},
        "no object",
    ],
)
def test_malformed_answers_and_failures_are_bad_gateways(answer: Any) -> None:
    sent = Gateway(FakeApp(answer)).handle(Request("GET", "/api/v1/clients"))
    assert sent.status == 502
    assert json.loads(sent.body) == {"error": {"message": "Internal server error"}}


@pytest.mark.parametrize("size", [REQUEST_BYTES + 1, EVENT_BYTES * 3 // 4])
def test_requests_over_the_limits_never_reach_the_app(size: int) -> None:
    app = FakeApp()
    assert Gateway(app).handle(Request("POST", "/api/v1/clients", body=bytes(size))).status == 413
    assert app.event == {}


def test_a_request_within_the_limits_passes() -> None:
    body = bytes(EVENT_BYTES * 3 // 4 - 10_000)
    assert Gateway(FakeApp()).handle(Request("POST", "/api/v1/clients", body=body)).status == 200


def test_a_handler_that_takes_too_long_is_given_up() -> None:
    released = Flag()

    class Stuck(FakeApp):
        def __call__(self, event: dict[str, Any], context: Any) -> Any:
            assert context.get_remaining_time_in_millis() <= 10
            released.wait()

    answer = Gateway(Stuck(), seconds=0.01).handle(Request("GET", "/api/v1/clients"))
    released.set()
    assert answer.status == 504
