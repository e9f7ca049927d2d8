"""Access to the AWS account that is deployed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

NO_CREDENTIALS = (
    "There are no AWS credentials. Name them by AWS_PROFILE, or by AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY; nothing was changed."
)
NO_REGION = "There is no AWS region. Name it by AWS_DEFAULT_REGION, such as eu-west-1; nothing was changed."


@dataclass(frozen=True)
class Cloud:
    """One account in one region."""

    account: str
    region: str
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            made: Any = boto3.client(service, region_name=self.region)  # type: ignore[call-overload]
            self._clients[service] = made
        return self._clients[service]

    @property
    def artifacts(self) -> str:
        """The bucket that keeps bundles and templates."""
        return f"kunai-artifacts-{self.account}-{self.region}"


def reach() -> Cloud:
    """The account that the environment names. SystemExit: there is none, or it does not let us in."""
    region = boto3.Session().region_name
    if not region:
        raise SystemExit(NO_REGION)
    if boto3.Session().get_credentials() is None:
        raise SystemExit(NO_CREDENTIALS)
    try:
        account = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
    except (NoCredentialsError, NoRegionError) as error:
        raise SystemExit(NO_CREDENTIALS) from error
    except (BotoCoreError, ClientError) as error:
        raise SystemExit(f"AWS does not let us in: {error} Nothing was changed.") from error
    return Cloud(account, region)


def code_of(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])
