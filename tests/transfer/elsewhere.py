"""Another installation on the same engines: a process with tables and a bucket of its own.

It does what it is asked over its standard streams, one pickled call after another.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from tests.api_client import Api

_numbers = count(1)


class Ran(NamedTuple):
    """How a command ended; `error` is what it left with, empty for success."""

    out: str
    err: str
    error: str


def command(*arguments: str) -> Ran:
    """Run the operator's command in this process."""
    from chalicelib.transfer.__main__ import main

    out, err, error = io.StringIO(), io.StringIO(), ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(arguments))
        except SystemExit as end:
            error = str(end)
    return Ran(out.getvalue(), err.getvalue(), error)


class Elsewhere:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def __call__(self, name: str, *arguments: Any) -> Any:
        """What a function of this module answers over there."""
        assert self._process.stdin
        assert self._process.stdout
        pickle.dump((name, arguments), self._process.stdin)
        self._process.stdin.flush()
        return pickle.load(self._process.stdout)

    def handle(self, request: Any) -> Any:
        """Stands in for a gateway."""
        return self("handle", request)

    def api(self, token: str = "") -> Api:
        return Api(self, token)

    def run(self, *arguments: object) -> Ran:
        found: Ran = self("command", *map(str, arguments))
        return found


@contextmanager
def elsewhere(**environment: str) -> Iterator[Elsewhere]:
    number = next(_numbers)
    names = {"KUNAI_TABLE_PREFIX": f"elsewhere{number}", "KUNAI_BUCKET": f"elsewhere{number}-{os.getpid()}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.transfer.elsewhere"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **names, **environment},
        cwd=Path(__file__).parents[2],
    )
    with process:
        yield Elsewhere(process)
        assert process.stdin
        process.stdin.close()


# ---- over there
def handle(request: Any) -> Any:
    return _gateway().handle(request)


_kept: list[Any] = []


def _gateway() -> Any:
    if not _kept:
        from app import app
        from chalicelib.local.gateway import Gateway
        from chalicelib.local.server import threaded

        _kept.append(Gateway(threaded(app)))
    return _kept[0]


def dying(at: int, *arguments: str) -> bool:
    """Run the command until it has made `at` calls that write; whether it died there."""
    from tests.faults import hooks

    written = 0

    def strike(model: Any, **_: Any) -> None:
        nonlocal written
        written += model.name in ("PutObject", "PutItem", "BatchWriteItem", "TransactWriteItems")
        if written == at:
            raise hooks.Died

    with (
        hooks.hooked(hooks.dynamodb(), "after-call", strike),
        hooks.hooked(hooks.s3(), "after-call", strike),
    ):
        try:
            command(*arguments)
        except hooks.Died:
            return True
    return False


def scanned(table: str) -> Iterator[dict[str, Any]]:
    """Every row of a table."""
    from chalicelib.store.connection import connection

    request: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    while True:
        page = connection().dispatch("Scan", request)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def rows(mentioned: str = "") -> list[str]:
    """All that is stored, every row of every table and every object, or what has to do with an account.

    What rows say of work that is left counts for nothing.
    """
    from chalicelib.settings import settings
    from chalicelib.store import codec, files
    from chalicelib.store.models import TABLES

    found: list[str] = []
    for table in (model.Meta.table_name for model in TABLES):
        for raw in scanned(table):
            body: Any = raw.pop("b")["B"] if "b" in raw else "no body"
            with suppress(ValueError):  # some tests store bodies that are none
                body = codec.unpack(body) if isinstance(body, bytes) else body
            hidden = ("d", "at", "r") if "d" in raw or "r" in raw else ()
            plain = sorted((name, value) for name, value in raw.items() if name not in hidden)
            found.append(f"{plain} {body}")
    objects = files._client().list_objects_v2(Bucket=settings().bucket).get("Contents", ())
    found += [f"{row['Key']} {row['ETag']}" for row in objects]
    return sorted(row for row in found if mentioned in row)


def wipe() -> None:
    """Remove all that is stored."""
    from chalicelib.settings import settings
    from chalicelib.store import bulk, files
    from chalicelib.store.models import TABLES

    for table in (model.Meta.table_name for model in TABLES):
        bulk.remove(bulk.key_of(table, raw) for raw in list(scanned(table)))
    for row in files._client().list_objects_v2(Bucket=settings().bucket).get("Contents", ()):
        files.remove(row["Key"])


def occupy(model: str, key: dict[str, str]) -> None:
    """Put somebody else's row in the way."""
    from chalicelib.store import bulk, codec, models

    row: Any = {name: {"S": text} for name, text in key.items()}
    bulk.put([(getattr(models, model).Meta.table_name, {**row, "v": {"N": "1"}, "b": {"B": codec.pack(0)}})])


def know(secret: str) -> None:
    """The server secret of where files come from."""
    os.environ["KUNAI_SOURCE_SECRET"] = secret


def deliver(call: tuple[Any, ...]) -> dict[str, Any]:
    """What the stream, the queues and the sweeper make of a call, through the app's own handlers."""
    import pytest

    import app
    from chalicelib.delivery import relay, sweeper
    from tests.delivery.post import posting
    from tests.faults.hooks import hooked, s3
    from tests.queueing import Queues, own_queues

    seen: dict[str, list[Any]] = {"records": [], "messages": [], "stored": []}

    def watched(handler: Any, name: str) -> Any:
        def watching(batch: Any, context: Any) -> Any:
            seen[name] += batch["Records"]
            return handler(batch, context)

        return watching

    def note(params: dict[str, Any], **_: Any) -> None:
        seen["stored"].append(params["Key"])

    with pytest.MonkeyPatch.context() as patch, own_queues(patch), posting() as posted:
        queues = Queues(watched(app.stream, "records"), watched(app.worker, "messages"))
        answer = _named(call[0])(*call[1:])
        with hooked(s3(), "provide-client-params.PutObject", note):
            sweeper.sweep(_soon)
            queues.pump()
        dead = queues.dead()
    closed = relay.run_pending(_soon)
    return {**seen, "answer": answer, "mails": [mail.to for mail in posted], "closed": closed, "dead": dead}


def _soon() -> float:
    return time.time() + 5


def main() -> None:
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may write between the answers
    from chalicelib.local import provision
    from chalicelib.store import schema

    schema.create_tables()
    provision.create_bucket()
    occupy("EventRow", {"pk": "nobody", "sk": "0"})  # the stream of DynamoDB Local begins with a first row
    with contextlib.suppress(EOFError):
        while True:
            name, arguments = pickle.load(requests)
            pickle.dump(_named(name)(*arguments), answers)
            answers.flush()


def _named(name: str) -> Any:
    import tests.transfer.elsewhere as module

    return getattr(module, name)


if __name__ == "__main__":
    main()
