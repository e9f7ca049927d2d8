"""From measured lives to a month's bill, line by line.

Lambda charges for time, and most of it is waiting. Processor time is measured, and stretched where a function
has less memory than a whole processor comes with; what each call of AWS takes cannot be measured here and is
assumed in `WAITS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tests.benchmarks.bill.life import Measured
from tests.benchmarks.bill.prices import PRICES

MEMORY = {"api": 1024, "stream": 512, "worker": 1769, "sweep": 512, "overdue": 512}
"""MB, as the template gives it."""
WHOLE_PROCESSOR = 1769
WAITS = {
    "GetItem": 4, "BatchGetItem": 6, "Query": 6, "UpdateItem": 6, "PutItem": 6, "TransactWriteItems": 15,
    "GetObject": 25, "PutObject": 40, "SendEmail": 100, "SendMessageBatch": 10, "webhooks": 200,
}  # fmt: skip
"""Milliseconds: assumptions."""
MINUTES = 43_800
RUNS = {"sweep": MINUTES, "overdue": MINUTES // 60}
QUEUES, POLLERS, POLLS_A_MINUTE = 3, 5, 3
"""Lambda asks each queue by so many pollers, for 20 s each time, also while there is nothing."""
ALARMS, METRICS = 22, 9
LOG_BYTES = 400 + 350
"""Of an invocation: our line, an assumption, and Lambda's own three."""
COLD_A_MONTH, COLD_SHARE = MINUTES // 10, 0.001
"""Cold starts of the API: one for every ten minutes without a request, at most, and one for so many."""
MONTHS_KEPT = 12
"""How old the installation is taken to be, which is what it stores."""
GB = 1024**3

Usage = defaultdict[str, float]


def gb_seconds(function: str, used: Mapping[str, float]) -> float:
    memory = MEMORY[function]
    computing = used["cpu"] * max(1.0, WHOLE_PROCESSOR / memory)
    waiting = sum(used.get(call, 0) * milliseconds for call, milliseconds in WAITS.items()) / 1_000
    return (computing + waiting) * memory / 1024


def _of_function(function: str, used: Mapping[str, float], times: float) -> dict[str, float]:
    """What a function uses that many times over, under the names of `PRICES`."""
    got = used.get
    found = {
        "requests": got("requests", 0),
        "invocations": got("invocations", 0),
        "gb_seconds": gb_seconds(function, used),
        "rru": got("rru", 0),
        "wru": got("wru", 0),
        "queue_calls": got("queue_calls", 0) + got("SendMessageBatch", 0),
        "mails": got("SendEmail", 0),
        "mail_gb": got("mail_bytes", 0) / GB,
        "notices": got("notices", 0),
        "s3_puts": got("PutObject", 0),
        "s3_gets": got("GetObject", 0),
        "log_gb": got("invocations", 0) * LOG_BYTES / GB,
        "kept_log_gb": got("invocations", 0) * LOG_BYTES / GB,
        "sent_gb": got("bytes", 0) / GB,
    }
    return {name: number * times for name, number in found.items()}


def usage(measured: Measured, invoices: float) -> Usage:
    """Of a month with so many invoices."""
    total: Usage = defaultdict(float)
    parts = [(name, used, invoices) for name, used in measured.life.items()]
    parts += [(name, used, RUNS[name]) for name, used in measured.schedules.items()]
    for part in parts:
        for name, number in _of_function(*part).items():
            total[name] += number
    asked = measured.life["api"]["invocations"] * invoices
    cold = min(asked, COLD_A_MONTH) + asked * COLD_SHARE
    total["gb_seconds"] += cold * gb_seconds("api", {"cpu": measured.cold})
    total["queue_calls"] += QUEUES * POLLERS * POLLS_A_MINUTE * MINUTES
    total["alarms"], total["metrics"] = ALARMS, METRICS
    total["table_gb"] = total["pitr_gb"] = measured.table_bytes * invoices * MONTHS_KEPT / GB
    total["s3_gb"] = measured.file_bytes * invoices * MONTHS_KEPT / GB
    return total


def bill(measured: Measured, invoices: float) -> dict[str, float]:
    """Dollars by service."""
    used = usage(measured, invoices)
    found: dict[str, float] = dict.fromkeys((price.service for price in PRICES.values()), 0.0)
    for name, price in PRICES.items():
        found[price.service] += price.of(used[name])
    return found
