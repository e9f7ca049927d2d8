"""Each function may do what its code does, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

import app
from chalicelib.deploy.calls import CALLS
from chalicelib.deploy.package import Package
from chalicelib.deploy.template.functions import FUNCTIONS
from chalicelib.local.sources import scheduled
from tests.api_client import Api
from tests.calls import Call, heard
from tests.engines import Mailbox
from tests.queueing import Queues, own_queues
from tests.receiver import receiving

Rights = set[tuple[str, str]]
OF_TRANSACTIONS = {
    "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"
}  # fmt: skip
RENAMED = {"s3:HeadObject": "s3:GetObject", "sqs:SendMessageBatch": "sqs:SendMessage"}
OF_LAMBDA_ITSELF = {
    "logs:CreateLogStream", "logs:PutLogEvents", "sqs:ReceiveMessage", "sqs:DeleteMessage",
    "sqs:GetQueueAttributes", "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}  # fmt: skip
"""What the platform does in a function's name."""


def statements(packaged: Package, logical: str) -> Iterator[dict[str, Any]]:
    role = packaged.template["Resources"][f"{logical}Role"]["Properties"]
    for policy in role["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def place(resource: Any) -> str:
    """`Records/index/client` for what the template writes as an ARN; other ARNs as they end."""
    if "Fn::GetAtt" in resource:
        return str(resource["Fn::GetAtt"][0])
    written = resource["Fn::If"][1]["Fn::Sub"] if "Fn::If" in resource else resource["Fn::Sub"]
    text = written if isinstance(written, str) else written[0]
    return re.sub(r"^\$\{(\w+)\.Arn\}", r"\1", text).rpartition("${AWS::AccountId}:")[2]


def granted(packaged: Package, logical: str) -> Rights:
    return {
        (action, place(resource))
        for statement in statements(packaged, logical)
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def needed(calls: Iterable[Call]) -> Rights:
    """The rights that calls need, in the template's names."""
    return {right for call in calls for right in _needed(call)}


def _needed(call: Call) -> Iterator[tuple[str, str]]:
    sent, action = call.parameters, f"{call.service}:{call.operation}"
    if call.operation == "BatchGetItem":
        yield from ((action, _table(name)) for name in sent["RequestItems"])
    elif call.operation == "TransactWriteItems":
        for item in sent["TransactItems"]:
            for kind, row in item.items():
                yield f"dynamodb:{OF_TRANSACTIONS[kind]}", _table(row["TableName"])
    elif call.service == "dynamodb":
        index = f"/index/{sent['IndexName']}" if "IndexName" in sent else ""
        yield action, _table(sent["TableName"]) + index
    elif call.service == "s3":
        yield RENAMED.get(action, action), "Documents/*"
    elif call.service == "sqs":
        queue = str(sent["QueueUrl"]).rpartition("-")[2].removesuffix(".fifo")
        yield RENAMED.get(action, action), f"{queue.capitalize()}Queue"


def _table(name: str) -> str:
    return name.rpartition("-")[2].capitalize()


def test_nothing_is_granted_on_everything(packaged: Package) -> None:
    for one in FUNCTIONS:
        for statement in statements(packaged, one.logical):
            assert not [action for action in statement["Action"] if "*" in action]
            assert all(isinstance(resource, dict) for resource in statement["Resource"])
            stars = {place(resource) for resource in statement["Resource"] if "*" in json.dumps(resource)}
            assert stars <= {"Documents/*"}


def test_each_function_has_a_role_of_its_own(packaged: Package) -> None:
    found = packaged.template["Resources"]
    roles = [found[one.logical]["Properties"]["Role"]["Fn::GetAtt"][0] for one in FUNCTIONS]
    assert roles == [f"{one.logical}Role" for one in FUNCTIONS]
    assert {name for name, one in found.items() if one["Type"] == "AWS::IAM::Role"} == set(roles)
    for role in roles:
        assert "AWSXRayDaemonWriteAccess" in json.dumps(found[role]["Properties"].pop("ManagedPolicyArns"))


def test_what_is_declared_to_be_called_is_granted_to_some_function(packaged: Package) -> None:
    actions = {action for one in FUNCTIONS for action, _ in granted(packaged, one.logical)} - OF_LAMBDA_ITSELF
    called = {f"{service}:{name}" for service, names in CALLS.items() for name in names}
    called = {RENAMED.get(name, name) for name in called} - {"dynamodb:TransactWriteItems"}
    renamed = {"lambda:Invoke": "lambda:InvokeFunction", "sesv2:SendEmail": "ses:SendEmail"}
    called = {renamed.get(name, name) for name in called}
    # S3 asks for the first where there is no object, SES for the second where a mail is sent as it is.
    assert actions == called | {"dynamodb:ConditionCheckItem", "s3:ListBucket", "ses:SendRawEmail"}


def test_secrets_are_read_by_who_needs_them(packaged: Package) -> None:
    path = "parameter/kunai/prod"
    read = {
        one.logical: {where for action, where in granted(packaged, one.logical) if action.startswith("ssm:")}
        for one in FUNCTIONS
    }
    server = {f"{path}/server-secret"}
    assert read == {
        "APIHandler": server | {f"{path}/api-secret", f"{path}/demo-token"},
        "DrawingHandler": server,
        "Worker": server,
        "Stream": set(),
        "Sweep": set(),
        "Overdue": set(),
    }


@pytest.fixture
def noted(api: Api, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Call]]:
    """The calls of each function while an account lives through what there is."""
    calls: dict[str, list[Call]] = {one.logical: [] for one in FUNCTIONS}

    def of(logical: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def noting(*given: Any) -> Any:
            with heard() as found:
                answer = work(*given)
            calls[logical] += found
            return answer

        return noting

    with receiving() as receiver, own_queues(monkeypatch):
        queues = Queues(of("Stream", app.stream), of("Worker", app.worker))
        of("APIHandler", _live)(api, receiver.url)
        queues.pump()
        assert len(mailbox.sent()) == 1
        of("DrawingHandler", _draw)(api)
        api.put("/clients/1", {"name": "Late"})
        later = scheduled("sweep")
        monkeypatch.setattr("chalicelib.delivery.sweeper.GRACE", -600)
        of("Sweep", app.sweep)(later, None)
        of("Overdue", app.overdue)(scheduled("overdue"), None)
    return calls


def _live(api: Api, receiver: str) -> None:
    line = {"product_key": "a", "cost": 10, "qty": 1}
    sent = {"client_id": 1, "is_public": True, "due_date": "2020-01-01", "invoice_items": [line]}
    for path, body in (
        ("/hooks", {"event": "*", "target_url": receiver}),
        ("/hooks", {"event": "invoice.overdue", "target_url": receiver}),
        ("/clients", {"name": "Acme", "contact": {"email": "jane@acme.test"}}),
        ("/invoices", sent),
        ("/email_invoice", {"id": 1}),
        ("/payments", {"invoice_id": 1, "amount": 1}),
    ):
        assert api.post(path, body).status in (200, 201), path
    for path in (
        "/invoices",
        "/invoices?client_id=1",
        "/quotes",
        "/clients/1?include=activities",
        "/events",
        "/hooks/1/deliveries",
    ):
        assert api.get(path).status == 200, path
    login = {"email": api.email, "password": "wrong"}
    assert api.post("/login", login).status == 401


def _draw(api: Api) -> None:
    assert api.get("/download/1").status == 200
    assert api.get("/documents").status == 200


def test_roles_allow_what_the_functions_do(packaged: Package, noted: dict[str, list[Call]]) -> None:
    for logical, calls in noted.items():
        assert calls, logical
        assert needed(calls) <= granted(packaged, logical), logical
