"""The bundles and templates in S3, under names that their content gives them: an unchanged one stays."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.deploy.cloud import Cloud, code_of
from chalicelib.deploy.package import Package
from chalicelib.deploy.template.data import CLOSED


def keys(made: Package) -> dict[str, str]:
    """The key of each bundle, by its place in the template."""
    prefix = made.stage.prefix
    return {f"./{one.archive.name}": f"{prefix}/{one.name}-{one.digest}.zip" for one in made.bundles}


def located(made: Package, bucket: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The template with its bundles in a bucket, for these values of its parameters.

    Callers get a function's published version, and AWS publishes one when the function's properties change. A
    parameter to which they refer does not count as a change, so its value stands in the description.
    """
    template, places = copy.deepcopy(made.template), keys(made)
    mark = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
    for resource in template["Resources"].values():
        place = resource.get("Properties", {}).get("CodeUri")
        if place is not None:
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": places[place]}
            resource["Properties"]["Description"] = f"{made.stage.prefix}, parameters {mark}"
    return template


def upload(cloud: Cloud, made: Package, values: Mapping[str, str]) -> str:
    """Put everything that is not there yet into the account's bucket; the template's URL."""
    s3, bucket = cloud.client("s3"), cloud.artifacts
    ensure_bucket(cloud)
    for one in made.bundles:
        key = keys(made)[f"./{one.archive.name}"]
        if not _exists(s3, bucket, key):
            s3.upload_file(str(one.archive), bucket, key)
    text = json.dumps(located(made, bucket, values)).encode()
    key = f"{made.stage.prefix}/template-{hashlib.sha256(text).hexdigest()[:32]}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=text, ContentType="application/json")
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def ensure_bucket(cloud: Cloud) -> None:
    """The private bucket for artifacts."""
    s3, bucket = cloud.client("s3"), cloud.artifacts
    place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
    try:
        s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": place} if place else {}))
    except ClientError as error:
        if code_of(error) != "BucketAlreadyOwnedByYou":
            raise
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(CLOSED, True))


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) not in ("404", "NoSuchKey"):
            raise
        return False
    return True


def empty(cloud: Cloud, bucket: str, prefix: str = "") -> None:
    """Remove every version of every object. Without effect when the bucket is gone."""
    s3 = cloud.client("s3")
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            rows = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
            if rows:
                objects = [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows]
                s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
