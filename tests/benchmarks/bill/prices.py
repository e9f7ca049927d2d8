"""AWS's list prices in us-east-1, in US dollars, as far as Kunai pays any. Free tiers are not taken off.

`seen` says where the figure was looked up on 25 November 2026: `doc` a copy of AWS's own page, `press` other
people's pages of 2025 and 2026, `known` not looked up anew. Before it matters, look at `source`.
"""

from __future__ import annotations

from typing import NamedTuple

MILLION = 1_000_000
TERABYTE = 1_024.0
"""In GB."""
ENDLESS = float("inf")


class Price(NamedTuple):
    """`steps` are (up to so many units a month, dollars a unit)."""

    service: str
    unit: str
    steps: tuple[tuple[float, float], ...]
    source: str
    seen: str

    def of(self, units: float) -> float:
        """What so many units of a month cost."""
        total, below = 0.0, 0.0
        for most, dollars in self.steps:
            total += max(min(units, most) - below, 0) * dollars
            below = most
        return total


def _flat(service: str, unit: str, dollars: float, source: str, seen: str, of: float = 1) -> Price:
    return Price(service, unit, ((ENDLESS, dollars / of),), f"https://aws.amazon.com/{source}/pricing/", seen)


def _stepped(
    service: str, unit: str, steps: tuple[tuple[float, float], ...], source: str, seen: str, of: float = 1
) -> Price:
    found = tuple((most, dollars / of) for most, dollars in steps)
    return Price(service, unit, found, f"https://aws.amazon.com/{source}/pricing/", seen)


PRICES: dict[str, Price] = {
    "requests": _stepped(
        "API Gateway", "REST request", ((333e6, 3.50), (1e9, 2.80), (20e9, 2.38), (ENDLESS, 1.51)),
        "api-gateway", "doc", MILLION,
    ),
    "invocations": _flat("Lambda", "invocation", 0.20, "lambda", "press", MILLION),
    "gb_seconds": _stepped(
        "Lambda", "GB-second, x86", ((6e9, 16.6667), (15e9, 15.0), (ENDLESS, 13.3334)),
        "lambda", "press", MILLION,
    ),
    "rru": _flat("DynamoDB units", "read request unit", 0.125, "dynamodb", "press", MILLION),
    "wru": _flat("DynamoDB units", "write request unit", 0.625, "dynamodb", "press", MILLION),
    "table_gb": _flat("DynamoDB storage", "GB-month", 0.25, "dynamodb", "known"),
    "pitr_gb": _flat("DynamoDB storage", "GB-month with point-in-time recovery", 0.20, "dynamodb", "known"),
    "queue_calls": _flat("SQS", "FIFO request", 0.50, "sqs", "press", MILLION),
    "mails": _flat("SES", "mail", 0.10, "ses", "press", 1_000),
    "mail_gb": _flat("SES", "GB of attachments", 0.12, "ses", "press"),
    "notices": _flat("SNS", "publication and its delivery by HTTPS", 0.50 + 0.60, "sns", "press", MILLION),
    "s3_puts": _flat("S3", "PUT or LIST", 0.005, "s3", "known", 1_000),
    "s3_gets": _flat("S3", "GET", 0.0004, "s3", "known", 1_000),
    "s3_gb": _stepped(
        "S3", "GB-month", ((50 * TERABYTE, 0.023), (500 * TERABYTE, 0.022), (ENDLESS, 0.021)), "s3", "known"
    ),
    "log_gb": _stepped(
        "CloudWatch", "GB of logs taken in",
        ((10 * TERABYTE, 0.50), (30 * TERABYTE, 0.25), (50 * TERABYTE, 0.10), (ENDLESS, 0.05)),
        "cloudwatch", "press",
    ),
    "kept_log_gb": _flat("CloudWatch", "GB-month of logs", 0.03, "cloudwatch", "known"),
    "metrics": _flat("CloudWatch", "metric", 0.30, "cloudwatch", "press"),
    "alarms": _flat("CloudWatch", "alarm", 0.10, "cloudwatch", "press"),
    "sent_gb": _stepped(
        "Data transfer", "GB to the internet",
        ((10 * TERABYTE, 0.09), (50 * TERABYTE, 0.085), (150 * TERABYTE, 0.07), (ENDLESS, 0.05)),
        "ec2/on-demand", "press",
    ),
}  # fmt: skip
