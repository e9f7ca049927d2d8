"""The data folder: one server at a time on it, and the secrets that belong to it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO


class FolderError(Exception):
    """The data folder cannot be used, for example since another server runs on it; the message says why."""


@contextmanager
def claimed(folder: Path) -> Iterator[Path]:
    """Hold the folder, made if need be; the kernel lets go of it however this process ends."""
    with _lock_file(folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise FolderError(f"Kunai runs on {folder} already (process {file.read()}).") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield folder


def _lock_file(folder: Path) -> IO[str]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / "lock").open("a+")
    except OSError as error:
        raise FolderError(f"The data folder {folder} cannot be used: {error.strerror}.") from error


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only, and on the disk before this returns."""
    fresh = path.with_name(path.name + ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


@dataclass(frozen=True, slots=True)
class Secrets:
    """`access_key` opens this folder's databases (letters and digits only), `server_secret` keys tokens."""

    access_key: str
    server_secret: str

    @classmethod
    def of(cls, folder: Path) -> Secrets:
        """Those of that folder, made at its first use."""
        path = folder / "secrets.json"
        if not path.exists():
            made = cls(access_key=f"kunai{secrets.token_hex(10)}", server_secret=secrets.token_hex(32))
            write_private(path, json.dumps(asdict(made)))
        return cls(**json.loads(path.read_text()))
