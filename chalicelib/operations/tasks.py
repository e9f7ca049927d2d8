"""Tasks with their time logs and timers (resources.md 5.11)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from chalicelib.billing import timelog
from chalicelib.billing.timelog import Interval
from chalicelib.errors import InvalidInput, UnsupportedAction
from chalicelib.operations import crud
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.crud import Plan
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import PROJECT, TASK
from chalicelib.operations.work import Work
from chalicelib.store.record import Record

PLAN = Plan(
    TASK,
    client="free",
    activities={"created": 42, "updated": 43, "archived": 44, "deleted": 45, "restored": 46},
    frozen_when_deleted=True,
)
TIMER = ("start", "resume", "stop", "offline")
MOMENT = "%Y-%m-%d %H:%M:%S"


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A new task; a timer action in the body starts or stops its clock."""
    return crud.create(context, PLAN, body, _apply)


def update(context: Context, number: int, body: Mapping[str, Any]) -> Record:
    """Only what is sent changes. Timer actions reach an existing task through POST with its id."""
    return crud.update(context, PLAN, number, body, _apply)


def _apply(work: Work, known: Record | None, body: Mapping[str, Any]) -> Record:
    task = work.new(TASK) if known is None else known
    task.data |= crud.read_fields(PLAN, {k: v for k, v in body.items() if v is not None}, known is None)
    _place(work, task, body)
    log = _sent_log(body)
    if log is not None:
        task.data["time_log"] = _as_sent(body, log)
        if "is_running" not in body and log and not log[-1][1]:
            task.data["is_running"] = True
    action = body.get("action")
    if action not in (None, ""):
        _clock(work.context, task, str(action))
    return task


def _place(work: Work, task: Record, body: Mapping[str, Any]) -> None:
    """The project, whose client then counts, else the client."""
    sent = body.get("project_id")
    if sent not in (None, "", 0, "0", False):
        project = work.find(PROJECT, _number(sent, "project_id"))
        if project is None or not (
            project.id == task.data["project_id"] or work.context.may("view", PROJECT.kind, project.owner)
        ):
            raise InvalidInput.of("project_id", "The selected project does not exist.")
        task.data["project_id"], task.client = project.id, project.client
    elif "client_id" in body or "client" in body:
        task.client = crud.client_id(work, {"client_id": body.get("client_id", body.get("client"))})


def _number(sent: Any, name: str) -> int:
    try:
        return whole(sent, 0, 10**10 - 1)
    except ValueError as error:
        raise InvalidInput.of(name, str(error)) from None


def _sent_log(body: Mapping[str, Any]) -> list[Interval] | None:
    """The intervals of `time_details` or `time_log`; None when neither is sent."""
    try:
        if body.get("time_details"):
            return _of_details(body["time_details"])
        sent = body.get("time_log")
        if sent in (None, ""):
            return None
        log = timelog.parse(orjson.loads(sent) if isinstance(sent, str) else sent)
        timelog.check(log)
    except orjson.JSONDecodeError:
        raise InvalidInput.of("time_log", "The time log must be JSON.") from None
    except ValueError as error:
        raise InvalidInput.of("time_log", str(error)) from None
    return log


def _of_details(details: Any) -> list[Interval]:
    rows = list(details.values()) if isinstance(details, dict) else details
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("The time details must be a list of objects.")
    log = sorted(_of_detail(row) for row in rows)
    timelog.check(log)
    return log


def _of_detail(row: Data) -> Interval:
    start = _moment(row.get("start_datetime"))
    if row.get("end_datetime"):
        return start, _moment(row["end_datetime"])
    seconds = sum(
        factor * whole(row.get(f"duration_{unit}"))
        for unit, factor in (("seconds", 1), ("minutes", 60), ("hours", 3600))
    )
    return start, start + seconds if seconds else 0


def _moment(sent: Any) -> int:
    """Unix seconds of a UTC date-time text."""
    try:
        return int(
            datetime.strptime(str(sent)[:19].replace("T", " "), MOMENT).replace(tzinfo=UTC).timestamp()
        )
    except ValueError:
        raise ValueError("Times must look like 2030-12-31 23:59:59.") from None


def running_seconds(record: Record, now: int) -> int:
    """The task's duration, a running timer included."""
    return timelog.duration(timelog.parse(orjson.loads(record.data.get("time_log", "[]"))), now)


def _clock(context: Context, task: Record, action: str) -> None:
    if action not in TIMER:
        raise UnsupportedAction(action)
    log = timelog.parse(orjson.loads(task.data["time_log"]))
    if action in ("start", "resume"):
        task.data |= {"time_log": _text(timelog.started(log, context.now)), "is_running": True}
    elif action == "stop":
        task.data |= {"time_log": _text(timelog.stopped(log, context.now)), "is_running": False}


def _as_sent(body: Mapping[str, Any], log: list[Interval]) -> str:
    """The text of a log; an open end stays spelled as it was sent, as 0, false or not at all."""
    if body.get("time_details"):
        return _text(log)
    sent = body["time_log"]
    pairs = orjson.loads(sent) if isinstance(sent, str) else sent
    return orjson.dumps(sorted(pairs, key=lambda pair: int(str(pair[0])))).decode()


def _text(log: list[Interval]) -> str:
    """v4's text form, in which a running interval ends with false."""
    return orjson.dumps([[start, end or False] for start, end in log]).decode()
