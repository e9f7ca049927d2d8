"""Example answers: what a resource's own code shows of its example request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.resources.declare import Resource
from chalicelib.store.record import Record

NOON = 1_795_348_800
"""22 November 2026, 12:00 UTC."""
KEY = "0mnrd0kpn4o2h5ghxhkwswbhs8rumwdq"

CONTEXT = Context("", KEY, 1, NOON, lambda: KEY, public_url="https://billing.example.com")


def _rows(sent: Sequence[Data]) -> list[Data]:
    """The first contact of a list is the primary one."""
    return [{**row, "is_primary": position == 0} for position, row in enumerate(sent)]


def request(resource: Resource) -> Data:
    return dict(resource.example)


def answer(resource: Resource, sent: Mapping[str, Any] | None = None) -> Data:
    """The example as it is answered, default includes with it."""
    sent = resource.example if sent is None else sent
    known = {item.name for item in resource.shape.fields}
    data = resource.shape.read({name: sent[name] for name in sent if name in known}, "Y-m-d", True)
    client = int(sent.get("client_id", 0))
    record = Record(resource.kind, 1, data, updated=NOON, owner=1, client=client, subtype=1, status=1)
    shown = {**resource.render(record, CONTEXT), **resource.example_answer}
    if "is_primary" in shown:
        shown["is_primary"] = sent.get("is_primary", True)
    for name, include in resource.includes.items():
        if include.default:
            children = [answer(include.resource(), row) for row in _rows(sent.get(name, ()))]
            shown[name] = children if include.many else answer(include.resource(), {})
    return shown
