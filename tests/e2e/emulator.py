"""The local cloud: MiniStack with all that a template can ask for.

Beside it stands the SES of `make run`, whose mails can be read.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from chalicelib.deploy.cloud import Cloud
from chalicelib.local import stack, tools
from chalicelib.local.engine import Engine, free_port, running

ACCOUNT = "000000000000"
OWNER = "test"
"""Key and secret of the account's owner."""

_TRANSFORM = """
import json, sys
from types import SimpleNamespace
from samtranslator.translator.transform import transform
print(json.dumps(transform(json.load(sys.stdin), {}, SimpleNamespace(load=dict))))
"""


@dataclass(frozen=True, kw_only=True)
class LocalCloud(Cloud):
    """`port` is that of every service, `mails` the page of what was sent."""

    port: int
    mails: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str) -> Any:
        """As the account's owner."""
        made: Any = boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.url,
            region_name=self.region,
            aws_access_key_id=OWNER,
            aws_secret_access_key=OWNER,
        )
        return made


@contextmanager
def cloud(folder: Path) -> Iterator[LocalCloud]:
    """A fresh one. Functions have the rights of their roles and no others."""
    owner, port = f"tests-{os.getpid()}", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": OWNER,
        "AWS_SECRET_ACCESS_KEY": OWNER,
    }
    command = [tools.find().python, "-m", "ministack"]
    ministack = Engine("MiniStack", command, port, folder / "ministack.log", owner, folder, environment)
    mail = stack.ses(logs=folder, owner=owner)
    with ExitStack() as engines:
        with without_own_settings():
            engines.enter_context(running(ministack, mail))
        yield LocalCloud(ACCOUNT, stack.REGION, port=port, mails=f"{mail.url}/")


@contextmanager
def without_own_settings() -> Iterator[None]:
    """MiniStack hands its environment on to the functions, which are to see nothing of ours."""
    own = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "KUNAI_"))}
    for name in own:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(own)


def transformed(template: dict[str, Any]) -> dict[str, Any]:
    """The template in native resources, by AWS's own transform, which MiniStack's environment holds."""
    command = [tools.find().python, "-c", _TRANSFORM]
    region = {**os.environ, "AWS_DEFAULT_REGION": stack.REGION}
    done = subprocess.run(
        command, input=json.dumps(template), capture_output=True, text=True, check=False, env=region
    )
    assert done.returncode == 0, done.stderr
    native: dict[str, Any] = json.loads(done.stdout)
    return native
