"""The only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. Empty `api_secret` leaves registration open, as on a self-hosted v4.

    `public_url` is the base of invitation links, without a trailing slash. `server_secret` keys the hashes
    from which device tokens are re-derived and the encryption of the webhooks' secrets; losing it logs every
    device out, and webhooks need new secrets. `loopback_hooks` lets webhooks go to this machine.
    """

    table_prefix: str
    bucket: str
    api_secret: str
    server_secret: str
    public_url: str
    mail_from: str
    demo_token: str
    port: int
    data_dir: Path
    token_cache_seconds: int
    loopback_hooks: bool


@lru_cache(maxsize=1)
def settings() -> Settings:
    env = os.environ
    port = int(env.get("KUNAI_PORT") or 8000)
    return Settings(
        table_prefix=env.get("KUNAI_TABLE_PREFIX") or "kunai",
        bucket=env.get("KUNAI_BUCKET") or "kunai-documents",
        api_secret=env.get("KUNAI_API_SECRET") or "",
        server_secret=env.get("KUNAI_SERVER_SECRET") or "",
        public_url=(env.get("KUNAI_PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        mail_from=env.get("KUNAI_MAIL_FROM") or "billing@localhost.localdomain",
        demo_token=env.get("KUNAI_DEMO_TOKEN") or "",
        port=port,
        data_dir=Path(env.get("KUNAI_DATA_DIR") or ".local"),
        token_cache_seconds=60,
        loopback_hooks=env.get("KUNAI_ALLOW_LOOPBACK_HOOKS", "").lower() in ("1", "true", "yes", "on"),
    )
