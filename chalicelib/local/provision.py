"""Makes what a deployment's template would make: the tables and the bucket."""

from __future__ import annotations

from chalicelib.settings import settings
from chalicelib.store import schema


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
