"""`make bench`: every ratio in one run. `--full` lists from 100,000 invoices, `--no-pdf` draws nothing."""

from __future__ import annotations

import sys

from tests.benchmarks import api
from tests.benchmarks.measure import HEADING


def main(arguments: list[str]) -> None:
    print(HEADING)
    with api.engine():
        for row in api.rows(full="--full" in arguments):
            print(row, flush=True)
    if "--no-pdf" not in arguments:
        from tests.benchmarks import pdf

        print()
        for name, seconds, ratio in pdf.rows():
            print(f"{name:34} {seconds * 1000:10.2f}  {ratio}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
