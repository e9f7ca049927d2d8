"""What attached files cost: calls, read units, and write units by the model of `capacity`."""

from __future__ import annotations

import pytest

from tests.costs import samples
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Cost, Meter
from tests.uploads import picture, send, upload


@pytest.fixture
def number(shop: Shop, clock: Clock) -> int:
    """The id of an invoice."""
    found: int = shop.api.post("/invoices", samples.invoice(shop.client)).data["id"]
    clock.advance(5)
    return found


def uploaded(meter: Meter, shop: Shop, name: str, content: bytes, **fields: int) -> Cost:
    with meter.measure() as cost:
        assert send(shop.api, name, content, dict(fields)).status == 200
    return cost


def test_upload(shop: Shop, meter: Meter, number: int) -> None:
    """Document 3, content 2, the invoice's list 2, event 2, head 2."""
    cost = uploaded(meter, shop, "a.txt", b"a", invoice_id=number)
    assert cost.calls == ["BatchGetItem", "PutObject", "TransactWriteItems"]
    assert (cost.reads, cost.write_units) == (2, 11)


def test_upload_of_what_is_there_already(shop: Shop, meter: Meter, number: int) -> None:
    upload(shop.api, "a.txt", b"a")
    cost = uploaded(meter, shop, "b.txt", b"a")
    assert cost.calls == ["BatchGetItem", "GetItem", "TransactWriteItems"]


def test_upload_of_a_picture(shop: Shop, meter: Meter) -> None:
    """Its preview is an object of its own."""
    cost = uploaded(meter, shop, "a.png", picture("PNG", 400, 400))
    assert cost.calls == ["BatchGetItem", "PutObject", "PutObject", "TransactWriteItems"]


def test_reading(shop: Shop, meter: Meter, number: int) -> None:
    upload(shop.api, invoice_id=number)
    for path, calls, reads in (
        ("/documents/1", ["GetItem", "GetObject"], 1),
        ("/documents/1?metadata=1", ["GetItem"], 1),
        ("/documents", ["GetItem", "Query"], 2),
        (f"/invoices/{number}?include=documents", ["GetItem", "GetItem", "GetItem"], 3),
    ):
        with meter.measure() as cost:
            assert shop.api.get(path).status == 200
        assert (cost.calls, cost.reads) == (calls, reads), path


def test_deletion(shop: Shop, meter: Meter) -> None:
    """Document 3, content 2, event 2, the end of the object 3, head 2."""
    upload(shop.api)
    with meter.measure() as cost:
        assert shop.api.delete("/documents/1").status == 200
    assert cost.calls == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    assert cost.write_units == 12


def test_a_save_that_attaches(shop: Shop, meter: Meter, number: int, clock: Clock) -> None:
    """Reads of the documents come on top of what a save costs; one that names none costs nothing more."""
    for _ in range(3):
        upload(shop.api)
    clock.advance(5)
    with meter.measure() as cost:
        assert shop.api.put(f"/invoices/{number}", {"document_ids": [1, 2, 3]}).data
    assert cost.calls == ["BatchGetItem", "GetItem", "BatchGetItem", "GetItem", "TransactWriteItems"]
