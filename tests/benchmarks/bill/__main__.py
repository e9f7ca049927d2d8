"""`make bill`: the month's bill for four sizes of a business, with what it was computed from."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.bill import life, total
from tests.benchmarks.bill.life import Measured
from tests.benchmarks.bill.total import LOG_BYTES, MEMORY, MONTHS_KEPT, WAITS

VOLUMES = (0, 1_000, 100_000, 10_000_000)


def main() -> None:
    measured = life.measure()
    for line in (*_measurements(measured), "", *_bill(measured), "", *_assumptions()):
        print(line)


def _measurements(measured: Measured) -> Iterator[str]:
    yield f"An invoice: {life.PROFILE}."
    yield ""
    yield "| measured | runs | processor ms | calls of AWS | read units | write units | GB-seconds |"
    yield "|---|---|---|---|---|---|---|"
    for about, functions in (("an invoice", measured.life), ("a run", measured.schedules)):
        for name, used in functions.items():
            calls = sum(used.get(call, 0) for call in WAITS)
            yield (
                f"| {name}, {about} | {used['invocations']:.1f} | {used['cpu'] * 1_000:.1f} | {calls:.1f} "
                f"| {used.get('rru', 0):.1f} | {used.get('wru', 0):.1f} "
                f"| {total.gb_seconds(name, used):.3f} |"
            )
    yield ""
    yield (
        f"It leaves {measured.table_bytes / 1_024:.1f} KB in the tables and "
        f"{measured.file_bytes / 1_024:.0f} KB in S3. "
        f"A cold start of the API takes {measured.cold * 1_000:.0f} ms of a processor."
    )


def _bill(measured: Measured) -> Iterator[str]:
    yield "| US dollars a month | " + " | ".join(f"{volume:,} invoices" for volume in VOLUMES) + " |"
    yield "|---|" + "---|" * len(VOLUMES)
    bills = [total.bill(measured, volume) for volume in VOLUMES]
    for service in bills[0]:
        yield f"| {service} | " + " | ".join(f"{bill[service]:,.2f}" for bill in bills) + " |"
    sums = [sum(bill.values()) for bill in bills]
    yield "| **together** | " + " | ".join(f"**{dollars:,.2f}**" for dollars in sums) + " |"
    shares = (
        f"{dollars / volume:.5f}" if volume else "" for dollars, volume in zip(sums, VOLUMES, strict=True)
    )
    yield "| an invoice | " + " | ".join(shares) + " |"


def _assumptions() -> Iterator[str]:
    yield (
        f"Assumed: list prices of us-east-1 without free tiers; {MONTHS_KEPT} months of data; "
        f"{LOG_BYTES} bytes of log an invocation, kept for a month; memory in MB {_listed(MEMORY)}; "
        f"waits in ms {_listed(WAITS)}."
    )


def _listed(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


if __name__ == "__main__":
    main()
