"""Makes what a deployment's template would make: the tables and the bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.operations.documents.upload import UPLOADS
from chalicelib.settings import settings
from chalicelib.store import schema

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import LifecycleRuleTypeDef

ABANDONED: LifecycleRuleTypeDef = {
    "ID": "abandoned-uploads",
    "Status": "Enabled",
    "Filter": {"Prefix": UPLOADS},
    "Expiration": {"Days": 1},
}
"""What callers put into S3 and never make a document of."""


def create_all() -> None:
    """Idempotent, so each start may call it."""
    schema.create_tables()
    create_bucket()


def create_bucket() -> None:
    import boto3

    s3 = boto3.client("s3")
    name = settings().bucket
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=name)
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [ABANDONED]})
