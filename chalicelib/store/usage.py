"""What accounts used each day: one row an account and UTC day, beside the lookups.

Containers only ever add, in one transaction with a token, so nobody's counts are lost to others' and none is
counted twice. A container that dies takes along what it has not written: at most a minute's counts, unless
more than `tally.MOST` accounts are served by it within a minute, when their turn comes a minute later each.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import KunaiError, Throttled
from chalicelib.observe import tally
from chalicelib.observe.tally import COUNTED, Batch, Owner, Tally
from chalicelib.settings import settings
from chalicelib.store.connection import connection
from chalicelib.store.reads import LOOKUPS, Key, get_rows, lookup_key, names_of
from chalicelib.store.record import Raw

log = logging.getLogger(__name__)

KIND = "usage"
KEPT_SECONDS = 400 * 24 * 3_600
"""13 months, from the day on."""
ATTRIBUTES = dict(zip(COUNTED, ("q", "r", "w", "m", "p", "h"), strict=True))


def flush(now: float, counted: Tally | None = None) -> None:
    """Write down what has been counted, if it is time to. Never raises: it follows work that is done."""
    counted = counted or tally.TALLY
    batch = counted.take(now, settings().usage_seconds)
    if batch is None:
        return
    try:
        _write(batch)
    except (Throttled, ClientError) as error:
        # Refused as a whole, as when another container is just adding to one of the rows.
        log.info("The usage of %s accounts waits: %r", len(batch.rows), error)
        counted.settle(batch, is_written=False)
    except (KunaiError, BotoCoreError) as error:
        log.warning("Whether the usage of %s accounts was written is not known: %r", len(batch.rows), error)
    else:
        counted.settle(batch, is_written=True)


def _write(batch: Batch) -> None:
    actions = [{"Update": _addition(owner, used)} for owner, used in batch.rows.items()]
    request = {"TransactItems": actions, "ClientRequestToken": batch.token}
    connection().dispatch("TransactWriteItems", request)


def _addition(owner: Owner, used: dict[str, float]) -> dict[str, Any]:
    added = {ATTRIBUTES[name]: {"N": str(number)} for name, number in used.items()}
    return {
        "TableName": LOOKUPS,
        "Key": names_of(_key(*owner)),
        "UpdateExpression": "SET #ttl = :ttl ADD " + ", ".join(f"{name} :{name}" for name in added),
        "ExpressionAttributeNames": {"#ttl": "ttl"},
        "ExpressionAttributeValues": {
            ":ttl": {"N": str(_expires(owner[1]))},
            **{f":{name}": number for name, number in added.items()},
        },
    }


def _key(account: str, day: str) -> Key:
    return lookup_key(KIND, f"{account}#{day}")


def _expires(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) + KEPT_SECONDS


def read(account: str, days: Sequence[date]) -> list[dict[str, float]]:
    """What was counted on each of the days, a read unit a day; one call for up to a hundred."""
    keys = [_key(account, day.isoformat()) for day in days]
    rows = get_rows(keys)
    return [_counts(rows[key]) for key in keys]


def _counts(row: Raw | None) -> dict[str, float]:
    found = row or {}
    return {name: _number(found[short]["N"]) if short in found else 0 for name, short in ATTRIBUTES.items()}


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number
