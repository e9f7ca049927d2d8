"""What changing costs: calls, one commit each, and write units by the model of `capacity`."""

from __future__ import annotations

from typing import Any

from tests.costs import samples
from tests.costs.conftest import Clock, Shop
from tests.costs.meter import Cost, Meter

LOAD_COMMIT = ["BatchGetItem", "GetItem", "TransactWriteItems"]


def posted(meter: Meter, shop: Shop, path: str, body: Any) -> Cost:
    with meter.measure() as cost:
        assert shop.api.post(path, body).status == 200
    return cost


def changed(meter: Meter, shop: Shop, path: str, body: Any = None) -> Cost:
    with meter.measure() as cost:
        assert shop.api.put(path, body or {}).data
    return cost


def drafted(shop: Shop, clock: Clock, **more: Any) -> int:
    """The id of a new invoice, a few seconds after it was made."""
    number: int = shop.api.post("/invoices", samples.invoice(shop.client, **more)).data["id"]
    clock.advance(5)
    return number


def test_create_client(shop: Shop, meter: Meter) -> None:
    """Client 3, contact 4 (it stands in an index more), address 2, event 3, head 2."""
    body = {**samples.CLIENT, "contacts": [{"first_name": "Leo", "email": "leo@finchandco.example.org"}]}
    cost = posted(meter, shop, "/clients", body)
    assert (cost.calls, cost.reads, cost.write_units) == (LOAD_COMMIT, 3, 14)


def test_create_invoice_of_ten_lines(shop: Shop, meter: Meter) -> None:
    """Invoice 4, number 2, invitation key 2, event 3, head 2. Its reads are the ten products'."""
    cost = posted(meter, shop, "/invoices", samples.invoice(shop.client))
    assert cost.calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert (cost.commits, cost.reads, cost.write_units) == (1, 23, 13)


def test_create_public_invoice_of_ten_lines(shop: Shop, meter: Meter) -> None:
    """The same and the client's balance: client 4."""
    cost = posted(meter, shop, "/invoices", samples.invoice(shop.client, is_public=True))
    assert cost.calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert cost.write_units == 17


def test_create_invoice_for_an_address(shop: Shop, meter: Meter) -> None:
    address = samples.CLIENT["contacts"][0]["email"]  # type: ignore[index]
    body = samples.invoice(shop.client, client_id=None, email=address)
    cost = posted(meter, shop, "/invoices", body)
    assert len(cost.calls) <= 4
    assert (cost.commits, cost.write_units) == (1, 13)


def test_create_quote(shop: Shop, meter: Meter) -> None:
    """A unit more than an invoice, for the index of quotes."""
    assert posted(meter, shop, "/invoices", samples.invoice(shop.client, is_quote=True)).write_units == 14


def test_create_product(shop: Shop, meter: Meter) -> None:
    cost = posted(meter, shop, "/products", {"product_key": "NEW-1", "notes": "New thing", "cost": 5})
    assert (cost.commits, cost.write_units) == (1, 9)


def test_update_of_a_draft(shop: Shop, meter: Meter, clock: Clock) -> None:
    """Invoice 5, since its place by time moves, event 3, head 2."""
    number = drafted(shop, clock)
    cost = changed(meter, shop, f"/invoices/{number}", {"public_notes": "Please call before delivery."})
    assert (cost.calls, cost.reads, cost.write_units) == (LOAD_COMMIT, 4, 10)


def test_update_of_a_drafts_lines(shop: Shop, meter: Meter, clock: Clock) -> None:
    number = drafted(shop, clock)
    lines = [{**line, "qty": 3} for line in samples.lines(10)]
    cost = changed(meter, shop, f"/invoices/{number}", {"invoice_items": lines})
    assert cost.calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]
    assert cost.write_units == 10


def test_update_of_a_public_invoices_amount(shop: Shop, meter: Meter, clock: Clock) -> None:
    """That of a draft and the client's balance: client 4."""
    number = drafted(shop, clock, is_public=True)
    cost = changed(meter, shop, f"/invoices/{number}", {"discount": 5})
    assert (cost.calls, cost.reads, cost.write_units) == (LOAD_COMMIT, 4, 14)


def test_mark_sent(shop: Shop, meter: Meter, clock: Clock) -> None:
    number = drafted(shop, clock)
    cost = changed(meter, shop, f"/invoices/{number}?action=mark_sent")
    assert (cost.calls, cost.write_units) == (LOAD_COMMIT, 14)


def test_archive(shop: Shop, meter: Meter, clock: Clock) -> None:
    number = drafted(shop, clock)
    cost = changed(meter, shop, f"/invoices/{number}?action=archive")
    assert (cost.calls, cost.write_units) == (LOAD_COMMIT, 10)


def test_email_of_a_draft(shop: Shop, meter: Meter, clock: Clock) -> None:
    """That of `mark_sent` and the mail: event 4, which stands in the index of what is due too."""
    number = drafted(shop, clock)
    cost = posted(meter, shop, "/email_invoice", {"id": number})
    assert (cost.calls, cost.write_units) == (LOAD_COMMIT, 18)


def test_email_of_a_sent_invoice(shop: Shop, meter: Meter, clock: Clock) -> None:
    """Invoice 5, the mail 4, head 2."""
    number = drafted(shop, clock, is_public=True)
    cost = posted(meter, shop, "/email_invoice", {"id": number})
    assert (cost.calls, cost.write_units) == (LOAD_COMMIT, 11)


def test_refused_input_commits_nothing(shop: Shop, meter: Meter) -> None:
    with meter.measure() as cost:
        assert shop.api.post("/invoices", samples.invoice(shop.client, invoice_date="soon")).status == 422
    assert cost.commits == 0
