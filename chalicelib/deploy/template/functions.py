"""The functions: what starts each, with which bundle and settings, and what is kept of its log."""

from __future__ import annotations

import json
from typing import NamedTuple

from chalicelib.delivery import queues
from chalicelib.deploy.bundles import API, DRAWING
from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template import data, mail, roles
from chalicelib.deploy.template.parameters import public_url
from chalicelib.deploy.template.parts import Part, att, either, ref, resource, sub
from chalicelib.store.models import EventRow

ALIAS = "live"
"""What callers invoke: the published version of the last deployment that succeeded."""


class Function(NamedTuple):
    """`logical` is Chalice's name in the template. Memory is in MB, which buys processor time; time in s."""

    name: str
    logical: str
    handler: str
    bundle: str
    memory: int
    timeout: int


REST, DRAW = "APIHandler", "DrawingHandler"
FUNCTIONS = (
    Function("api", REST, "app.app", API, 1024, 29),
    Function("drawing", DRAW, "app.app", DRAWING, 1769, 29),
    Function("stream", "Stream", "app.stream", API, 512, 60),
    Function("worker", "Worker", "app.worker", DRAWING, 1769, 60),
    Function("sweep", "Sweep", "app.sweep", API, 512, 60),
    Function("overdue", "Overdue", "app.overdue", API, 512, 900),
)
SCHEDULED = ("sweep", "overdue")
AT_ONCE = {queues.MAILS: 5, queues.WEBHOOKS: 10}
"""Workers of a queue side by side: what SES takes a second, and what receivers are spared."""
STREAM_BATCH, STREAM_RETRIES = 100, 10
WORTHWHILE: tuple[Part, ...] = (
    {"eventName": ["INSERT"]},
    {"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"at": {"S": [{"exists": True}]}}}},
)
"""The stream's records that may bring work: new events, and those that have an attempt before them."""


def function_name(stage: Stage, name: str) -> str:
    return f"{stage.prefix}-{name}"


def alias_arn(stage: Stage, name: str) -> Part:
    """Put together and not referred to, so that the API depends on no function."""
    place = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:"
    return sub(f"{place}{function_name(stage, name)}:{ALIAS}")


def resources(stage: Stage) -> Part:
    made: Part = {}
    for one in FUNCTIONS:
        made[f"{one.logical}Log"] = resource(
            "AWS::Logs::LogGroup",
            {
                "LogGroupName": f"/aws/lambda/{function_name(stage, one.name)}",
                "RetentionInDays": stage.log_days,
            },
        )
        made[one.logical] = _function(stage, one)
    return made


def _function(stage: Stage, one: Function) -> Part:
    properties: Part = {
        "FunctionName": function_name(stage, one.name),
        "Handler": one.handler,
        "CodeUri": f"./{one.bundle}.zip",
        "MemorySize": one.memory,
        "Timeout": one.timeout,
        "Role": att(roles.role_id(one.logical)),
        "Environment": {"Variables": environment(stage, one)},
        "AutoPublishAlias": ALIAS,
        "AutoPublishAliasAllProperties": True,
        "Tracing": either("IsTraced", "Active", "PassThrough"),
        "LoggingConfig": {"LogGroup": ref(f"{one.logical}Log")},
        "Tags": {"kunai": stage.name},
    }
    events = _events(one.name)
    if events:
        properties["Events"] = events
    if one.name in SCHEDULED:
        # The next one comes by itself and finds whatever this one left.
        properties["EventInvokeConfig"] = {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    return resource("AWS::Serverless::Function", properties)


def environment(stage: Stage, one: Function) -> Part:
    """No secret: those are read from the Parameter Store under `KUNAI_SECRETS`."""
    drawing = {"KUNAI_DRAWING_FUNCTION": alias_arn(stage, "drawing")} if one.logical == REST else {}
    return {
        "KUNAI_TABLE_PREFIX": stage.prefix,
        "KUNAI_BUCKET": ref(data.BUCKET),
        "KUNAI_QUEUES": data.queues_url(),
        "KUNAI_SECRETS": stage.secrets,
        "KUNAI_PUBLIC_URL": public_url(),
        "KUNAI_MAIL_FROM": ref("MailFrom"),
        "KUNAI_SES_CONFIGURATION_SET": ref(mail.SET),
        "KUNAI_SES_TOPIC": ref(mail.TOPIC),
        "KUNAI_REGISTRATION": ref("Registration"),
        "KUNAI_GOOGLE_CLIENT_IDS": ref("GoogleClientIds"),
        "KUNAI_RATE_LIMIT": ref("RateLimit"),
        "KUNAI_LOGIN_LIMIT": ref("LoginLimit"),
        **drawing,
    }


def _events(name: str) -> Part:
    """The event source mappings of `delivery.queues`; schedules stand in app.py."""
    if name == "stream":
        return {"EventsTable": {"Type": "DynamoDB", "Properties": _stream()}}
    if name == "worker":
        return {
            data.queue_id(queue): {"Type": "SQS", "Properties": _queue(queue, size)}
            for queue, size in queues.BATCHES.items()
        }
    return {}


def _stream() -> Part:
    return {
        "Stream": att(data.table_id(EventRow), "StreamArn"),
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": STREAM_BATCH,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": STREAM_RETRIES,
        "FilterCriteria": {"Filters": [{"Pattern": _pattern(one)} for one in WORTHWHILE]},
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": att(data.FAILURES)}},
    }


def _pattern(wanted: Part) -> str:
    return json.dumps(wanted, separators=(",", ":"))


def _queue(queue: str, size: int) -> Part:
    most = {"ScalingConfig": {"MaximumConcurrency": AT_ONCE[queue]}} if queue in AT_ONCE else {}
    return {
        "Queue": att(data.queue_id(queue)),
        "BatchSize": size,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        **most,
    }
