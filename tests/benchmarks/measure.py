"""CPU time of this process or of fresh ones; what the engines use is not counted."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

ROUNDS = 9
ROUND_SECONDS = 0.25
PROCESSES = 25


@dataclass(frozen=True)
class Row:
    """CPU milliseconds of both, and the ratio that is aimed at."""

    name: str
    ours: float
    floor: float
    aim: float

    def __str__(self) -> str:
        ratio = self.ours / self.floor
        return f"{self.name:34} {self.ours:10.2f} {self.floor:10.2f} {ratio:8.2f} {self.aim:8.2f}"


HEADING = f"{'CPU ms':34} {'ours':>10} {'floor':>10} {'ratio':>8} {'aim':>8}"


def compare(name: str, ours: Callable[[], object], floor: Callable[[], object], aim: float) -> Row:
    """Rounds of both in turn, so that what disturbs the machine disturbs both."""
    plans = [(action, _repetitions(action)) for action in (ours, floor)]
    rounds = [[_round(action, times) for action, times in plans] for _ in range(ROUNDS)]
    return _row(name, rounds, aim)


def _repetitions(action: Callable[[], object]) -> int:
    for _ in range(5):
        action()
    return max(5, round(ROUND_SECONDS / max(_round(action, 5), 1e-6)))


def _round(action: Callable[[], object], times: int) -> float:
    start = process_time()
    for _ in range(times):
        action()
    return (process_time() - start) / times


def _row(name: str, rounds: list[list[float]], aim: float) -> Row:
    ours, floor = (1_000 * median(column) for column in zip(*rounds, strict=True))
    return Row(name, ours, floor, aim)


@dataclass(frozen=True)
class Program:
    """Code that runs as Lambda would run it: nothing on the path but one folder and the standard library."""

    code: str
    folder: Path

    def run(self) -> float:
        """CPU seconds of a fresh process until the code has ended, the start of Python included."""
        code = f"import sys\nsys.path.insert(0, {str(self.folder)!r})\n{self.code}\n{TOLD}"
        command = [sys.executable, "-I", "-S", "-c", code]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


TOLD = "import time\nprint(time.process_time())"


def compare_processes(name: str, ours: Program, floor: Program, aim: float) -> Row:
    """The same for programs, each in fresh processes, all compiled already.

    The best of many: what else the machine does disturbs a process far more than its own chances.
    """
    for program in (ours, floor):
        program.run()
    rounds = [[program.run() for program in (ours, floor)] for _ in range(PROCESSES)]
    best, base = (1_000 * min(column) for column in zip(*rounds, strict=True))
    return Row(name, best, base, aim)


def cpu_of_processes(program: str, times: int = 5) -> float:
    """The median in seconds of fresh processes, byte code compiled."""
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return median([_process(program, environment) for _ in range(times + 1)][1:])


def _process(program: str, environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
