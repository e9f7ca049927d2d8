"""Log lines as JSON, one an event, without personal data.

What our own code logs is chosen to be safe; what it cannot vouch for is left out: of errors the text (their
type, codes and places are shown), of other libraries' lines the arguments, and the whole text where it has
none, since it may be put together already. Their place tells which line it was.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import orjson

from chalicelib.observe import scope

OWN = "chalicelib"
ROOT = f"{Path(__file__).parents[2]}/"
MOST_FRAMES = 8
"""Of each error, the innermost ones."""
MOST_ERRORS = 4

_log = logging.getLogger(f"{OWN}.observe")


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Never raises, as `logging` would then print the values."""
        try:
            return self._line(record)
        except Exception as error:
            at, problem = f"{_short(record.pathname)}:{record.lineno}", described(error)
            return orjson.dumps({"level": record.levelname, "at": at, "unwritten": problem}).decode()

    def _line(self, record: logging.LogRecord) -> str:
        place = scope.current()
        line: dict[str, Any] = {"time": _moment(record.created), "level": record.levelname}
        named = {"request": place.request, "invocation": place.invocation, "account": place.account}
        line.update((name, value) for name, value in named.items() if value)
        fields = getattr(record, "fields", None)
        line.update(_told(record) if fields is None else fields)
        return orjson.dumps(line).decode()


def _moment(now: float) -> str:
    return f"{datetime.fromtimestamp(now, UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def _told(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = {"logger": record.name}
    if record.name.partition(".")[0] == OWN:
        told["text"] = _text(record)
    else:
        told["at"] = f"{_short(record.pathname)}:{record.lineno}"
        if record.args:
            told["text"] = str(record.msg)
    if record.exc_info and record.exc_info[1] is not None:
        told["error"] = described(record.exc_info[1])
        told["trace"] = list(_traced(record.exc_info[1]))
    return told


def _text(record: logging.LogRecord) -> str:
    args: Any = record.args
    if isinstance(args, tuple):
        args = tuple(_Described(one) if isinstance(one, BaseException) else one for one in args)
    return str(record.msg) % args if args else str(record.msg)


class _Described:
    """Stands for an error among the arguments of a line."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __str__(self) -> str:
        return described(self._error)

    __repr__ = __str__


def described(error: BaseException) -> str:
    """An error's type, with what is known to be no data: a service's code and operation, a system error."""
    parts: list[Any] = [type(error).__name__]
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        parts += [response.get("Error", {}).get("Code"), getattr(error, "operation_name", None)]
    else:
        parts += [getattr(error, "cause_response_code", None), getattr(error, "fmt", None)]
    if isinstance(error, OSError):
        parts.append(error.strerror)
    return " ".join(part for part in parts if isinstance(part, str) and part)


def _traced(error: BaseException) -> Iterator[str]:
    """The errors from the first cause on, each followed by the places that it passed."""
    for one in reversed(list(_causes(error))):
        yield described(one)
        yield from _frames(one.__traceback__)[-MOST_FRAMES:]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(MOST_ERRORS):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(found: TracebackType | None) -> list[str]:
    frames = []
    while found is not None:
        code = found.tb_frame.f_code
        frames.append(f"{_short(code.co_filename)}:{found.tb_lineno} {code.co_name}")
        found = found.tb_next
    return frames


def _short(path: str) -> str:
    """The path of a module within our bundle or its packages."""
    return path.rpartition("site-packages/")[2].removeprefix(ROOT)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Have every line of this process written as JSON, ours from a level on, others' from warnings on.

    It replaces the handlers that Lambda's runtime has set up.
    """
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(level.upper())
    # Nothing shows these, and each request would look them up.
    logging.logProcesses = logging.logMultiprocessing = logging.logThreads = False
    warnings.showwarning = _show_warning
    threading.excepthook = _thread_failed


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    _log.warning("%s at %s:%s", category.__name__, _short(filename), lineno)


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    value = args.exc_value
    if value is not None:
        _log.error("A thread has failed", exc_info=(args.exc_type, value, args.exc_traceback))
