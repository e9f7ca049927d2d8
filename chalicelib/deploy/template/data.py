"""Tables, bucket and queues, as the models, the bucket's rules and `delivery.queues` declare them."""

from __future__ import annotations

from typing import Any

from pynamodb.connection.base import Connection

from chalicelib.delivery import queues
from chalicelib.deploy.stages import Stage
from chalicelib.deploy.template.parts import Part, att, ref, resource, sub, tags
from chalicelib.operations.documents.upload import UPLOADS, UPLOADS_DAYS
from chalicelib.settings import settings
from chalicelib.store.models import TABLES, Table

BUCKET = "Documents"
FAILURES = "StreamFailures"
TIME_TO_LIVE = "ttl"
DAYS_OF_LETTERS = 14
"""SQS keeps a message at most so long."""
DAYS_OF_OLD_VERSIONS = 30
CLOSED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
"""All the ways to open a bucket to the public."""


def table_id(model: type[Table]) -> str:
    """`Records` of `kunai-records`."""
    return _suffix(model).capitalize()


def queue_id(queue: str) -> str:
    return f"{queue.capitalize()}Queue"


def _suffix(model: type[Table]) -> str:
    return model.Meta.table_name.removeprefix(f"{settings().table_prefix}-")


def _kept(stage: Stage) -> Part:
    """Data of a stage that keeps it outlives the stack, and its tables and bucket their replacement."""
    policy = "Retain" if stage.keeps_data else "Delete"
    return {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}


def tables(stage: Stage) -> Part:
    return {table_id(model): _table(model, stage) for model in TABLES}


class _Recorder(Connection):
    """Takes down what PynamoDB would send."""

    sent: Part

    def dispatch(self, operation_name: str, operation_kwargs: Part) -> Part:
        self.sent = operation_kwargs
        return {}


def _table(model: type[Table], stage: Stage) -> Part:
    recorder = _Recorder(region="us-east-1")
    schema: Part = dict(model._get_schema())
    view = getattr(model.Meta, "stream_view_type", None)
    recorder.create_table(
        model.Meta.table_name,
        **schema,
        billing_mode="PAY_PER_REQUEST",
        stream_specification={"stream_enabled": True, "stream_view_type": view} if view else None,
    )
    properties = {name: value for name, value in recorder.sent.items() if name != "StreamSpecification"}
    properties |= {
        "TableName": f"{stage.prefix}-{_suffix(model)}",
        "AttributeDefinitions": _distinct(properties["AttributeDefinitions"]),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
        "DeletionProtectionEnabled": stage.keeps_data,
        "Tags": tags(stage.name),
    }
    if view:
        properties["StreamSpecification"] = {"StreamViewType": view}
    if any(attribute.attr_name == TIME_TO_LIVE for attribute in model.get_attributes().values()):
        properties["TimeToLiveSpecification"] = {"AttributeName": TIME_TO_LIVE, "Enabled": True}
    return resource("AWS::DynamoDB::Table", properties, **_kept(stage))


def _distinct(rows: list[Part]) -> list[Part]:
    """Each attribute once, though several indexes name it."""
    return list({row["AttributeName"]: row for row in rows}.values())


def bucket(stage: Stage) -> Part:
    properties = {
        "BucketName": sub(f"{stage.prefix}-documents-${{AWS::AccountId}}-${{AWS::Region}}"),
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
            ]
        },
        "PublicAccessBlockConfiguration": dict.fromkeys(CLOSED, True),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "LifecycleConfiguration": {"Rules": _rules()},
        "Tags": tags(stage.name),
    }
    return {
        BUCKET: resource("AWS::S3::Bucket", properties, **_kept(stage)),
        f"{BUCKET}Policy": resource(
            "AWS::S3::BucketPolicy",
            {"Bucket": ref(BUCKET), "PolicyDocument": tls_only(att(BUCKET), sub(f"${{{BUCKET}.Arn}}/*"))},
        ),
    }


def _rules() -> list[Part]:
    return [
        {"Id": "abandoned-uploads", "Status": "Enabled", "Prefix": UPLOADS, "ExpirationInDays": UPLOADS_DAYS},
        {
            "Id": "old-versions",
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": DAYS_OF_OLD_VERSIONS},
        },
        {
            "Id": "aborted-uploads",
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
    ]


def tls_only(*resources: Any) -> Part:
    """Refuses everybody who does not come over TLS; the one statement where everything is meant."""
    statement = {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def work_queues(stage: Stage) -> Part:
    """The working queues with their dead letters, and where batches of the stream go that cannot be read."""
    dead = queue_id(queues.DEAD)
    letters = {"MessageRetentionPeriod": DAYS_OF_LETTERS * 86_400, "SqsManagedSseEnabled": True}
    fifo = {"FifoQueue": True, "SqsManagedSseEnabled": True, "Tags": tags(stage.name)}
    redrive = {"deadLetterTargetArn": att(dead), "maxReceiveCount": queues.MOST_RECEIVED}
    made = {
        dead: resource(
            "AWS::SQS::Queue", {"QueueName": f"{stage.prefix}-{queues.DEAD}.fifo", **fifo, **letters}
        ),
        FAILURES: resource(
            "AWS::SQS::Queue",
            {"QueueName": f"{stage.prefix}-stream-failures", **letters, "Tags": tags(stage.name)},
        ),
    }
    for queue in queues.BATCHES:
        properties = {
            "QueueName": f"{stage.prefix}-{queue}.fifo",
            "VisibilityTimeout": queues.VISIBILITY_SECONDS,
            "RedrivePolicy": redrive,
            **fifo,
        }
        made[queue_id(queue)] = resource("AWS::SQS::Queue", properties)
    return made


def queues_url() -> Part:
    """The URL of the queues without their ends, as `KUNAI_QUEUES` wants it."""
    end = f"-{queues.EVENTS}.fifo"
    return {"Fn::Select": [0, {"Fn::Split": [end, ref(queue_id(queues.EVENTS))]}]}
