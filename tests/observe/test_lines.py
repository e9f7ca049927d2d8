"""One line a request and an invocation: short, complete, and a metric where CloudWatch looks for one."""

from __future__ import annotations

import json
import logging
import threading
import warnings
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

import app
from chalicelib.entry import functions, requests
from chalicelib.errors import Unavailable
from chalicelib.local.sources import scheduled
from chalicelib.observe import logs
from tests.api_client import Api
from tests.faults.hooks import dynamodb, unreachable
from tests.observe.conftest import Log
from tests.observe.emf import metrics
from tests.portal import guest as portal
from tests.portal.guest import Guest
from tests.queueing import Queues

LAMBDA = SimpleNamespace(aws_request_id="lambda-1")


def event(path: str, resource: str, **parameters: str) -> dict[str, Any]:
    around = {"requestId": "gateway-1"}
    return {
        "httpMethod": "GET",
        "path": path,
        "resource": resource,
        "pathParameters": parameters,
        "headers": {},
        "requestContext": around,
    }


def test_a_requests_line(api: Api, log: Log, cold: None) -> None:
    assert api.get("/clients").status == 200
    log.clear()
    asked = event("/v1/clients", "/v1/{name}", name="clients") | {"headers": {"X-Ninja-Token": api.token}}
    assert requests.serve(asked, LAMBDA)["statusCode"] == 200
    (line,) = log.lines
    told = {name: line.pop(name) for name in ("time", "account", "latency", "dynamodb", "_aws")}
    assert line == {
        "level": "INFO",
        "request": "gateway-1",
        "invocation": "lambda-1",
        "method": "GET",
        "route": "/v1/clients",
        "status": 200,
        "calls": 1,
        "read_units": 1,
    }
    assert datetime.fromisoformat(told["time"]).utcoffset() is not None
    assert told["account"]
    assert 0 < told["dynamodb"] <= told["latency"]
    assert len(log.text) < 500


def test_the_first_request_of_a_container_is_marked(anonymous: Api, log: Log, cold: None) -> None:
    anonymous.get("/ping")
    anonymous.get("/ping")
    assert [metrics(line).get("cold_starts") for line in log.lines] == [1, None]


def test_a_request_is_metrics(api: Api, log: Log) -> None:
    api.post("/clients", {"name": "Acme"})
    found = metrics(log.lines[-1])
    assert found.keys() == {"latency", "read_units", "write_units"}
    line = log.lines[-1]
    assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Kunai/kunai"
    at = datetime.fromisoformat(line["time"]).timestamp() * 1_000
    assert abs(line["_aws"]["Timestamp"] - at) < 1_000


@pytest.mark.parametrize(
    ("path", "resource", "parameters", "route"),
    [
        ("/v1/clients/7", "/v1/{name}/{key}", {"name": "clients", "key": "7"}, "/v1/clients/{key}"),
        ("/v1/jane@x.test", "/v1/{name}", {"name": "jane@x.test"}, "/v1/{name}"),
        ("/view/abcdef", "/view/{key}", {"key": "abcdef"}, "/view/{key}"),
        ("/view/abcdef", "", {}, ""),
    ],
)
def test_routes_hold_no_part_of_a_path(
    gateway: object, log: Log, path: str, resource: str, parameters: dict[str, str], route: str
) -> None:
    requests.serve(event(path, resource, **parameters), LAMBDA)
    assert log.lines[-1]["route"] == route


def test_pages_and_log_ins_belong_to_their_accounts(gateway: Any, api: Api, guest: Guest, log: Log) -> None:
    _, key = portal.document(api, portal.client(api))
    (account,) = {line["account"] for line in log.lines}
    log.clear()
    assert guest.get(f"/view/{key}").status == 200
    assert api.post("/login", {"email": api.email, "password": "wrong"}).status == 401
    assert [line.get("account") for line in log.lines] == [account, None]


def test_a_server_error_is_an_error_with_its_trace(
    api: Api, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise KeyError("Jane Secret")

    monkeypatch.setattr("chalicelib.api.crud.get_row", broken)
    assert api.get("/clients/1").status == 500
    told, line = log.lines
    assert (told["level"], told["error"], told["account"]) == ("ERROR", "KeyError", line["account"])
    assert told["text"] == "Unhandled error at /v1/clients/{key}"
    assert told["trace"][0] == "KeyError"
    assert told["trace"][-1].startswith("tests/observe/test_lines.py:")
    assert any(place.startswith("chalicelib/api/crud.py:") for place in told["trace"])
    assert (line["level"], metrics(line)["errors"]) == ("ERROR", 1)


def test_an_outage_tells_the_service_and_not_the_request(api: Api, log: Log) -> None:
    with unreachable(dynamodb()):
        assert api.get("/clients/1").status == 503
    assert (log.lines[-1]["status"], log.lines[-1]["calls"]) == (503, 1)
    assert metrics(log.lines[-1])["errors"] == 1


def test_levels(log: Log, api: Api) -> None:
    log.clear()
    logs.configure("warning", log.stream)
    assert api.get("/clients").status == 200
    with unreachable(dynamodb()):
        assert api.get("/clients").status == 503
    assert [line["status"] for line in log.lines] == [503]


def test_batches(api: Api, queued: Queues, log: Log) -> None:
    api.post("/clients", {"name": "Acme"})
    queued.pump()
    line = next(line for line in log.lines if line.get("function") == "stream")
    assert (line["batch"], len(line["messages"])) == (1, 1)
    log.clear()
    message = {"messageId": "m-1", "attributes": {}, "body": "no json"}
    answer = app.worker({"Records": [message]}, LAMBDA)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}
    told, line = log.lines
    assert (told["error"], told["text"]) == ("JSONDecodeError", "Message m-1 could not be worked off")
    assert line["level"] == "WARNING"
    assert [line[name] for name in ("function", "batch", "messages", "failed", "invocation")] == [
        "worker", 1, ["m-1"], ["m-1"], "lambda-1"
    ]  # fmt: skip


def test_a_worker_tells_whom_it_served(api: Api, queued: Queues, log: Log) -> None:
    queued.pump()
    log.clear()
    _, _ = portal.document(api, portal.client(api))
    account = log.lines[-1]["account"]
    api.post("/email_invoice", {"id": 1})
    queued.pump()
    mailed = [line for line in log.lines if line.get("function") == "worker" and "mails" in line]
    assert [(line["accounts"], metrics(line)["mails"]) for line in mailed] == [([account], 1)]


def test_long_batches_are_told_by_their_ends() -> None:
    records = [{"dynamodb": {"SequenceNumber": str(number)}} for number in range(50)]
    about = functions._about({"Records": [*records, None]}, {"batchItemFailures": []})
    assert about == {"batch": 51, "messages": ["0", ""]}


def test_schedules(gateway: Any, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    app.sweep(scheduled("sweep"), LAMBDA)
    app.overdue(scheduled("overdue"), LAMBDA)
    assert [line["function"] for line in log.lines if "function" in line] == ["sweep", "overdue"]
    assert {"found", "duration", "calls", "invocation"} <= log.lines[-1].keys()
    log.clear()

    def fail() -> int:
        raise Unavailable from ValueError("Jane Secret")

    with pytest.raises(functions.FunctionFailed) as raised:
        functions.run("sweep", fail, None, LAMBDA)
    assert (str(raised.value), raised.value.__cause__, raised.value.__suppress_context__) == (
        "sweep: Unavailable", None, True
    )  # fmt: skip
    told, line = log.lines
    assert told["trace"][0] == "ValueError"
    assert (line["level"], line["error"]) == ("ERROR", "Unavailable")


def test_lines_of_others_show_their_place_and_no_values(log: Log) -> None:
    other = logging.getLogger("urllib3.connectionpool")
    other.info("not wanted")
    other.warning("Retrying after %r", "Jane Secret")
    other.warning(f"Retrying {'Jane Secret'}")
    warnings.warn("Jane Secret", UserWarning, stacklevel=1)
    with_args, without, warned = log.lines
    assert with_args["text"] == "Retrying after %r"
    assert "text" not in without
    assert with_args["at"].startswith("tests/observe/test_lines.py:")
    assert warned["text"].startswith("UserWarning at tests/observe/test_lines.py:")
    assert "Jane" not in log.text


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_fails_is_one_line(log: Log) -> None:
    logs._thread_failed(threading.ExceptHookArgs([ValueError, ValueError("Jane\nSecret"), None, None]))
    (line,) = log.lines
    assert (line["text"], line["error"]) == ("A thread has failed", "ValueError")


def test_errors_among_the_arguments_are_described(log: Log) -> None:
    own = logging.getLogger("chalicelib.test")
    own.warning("It failed: %r", PermissionError(13, "Permission denied", "/home/jane"))
    own.warning("It failed: %s", ValueError("Jane\nSecret"))
    assert [line["text"] for line in log.lines] == [
        "It failed: PermissionError Permission denied",
        "It failed: ValueError",
    ]


@pytest.mark.parametrize(("text", "value"), [("%s %s", "Jane Secret"), ("%s", "Jane \ud800 Secret")])
def test_a_line_that_cannot_be_written_says_so_without_its_values(text: str, value: str) -> None:
    record = logging.LogRecord("chalicelib.test", logging.ERROR, __file__, 7, text, (value,), None)
    line = json.loads(logs.JsonLines().format(record))
    assert line == {"level": "ERROR", "at": "tests/observe/test_lines.py:7", "unwritten": "TypeError"}


@pytest.fixture
def guest(gateway: Any) -> Guest:
    return Guest(gateway)
