"""`make run` as a process of its own, for tests that meet it from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chalicelib.local.engine import free_port

ROOT = Path(__file__).parents[1]


@dataclass
class Running:
    process: subprocess.Popen[str]
    banner: str

    @property
    def commands(self) -> list[str]:
        return [line.strip() for line in self.banner.splitlines() if line.strip().startswith("curl ")]

    @property
    def address(self) -> str:
        return str(re.findall(r"ready at (\S+)", self.banner)[0])

    @property
    def mails(self) -> str:
        return str(re.findall(r"Sent mails: (\S+)", self.banner)[0])

    def end(self, number: signal.Signals) -> str:
        """What it still printed."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]


@contextmanager
def serving(folder: Path, **variables: str) -> Iterator[Running]:
    environment = {**os.environ, "KUNAI_PORT": str(free_port()), "KUNAI_DATA_DIR": str(folder), **variables}
    command = [sys.executable, "-m", "chalicelib.local"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Running(process, "".join(until_ready(process.stdout)))
        finally:
            process.kill()


def until_ready(output: IO[str]) -> Iterator[str]:
    for line in output:
        yield line
        if line.startswith("Stop with"):
            return
