"""CPU time of this process or of fresh ones; what the engines use is not counted."""

from __future__ import annotations

import subprocess
import sys
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
        return float(self._ran().stdout)

    def instructions(self) -> float:
        """What such a process executes, counted by valgrind: the same whatever else the machine does."""
        told = self._ran("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null").stderr
        return float(told.rpartition("Collected :")[2].split()[0])

    def _ran(self, *within: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys\nsys.path.insert(0, {str(self.folder)!r})\n{self.code}\n{TOLD}"
        command = [*within, sys.executable, "-I", "-S", "-c", code]
        return subprocess.run(command, check=True, capture_output=True, text=True)


def compare_instructions(name: str, ours: Program, floor: Program, aim: float) -> Row:
    """The same in millions of instructions of one process each."""
    return Row(name, ours.instructions() / 1e6, floor.instructions() / 1e6, aim)


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
