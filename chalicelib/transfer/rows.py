"""Rows of the tables as lines: attributes under their names in the models, bodies unpacked."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import Attribute, BinaryAttribute, NumberAttribute

from chalicelib.store import codec, head, rounds
from chalicelib.store.models import EventRow, LookupRow, RecordRow, Row
from chalicelib.store.reads import EVENTS, LOOKUPS, RECORDS
from chalicelib.store.record import Raw, partition
from chalicelib.transfer.lines import EVENT, LOOKUP, RECORD, ROUND, Damaged, Data, Line

FEED = "feed"
MODELS: Mapping[str, type[Row]] = {EVENT: EventRow, RECORD: RecordRow, ROUND: RecordRow, LOOKUP: LookupRow}
TABLES = {EVENT: EVENTS, RECORD: RECORDS, ROUND: RECORDS, LOOKUP: LOOKUPS}
KEYS = {
    EVENT: ("account", "sequence"),
    RECORD: ("partition", "ident"),
    ROUND: ("partition", "ident"),
    LOOKUP: ("key",),
}
WORK = frozenset({"shard", "due", "restored"})
"""What a row says of work that is left; that is done where the row comes from, and nowhere else."""
PACKED = "packed"
"""Where a body stands that no codec reads."""


def of_event(account: str, raw: Raw) -> Data:
    place = raw["pk"]["S"].removeprefix(account).removeprefix("#")
    return {EVENT: place or FEED, "sequence": raw["sk"]["S"], **_shown(EVENT, raw)}


def of_record(kind: str, raw: Raw) -> Data:
    return {RECORD: kind, "id": raw["sk"]["S"], **_shown(RECORD, raw)}


def of_lookup(raw: Raw) -> Data:
    kind, _, value = raw["k"]["S"].partition("#")
    return {LOOKUP: kind, "value": value, **_shown(LOOKUP, raw)}


def of_round(name: str, raw: Raw) -> Data:
    return {ROUND: name, **_shown(ROUND, raw)}


def _shown(kind: str, raw: Raw) -> Data:
    found: Data = {}
    for name, attribute in MODELS[kind].get_attributes().items():
        if attribute.attr_name in raw and name not in KEYS[kind] and name not in WORK:
            found |= _plain(name, attribute, raw[attribute.attr_name])
    return found


def _plain(name: str, attribute: Attribute[Any], value: dict[str, Any]) -> Data:
    if isinstance(attribute, BinaryAttribute):
        try:
            return {name: codec.unpack(value["B"])}
        except Exception:  # whatever a decoder makes of bytes that are not ours
            return {PACKED: base64.b64encode(value["B"]).decode()}
    return {name: int(value["N"]) if isinstance(attribute, NumberAttribute) else next(iter(value.values()))}


def stored(account: str, line: Line) -> tuple[str, Raw]:
    """The table and the row of a line. Damaged: it holds what this release does not know."""
    kind, data = line.kind, dict(line.data)
    try:
        row = _key(account, kind, data)
        attributes = MODELS[kind].get_attributes()
        if PACKED in data:
            row["b"] = {"B": base64.b64decode(data.pop(PACKED))}
        for name, value in data.items():
            attribute = attributes[name]
            row[attribute.attr_name] = _typed(attribute, value)
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(line.number, f"this release cannot store it: {error!r}.") from error
    if kind == EVENT:
        row[EventRow.restored.attr_name] = {"N": "1"}
    return TABLES[kind], row


def _key(account: str, kind: str, data: Data) -> Raw:
    """The key of a line's row, whose parts it takes out."""
    name = str(data.pop(kind))
    if kind == LOOKUP:
        return {"k": {"S": f"{name}#{data.pop('value')}"}}
    if kind == ROUND:
        place = rounds.key(name, account)
        return {"pk": {"S": place.partition}, "sk": {"S": place.sort}}
    if kind == RECORD:
        return {"pk": {"S": partition(account, name)}, "sk": {"S": data.pop("id")}}
    return {"pk": {"S": account if name == FEED else f"{account}#{name}"}, "sk": {"S": data.pop("sequence")}}


def _typed(attribute: Attribute[Any], value: Any) -> dict[str, Any]:
    if isinstance(attribute, BinaryAttribute):
        return {"B": codec.pack(value)}
    return {str(attribute.attr_type): str(value)}


def is_head(line: Line) -> bool:
    return line.kind == RECORD and line.data[RECORD] == head.KIND
