"""The secrets of a stage: made where they are missing, by us and at random, and shown to nobody."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from botocore.exceptions import ClientError

from chalicelib.deploy.cloud import Cloud, code_of
from chalicelib.deploy.stages import Stage
from chalicelib.parameters import NONE

BYTES = 48


def _random() -> str:
    return secrets.token_urlsafe(BYTES)


FIRST: dict[str, Callable[[], str]] = {
    "server-secret": _random,
    "api-secret": _random,
    "demo-token": lambda: NONE,
}
"""What each begins with; see `settings.Settings`."""


def ensure(cloud: Cloud, stage: Stage) -> list[str]:
    """The names of those that were missing. What is there is never read or changed."""
    made = []
    for name, first in FIRST.items():
        path = f"{stage.secrets}/{name}"
        try:
            cloud.client("ssm").put_parameter(
                Name=path, Value=first(), Type="SecureString", Description="A secret of Kunai"
            )
        except ClientError as error:
            if code_of(error) != "ParameterAlreadyExists":
                raise
        else:
            made.append(path)
    return made


def remove(cloud: Cloud, stage: Stage) -> None:
    cloud.client("ssm").delete_parameters(Names=[f"{stage.secrets}/{name}" for name in FIRST])
