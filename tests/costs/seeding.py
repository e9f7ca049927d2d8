"""Fills an account with thousands of invoices, past the API, as if it had made them."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.operations import tokens
from chalicelib.store import head as heads
from chalicelib.store.models import RecordRow
from chalicelib.store.reads import RECORDS, Key, get_row, record_key
from chalicelib.store.record import Record, from_raw, partition, to_row
from tests.api_client import Api
from tests.costs import samples

KIND = "invoice"


def seed_invoices(api: Api, client: int, total: int) -> None:
    """Bring an account without invoices to `total` of ten lines; they differ in number and time of change."""
    first = api.post("/invoices", samples.invoice(client)).data["id"]
    bearer = tokens.bearer(api.token)
    assert bearer is not None
    raw = get_row(record_key(bearer.account, KIND, first))
    assert raw is not None
    record = from_raw(KIND, raw)
    with RecordRow.batch_write() as batch:
        for number in range(first + 1, first + total):
            batch.save(to_row(bearer.account, _copy(record, number)))
        batch.save(_head(bearer.account, total))


def _copy(record: Record, number: int) -> Record:
    data = {**record.data, "invoice_number": f"{number:05d}", "po_number": f"PO-{number * 7919 % 100_000}"}
    return replace(record, id=number, version=0, updated=record.updated - number + record.id, data=data)


def _head(account: str, total: int) -> RecordRow:
    head = heads.from_raw(get_row(Key(RECORDS, partition(account, heads.KIND), heads.IDENT)))
    head.ids[KIND] = head.numbers[KIND] = total
    head.counts[KIND] = {"1.0": total}
    return heads.to_row(account, head)
