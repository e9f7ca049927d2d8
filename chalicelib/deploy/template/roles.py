"""What each function may do: the calls that its code makes, on what it makes them on, and no more."""

from __future__ import annotations

from typing import Any

from chalicelib.delivery import queues
from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template import data, mail
from chalicelib.deploy.template.parts import NOTHING, Part, att, either, resource, sub
from chalicelib.store.models import EventRow, LookupRow, RecordRow

READ = ("dynamodb:GetItem", "dynamodb:BatchGetItem")
QUERY = ("dynamodb:Query",)
WRITE = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem")
"""A transaction is allowed by what it does to each row."""
INDEXES = {RecordRow: ("updated", "client", "subtype"), EventRow: ("by_client",), LookupRow: ()}
"""Those that requests read; spare ones are nobody's yet, and `due` is the sweeper's."""
SECRETS = ("server-secret", "api-secret", "demo-token")


def role_id(logical: str) -> str:
    return f"{logical}Role"


def resources(stage: Stage, grants: dict[str, list[Part]]) -> Part:
    return {role_id(logical): _role(logical, granted) for logical, granted in grants.items()}


def _role(logical: str, granted: list[Part]) -> Part:
    assumed = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    tracing = sub("arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess")
    statements = [_allow(["logs:CreateLogStream", "logs:PutLogEvents"], att(f"{logical}Log")), *granted]
    return resource(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [assumed]},
            "ManagedPolicyArns": either("IsTraced", [tracing], NOTHING),
            "Policies": [
                {
                    "PolicyName": "kunai",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                }
            ],
        },
    )


def _allow(actions: list[str], *resources: Any) -> Part:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}


def grants(stage: Stage, drawing: Part) -> dict[str, list[Part]]:
    """By the function's name in the template; `drawing` is the ARN of the one that draws."""
    return {
        "APIHandler": [
            *_rows(),
            *_files(),
            _secrets(stage, *SECRETS),
            _allow(["lambda:InvokeFunction"], drawing),
        ],
        "DrawingHandler": [*_rows(), *_files(), _secrets(stage, *SECRETS[:1])],
        "Stream": [
            _allow(
                [
                    "dynamodb:DescribeStream",
                    "dynamodb:GetRecords",
                    "dynamodb:GetShardIterator",
                    "dynamodb:ListStreams",
                ],
                att(data.table_id(EventRow), "StreamArn"),
            ),
            _sending(*queues.BATCHES, queues.DEAD),
            _allow(["sqs:SendMessage"], att(data.FAILURES)),
        ],
        "Worker": [
            *_rows(),
            *_files(),
            _secrets(stage, *SECRETS[:1]),
            _allow(
                ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                *(att(data.queue_id(queue)) for queue in queues.BATCHES),
            ),
            _sending(queues.DEAD),
            _allow(["ses:SendEmail", "ses:SendRawEmail"], *mail.identities(), mail.configuration_set()),
        ],
        "Sweep": [
            _allow([*QUERY], sub(f"${{{data.table_id(EventRow)}.Arn}}/index/due")),
            _sending(*queues.BATCHES),
        ],
        "Overdue": _rows(),
    }


def _rows() -> list[Part]:
    tables = [data.table_id(model) for model in INDEXES]
    queried = [
        place
        for model, indexes in INDEXES.items()
        if model is not LookupRow
        for place in (
            att(data.table_id(model)),
            *(sub(f"${{{data.table_id(model)}.Arn}}/index/{name}") for name in indexes),
        )
    ]
    return [_allow([*READ, *WRITE], *map(att, tables)), _allow([*QUERY], *queried)]


def _files() -> list[Part]:
    """Without the right to list, S3 answers 403 for an object that is not there."""
    return [
        _allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], sub(f"${{{data.BUCKET}.Arn}}/*")),
        _allow(["s3:ListBucket"], att(data.BUCKET)),
    ]


def _secrets(stage: Stage, *names: str) -> Part:
    """The key is the account's own `aws/ssm`, which lets whoever may read a parameter decrypt it."""
    place = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter"
    return _allow(["ssm:GetParameter"], *(sub(f"{place}{stage.secrets}/{name}") for name in names))


def _sending(*names: str) -> Part:
    return _allow(["sqs:SendMessage"], *(att(data.queue_id(name)) for name in names))
