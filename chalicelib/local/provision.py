"""Makes what a deployment's template would make: the tables, the bucket and the queues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.delivery import queues
from chalicelib.operations.documents.upload import UPLOADS, UPLOADS_DAYS
from chalicelib.settings import settings
from chalicelib.store import schema

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import LifecycleRuleTypeDef
    from mypy_boto3_sqs.literals import QueueAttributeNameType

ABANDONED: LifecycleRuleTypeDef = {
    "ID": "abandoned-uploads",
    "Status": "Enabled",
    "Filter": {"Prefix": UPLOADS},
    "Expiration": {"Days": UPLOADS_DAYS},
}
"""What callers put into S3 and never make a document of."""


def create_all() -> None:
    """Idempotent, so each start may call it."""
    schema.create_tables()
    create_bucket()
    create_queues()


def create_bucket() -> None:
    import boto3

    s3 = boto3.client("s3")
    name = settings().bucket
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=name)
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [ABANDONED]})


def create_queues(visibility: int = queues.VISIBILITY_SECONDS) -> None:
    """The working queues and their dead letters, as `delivery.queues` describes them."""
    import boto3

    sqs = boto3.client("sqs")

    def create(queue: str, more: Mapping[QueueAttributeNameType, str]) -> str:
        name = queues.url(queue).rpartition("/")[2]
        return sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", **more})["QueueUrl"]

    dead = create(queues.DEAD, {})
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": queues.MOST_RECEIVED})
    for queue in queues.BATCHES:
        create(queue, {"VisibilityTimeout": str(visibility), "RedrivePolicy": redrive})
