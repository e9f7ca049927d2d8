"""What our code calls on AWS: the bundles carry this part of botocore, and the roles are held against it."""

from __future__ import annotations

CALLS: dict[str, frozenset[str]] = {
    "dynamodb": frozenset(
        {
            "BatchGetItem",
            "DeleteItem",
            "GetItem",
            "PutItem",
            "Query",
            "TransactWriteItems",
            "UpdateItem",
        }
    ),
    "lambda": frozenset({"Invoke"}),
    "s3": frozenset({"DeleteObject", "GetObject", "HeadObject", "PutObject"}),
    "sesv2": frozenset({"SendEmail"}),
    "sqs": frozenset({"SendMessageBatch"}),
    "ssm": frozenset({"GetParameter"}),
}
"""Operations by botocore's names of the services."""

DESCRIBED: dict[str, frozenset[str]] = {"s3": frozenset({"CreateBucket", "HeadBucket"})}
"""Operations that botocore only looks up: to sign a form, and to find the region of a bucket elsewhere."""


def described() -> dict[str, frozenset[str]]:
    """What the bundles' botocore has to know."""
    return {service: called | DESCRIBED.get(service, frozenset()) for service, called in CALLS.items()}
