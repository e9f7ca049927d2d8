"""The only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

LEVELS = ("debug", "info", "warning", "error")


class Secret:
    """A field of `Settings`: the value given, or in AWS what lies in the Parameter Store under `secrets`.

    An empty one is written as `none` there, and `required` ones are never empty. MissingSecret, Unavailable.
    """

    def __init__(self, required: bool = False) -> None:
        self._required = required

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._given, self._parameter = f"_{name}", name.replace("_", "-")

    @overload
    def __get__(self, settings: None, owner: type[Any]) -> str: ...
    @overload
    def __get__(self, settings: Settings, owner: type[Any]) -> str: ...
    def __get__(self, settings: Settings | None, owner: type[Any]) -> str:
        if settings is None:
            return ""
        if not settings.secrets:
            return str(vars(settings)[self._given])
        from chalicelib import parameters

        return parameters.secret(f"{settings.secrets}/{self._parameter}", self._required)

    def __set__(self, settings: Settings, value: str) -> None:
        vars(settings)[self._given] = value


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Settings:
    """How this installation runs. Empty `api_secret` leaves registration open, as on a self-hosted v4.

    `secrets` is the path in the Parameter Store of those fields that are; where it is set, what is given for
    them does not count.

    `public_url` is the base of invitation links, without a trailing slash. `server_secret` keys the hashes
    from which device tokens are re-derived, signs the portal's forms and cookies, and encrypts the secrets of
    authenticator apps, webhooks and gateways; losing it logs every device out, leaves users with a second
    factor their recovery codes, and webhooks need new secrets. `loopback_hooks` lets webhooks go to this
    machine. `registration` lets strangers open accounts. `google_client_ids` are the applications whose
    Google log-ins count. `rate_limit` is requests an hour of an account, `login_limit` those of an address
    that come without a token (register, login …); 0 is none. `queues` is the URL of the work queues without
    their ends, such as `https://sqs.eu-west-1.amazonaws.com/123/kunai`; without it the sweeper does all work
    itself. `drawing_function` is the ARN of the function that draws, where this one cannot. `ses_topic` is
    that of the SNS topic to which SES tells what became of mails, which `ses_configuration_set` has it do.
    `log_format` is json or text, `log_level` that of our own lines. `metrics` is the CloudWatch namespace of
    metrics in JSON lines, empty for none. `usage_seconds` is how often at most a container writes down what
    accounts used, 0 for never.
    `hour` is how many seconds the hourly schedules of `make run` rest.
    """

    table_prefix: str
    bucket: str
    secrets: str
    api_secret: Secret = Secret()
    server_secret: Secret = Secret(required=True)
    public_url: str
    mail_from: str
    demo_token: Secret = Secret()
    port: int
    data_dir: Path
    token_cache_seconds: int
    registration: bool
    google_client_ids: tuple[str, ...]
    rate_limit: int
    login_limit: int
    loopback_hooks: bool
    queues: str
    drawing_function: str
    ses_topic: str
    ses_configuration_set: str
    log_format: str
    log_level: str
    metrics: str
    usage_seconds: int
    hour: float


@lru_cache(maxsize=1)
def settings() -> Settings:
    env = os.environ
    is_lambda = "AWS_LAMBDA_FUNCTION_NAME" in env
    prefix = env.get("KUNAI_TABLE_PREFIX") or "kunai"
    port = int(env.get("KUNAI_PORT") or 8000)
    return Settings(
        table_prefix=prefix,
        bucket=env.get("KUNAI_BUCKET") or "kunai-documents",
        secrets=env.get("KUNAI_SECRETS") or "",
        api_secret=env.get("KUNAI_API_SECRET") or "",
        server_secret=env.get("KUNAI_SERVER_SECRET") or "",
        public_url=(env.get("KUNAI_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        mail_from=env.get("KUNAI_MAIL_FROM") or "billing@localhost.localdomain",
        demo_token=env.get("KUNAI_DEMO_TOKEN") or "",
        port=port,
        data_dir=Path(env.get("KUNAI_DATA_DIR") or ".local"),
        token_cache_seconds=60,
        registration=_one_of("KUNAI_REGISTRATION", ("open", "closed"), "open") == "open",
        google_client_ids=tuple((env.get("KUNAI_GOOGLE_CLIENT_IDS") or "").replace(",", " ").split()),
        rate_limit=int(env.get("KUNAI_RATE_LIMIT") or 0),
        login_limit=int(env.get("KUNAI_LOGIN_LIMIT") or 1000),
        ses_topic=env.get("KUNAI_SES_TOPIC") or "",
        ses_configuration_set=env.get("KUNAI_SES_CONFIGURATION_SET") or "",
        loopback_hooks=env.get("KUNAI_ALLOW_LOOPBACK_HOOKS", "").lower() in ("1", "true", "yes", "on"),
        queues=env.get("KUNAI_QUEUES") or "",
        hour=float(env.get("KUNAI_HOUR") or 3_600),
        drawing_function=env.get("KUNAI_DRAWING_FUNCTION") or "",
        log_format=_one_of("KUNAI_LOG_FORMAT", ("json", "text"), "json" if is_lambda else "text"),
        log_level=_one_of("KUNAI_LOG_LEVEL", LEVELS, "info" if is_lambda else "warning"),
        metrics=env.get("KUNAI_METRICS", f"Kunai/{prefix}"),
        usage_seconds=int(env.get("KUNAI_USAGE_SECONDS") or 60),
    )


def _one_of(name: str, words: tuple[str, ...], default: str) -> str:
    """ValueError: none of the words, so that a typing error does not mean the default."""
    wish = os.environ.get(name) or default
    if wish not in words:
        raise ValueError(f"{name} must be {', '.join(words[:-1])} or {words[-1]}.")
    return wish
