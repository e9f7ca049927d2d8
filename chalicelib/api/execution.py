"""Carrying out a write: exactly once under an idempotency key, or not at all as a dry run.

The answer is made before the commit, from the records as they are about to be stored, and goes into the
same transaction under the key. So a crash leaves either both or neither, and a repeated request gets the
first answer byte for byte.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

from chalicelib.api import response
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Busy, InvalidInput
from chalicelib.operations.coerce import truth
from chalicelib.operations.context import Context
from chalicelib.operations.work import AnsweredElsewhere, Work
from chalicelib.store import codec, files
from chalicelib.store.reads import Key, get_row, lookup_key
from chalicelib.store.record import Raw

Result = TypeVar("Result")

KIND = "answer"
KEPT_SECONDS = 30 * 24 * 3600
LONGEST_KEY = 255
LARGEST_INLINE = 300_000
"""Packed bytes of an answer that fit beside a change; larger ones are put into S3 before the commit."""


class DryRun(Exception):
    """Leaves the unit of work before its commit."""


class Slot(NamedTuple):
    """Where the answer of an idempotency key is kept. `version` is that of an expired row, else 0."""

    key: Key
    fingerprint: str
    version: int


def execute(
    context: Context,
    request: Request,
    perform: Callable[[Context], Result],
    render: Callable[[Context, Result], Response],
    keep: Callable[[Context, Result], Response] | None = None,
    keyed: bool = True,
) -> Response:
    """The answer of a write. Under a key, what `keep` makes of an answer with secrets is kept instead of it;
    unless `keyed`, a key counts for nothing.

    InvalidInput: the key was used for another request. Busy: it is being used.
    """

    def fitting(context: Context, result: Result) -> Response:
        return response.fitted(render(context, result), request.accepts_gzip())

    if is_rehearsal(request):
        return _rehearsed(context, perform, fitting)
    sent = request.headers.get("idempotency-key") if keyed else None
    if sent is None:
        return (_prepared if request.field("include") else _plain)(context, perform, fitting)
    slot = slot_of(context, request, sent)
    if isinstance(known := _replay(context, slot), dict):
        return known
    try:
        return _recorded(context, slot._replace(version=known), perform, fitting, keep)
    except AnsweredElsewhere:
        won = _replay(context, slot)
        if isinstance(won, dict):
            return won
        raise Busy from None


def is_rehearsal(request: Request) -> bool:
    wish = request.query.get("dry_run")
    return isinstance(wish, str) and truth(wish)


def _rehearsed(
    context: Context, perform: Callable[[Context], Result], render: Callable[[Context, Result], Response]
) -> Response:
    answers: list[Response] = []

    def finish(work: Work, result: Result) -> None:
        work.rehearse()
        answers.append(render(_after(context, work), result))
        raise DryRun

    with contextlib.suppress(DryRun):
        perform(replace(context, before_commit=finish))
    return answers[-1]


def _plain(
    context: Context, perform: Callable[[Context], Result], render: Callable[[Context, Result], Response]
) -> Response:
    return render(context, perform(context))


def _prepared(
    context: Context, perform: Callable[[Context], Result], render: Callable[[Context, Result], Response]
) -> Response:
    """Includes may be refused, which has to be known before the commit."""
    answers: list[Response] = []

    def finish(work: Work, result: Result) -> None:
        answers.append(render(_after(context, work), result))

    perform(replace(context, before_commit=finish))
    return answers[-1]


def _recorded(
    context: Context,
    slot: Slot,
    perform: Callable[[Context], Result],
    render: Callable[[Context, Result], Response],
    keep: Callable[[Context, Result], Response] | None,
) -> Response:
    answers: list[Response] = []

    def finish(work: Work, result: Result) -> None:
        after = _after(context, work)
        answers.append(render(after, result))
        body = packed(context, slot, keep(after, result) if keep else answers[-1])
        work.keep_answer(slot.key, body, context.now + KEPT_SECONDS, slot.version)

    perform(replace(context, before_commit=finish))
    return answers[-1]


def _after(context: Context, work: Work) -> Context:
    """The context in which the answer is made: as if the work were already committed."""
    return replace(context, fresh=work.changed, fresh_events=tuple(work.events), gone=work.removed)


def slot_of(context: Context, request: Request, sent: str) -> Slot:
    if not 0 < len(sent) <= LONGEST_KEY or not sent.isprintable():
        raise InvalidInput.of("Idempotency-Key", "The key must have 1 to 255 printable characters.")
    name = hashlib.sha256(sent.encode()).hexdigest()
    place = f"{context.account}#{context.user}#{request.method}#{request.path}#{name}"
    content = hashlib.sha256(repr(sorted(request.query.items())).encode() + b"\n" + request.raw)
    return Slot(lookup_key(KIND, place), content.hexdigest(), 0)


def _replay(context: Context, slot: Slot) -> Response | int:
    """The kept answer, or the version of the expired row that a new one replaces (0: there is none)."""
    row = get_row(slot.key)
    if row is None:
        return 0
    if int(row["ttl"]["N"]) <= context.now:
        return int(row["v"]["N"])
    return opened(slot, row)


def opened(slot: Slot, row: Raw) -> Response:
    """The answer that a row keeps. InvalidInput: that of another request. Busy: it is not there yet."""
    kept: dict[str, Any] = codec.unpack(row["b"]["B"])
    check_fingerprint(slot, kept)
    if "answer" not in kept and "file" not in kept:
        raise Busy
    if "file" in kept:
        stored = files.read(kept["file"])
        if stored is None:
            raise Busy
        kept |= codec.unpack(stored)
    answer: Response = kept["answer"]
    answer["headers"]["Idempotent-Replayed"] = "true"
    return answer


def check_fingerprint(slot: Slot, kept: dict[str, Any]) -> None:
    if kept["fingerprint"] != slot.fingerprint:
        raise InvalidInput.of("Idempotency-Key", "The key was already used for another request.")


def packed(context: Context, slot: Slot, answer: Response) -> bytes:
    body = codec.pack({"fingerprint": slot.fingerprint, "answer": answer})
    if len(body) <= LARGEST_INLINE:
        return body
    name = f"{context.account}/answers/{hashlib.sha256(body).hexdigest()}"
    files.write(name, codec.pack({"answer": answer}), "application/octet-stream")
    return codec.pack({"fingerprint": slot.fingerprint, "file": name})
