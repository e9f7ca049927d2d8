"""The life of an invoice as the bill takes it: asked of the real handlers, carried out by the real pipeline.

An invoice of ten lines is made, mailed with its PDF, looked at by its client and paid; one hook hears of its
creation and one of its payment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests import engines

WARM_UPS, LIVES = 3, 20
GETS, LISTS = 3, 2
PAGE_VIEWS = 2
PROFILE = (
    f"created with 10 lines, read {GETS} times, listed {LISTS} times, mailed once with its PDF, "
    f"{PAGE_VIEWS} visits of the client's page, one of them seen, one PDF downloaded, paid once; "
    "2 webhooks, 2 notices of SES (delivered, opened)"
)
RECEIVER = """
import time
from tests.receiver import receiving
with receiving() as receiver:
    print(receiver.url, flush=True)
    time.sleep(3600)
"""


class Measured(NamedTuple):
    """By function, of one life; of one run of each schedule; and what a life leaves behind, in bytes.

    `cold` is the processor time in seconds of a fresh process up to its first answer.
    """

    life: dict[str, dict[str, float]]
    schedules: dict[str, dict[str, float]]
    table_bytes: float
    file_bytes: float
    cold: float


@contextmanager
def _stack() -> Iterator[str]:
    """The engines, each a process of its own, so that only our own time counts; the URL of a receiver."""
    engines.prepare_environment()
    os.environ["KUNAI_QUEUES"] = f"{engines.MOTO_URL}/123456789012/bill"
    os.environ["KUNAI_SES_TOPIC"] = "arn:aws:sns:eu-west-1:123456789012:mail"
    os.environ["KUNAI_SES_CONFIGURATION_SET"] = "kunai"
    with tempfile.TemporaryDirectory() as logs, ExitStack() as ending:
        ending.enter_context(engines.dynamodb(Path(logs)))
        moto = [sys.executable, "-m", "moto.server", "-p", str(engines.MOTO_PORT)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        ending.callback(subprocess.Popen(moto, **quiet).kill)  # type: ignore[call-overload]
        receiver = subprocess.Popen([sys.executable, "-c", RECEIVER], stdout=subprocess.PIPE, text=True)
        ending.callback(receiver.kill)
        _wait_for(engines.MOTO_URL)
        assert receiver.stdout
        yield receiver.stdout.readline().strip()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(url)


def measure() -> Measured:
    with _stack() as receiver:
        import boto3

        from chalicelib.local import provision
        from chalicelib.settings import settings

        provision.create_all()
        boto3.client("sesv2").create_email_identity(EmailIdentity=settings().mail_from)
        return _Shop(receiver).measure()


class _Observed(NamedTuple):
    """An app to the gateway."""

    routes: Any
    serve: Callable[[Any, Any], Any]

    def __call__(self, event: Any, context: Any) -> Any:
        return self.serve(event, context)


class _Shop:
    def __init__(self, receiver: str) -> None:
        import app
        from chalicelib.delivery import amazon
        from chalicelib.local.gateway import Gateway
        from tests.api_client import Api
        from tests.benchmarks.bill.watch import Watch
        from tests.costs import samples
        from tests.inbound import sns_calls
        from tests.portal.guest import Guest
        from tests.queueing import Queues

        setattr(amazon, "get", lambda url: sns_calls.chain())  # noqa: B010  (a patch, as of SNS's servers)
        self.watch = Watch()
        self.app = app
        self.samples = samples
        self.gateway = Gateway(_Observed(app.app.routes, self._api))
        self.api = Api(self.gateway)
        self.guest = Guest(self.gateway)
        self.client = samples.stocked(self.api)
        for event in ("create_invoice", "create_payment"):
            assert self.api.post("/hooks", {"event": event, "target_url": receiver}).status == 201
        self.queues = Queues(self._stream, self._worker)
        self.notices = 0

    def measure(self) -> Measured:
        for _ in range(WARM_UPS):
            self.live()
        self.watch.clear()
        before = self.stored()
        for _ in range(LIVES):
            self.live()
        after = self.stored()
        life = {
            name: {kind: number / LIVES for kind, number in used.items()}
            for name, used in self.watch.functions.items()
        }
        tables, objects = ((then - now) / LIVES for now, then in zip(before, after, strict=True))
        return Measured(life, self.schedules(), tables, objects, self.cold())

    # ---- the functions
    def _api(self, event: Any, context: Any) -> Any:
        with self.watch.invocation("api") as used:
            answer = self.app.app(event, context)
        size = len(answer["body"]) * (0.75 if answer.get("isBase64Encoded") else 1)
        used["bytes"] += int(size + sum(len(name) + len(text) for name, text in answer["headers"].items()))
        used["requests"] += 1
        return answer

    def _stream(self, batch: Any, context: Any) -> Any:
        """What the mapping's filter lets through."""
        records = [record for record in batch["Records"] if _is_worthwhile(record)]
        if not records:
            return {"batchItemFailures": []}
        with self.watch.invocation("stream"):
            return self.app.stream({"Records": records}, context)

    def _worker(self, batch: Any, context: Any) -> Any:
        with self.watch.invocation("worker") as used:
            answer = self.app.worker(batch, context)
        used["queue_calls"] += 2  # received and deleted
        return answer

    # ---- an invoice's life
    def live(self) -> None:
        made = self.api.post("/invoices", self.samples.invoice(self.client)).data
        self.queues.pump()
        for _ in range(GETS - 1):  # and once for the link
            assert self.api.get(f"/invoices/{made['id']}").status == 200
        for _ in range(LISTS):
            assert self.api.get("/invoices").status == 200
        assert self.api.post("/email_invoice", {"id": made["id"]}).status == 200
        self.queues.pump()
        for kind in ("Delivery", "Open"):
            self.tell(kind)
        from tests.portal.guest import key_of

        key = key_of(self.api, made["id"])
        for _ in range(PAGE_VIEWS - 1):
            assert self.guest.get(f"/view/{key}").status == 200
        assert self.guest.look(key) is not None
        assert self.guest.get(f"/view/{key}/pdf").body.startswith(b"%PDF")
        self.queues.pump()
        assert self.api.post("/payments", {"invoice_id": made["id"], "amount": made["amount"]}).status == 200
        self.queues.pump()

    def tell(self, kind: str) -> None:
        """A notice of SES, as SNS brings it."""
        from tests.inbound import amazon, sns_calls

        self.notices += 1
        told = sns_calls.envelope(sns_calls.notice(kind, self.watch.tags), f"m-{self.notices}")
        assert amazon.tell(self.gateway, told) == amazon.DONE
        self.watch.functions["api"]["notices"] += 1

    # ---- around it
    def schedules(self) -> dict[str, dict[str, float]]:
        self.watch.clear()
        for name in ("sweep", "overdue"):
            event = {"id": "", "account": "", "region": "", "detail": {}, "version": "", "detail-type": "",
                     "source": "", "time": "", "resources": []}  # fmt: skip
            for _ in range(LIVES):
                with self.watch.invocation(name):
                    getattr(self.app, name)(event, None)
        return {
            name: {kind: number / LIVES for kind, number in used.items()}
            for name, used in self.watch.functions.items()
        }

    def stored(self) -> tuple[float, float]:
        """Bytes that DynamoDB and S3 charge for: rows with their copies in indexes, objects."""
        from chalicelib.settings import settings
        from chalicelib.store.models import TABLES
        from tests.costs import capacity, meter

        client, total = meter._plain_client(), 0
        for table in (model.Meta.table_name for model in TABLES):
            for page in client.get_paginator("scan").paginate(TableName=table):
                for row in page["Items"]:
                    copies = sum(all(key in row for key in keys) for keys in meter.indexes_of(table))
                    total += (capacity.size(row) + ROW_BYTES) * (1 + copies)
        import boto3

        listed = boto3.client("s3").list_objects_v2(Bucket=settings().bucket).get("Contents", [])
        return float(total), float(sum(row["Size"] for row in listed))

    def cold(self) -> float:
        from tests.benchmarks.api import COLD_OURS
        from tests.benchmarks.measure import cpu_of_processes

        return cpu_of_processes(COLD_OURS.format(token=self.api.token))


ROW_BYTES = 100
"""That DynamoDB adds to every row and index entry."""


def _is_worthwhile(record: Any) -> bool:
    made, changed = record["eventName"] == "INSERT", record["eventName"] == "MODIFY"
    return made or (changed and "at" in record["dynamodb"]["NewImage"])
