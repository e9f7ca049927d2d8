"""Lines and the catalogue: filling, following, comma lists, shorthand (billing 8.1, 8.2)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api, Clock
from tests.operations.steps import Data, change, client, invoice, line, product, products, settings


def shown(record: Data, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(item[name] for name in names) for item in record["invoice_items"]]


def test_lines_are_filled_from_the_catalogue(api: Api) -> None:
    client(api)
    full = {
        "notes": "Dev", "cost": 95.5, "tax_name1": "VAT", "tax_rate1": 19, "tax_name2": "C", "tax_rate2": 1,
        "custom_value1": "x", "custom_value2": "y",
    }  # fmt: skip
    product(api, "DEV", qty=8, **full)
    made = invoice(api, {"product_key": "dev"}, {"product_key": " DEV ", "cost": None, "qty": 2})
    for item in made["invoice_items"]:
        assert {name: item[name] for name in full} == full
    assert shown(made, "product_key", "qty") == [("dev", 1), ("DEV", 2)], "never the product's quantity"
    given = invoice(api, {"product_key": "DEV", "cost": 0, "notes": "", "tax_rate1": 0})
    assert shown(given, "cost", "notes", "tax_name1", "tax_rate1", "tax_rate2") == [(0, "", "VAT", 0, 1)]
    unknown = invoice(api, {"product_key": "NEW"})
    assert shown(unknown, "cost", "notes", "qty") == [(0, "", 1)]


def test_the_lowest_active_product_fills_also_without_the_setting(api: Api) -> None:
    client(api)
    settings(api, fill_products=False, update_products=False)
    for cost in (1, 2, 3):
        product(api, "A", cost=cost)
    assert invoice(api, {"product_key": "A"})["amount"] == 1
    api.put("/products/1?action=archive")
    assert invoice(api, {"product_key": "A"})["amount"] == 2
    api.delete("/products/2")
    api.put("/products/3", {"product_key": "B"})
    assert invoice(api, {"product_key": "A"})["amount"] == 0
    api.put("/products/1?action=restore")
    assert invoice(api, {"product_key": "A"})["amount"] == 1


def test_comma_lists_expand_in_place(api: Api) -> None:
    client(api)
    for key, cost in (("A", 1), ("B", 2)):
        product(api, key, cost=cost)
    made = invoice(api, line(notes="first"), {"product_key": "A, B,C", "qty": 5}, line(notes="last"))
    assert shown(made, "product_key", "notes", "cost", "qty") == [
        ("", "first", 100, 1), ("A", "", 1, 1), ("B", "", 2, 1), ("C", "", 0, 1), ("", "last", 100, 1),
    ]  # fmt: skip
    assert shown(invoice(api, {"product_key": "X,A"}), "product_key") == [("X,A",)], "the first is unknown"


def test_the_one_line_shorthand(api: Api) -> None:
    client(api)
    made = invoice(api, invoice_items=None, product_key="A", cost="10", qty=2, notes="Short")
    assert shown(made, "product_key", "notes", "cost", "qty") == [("A", "Short", 10, 2)]
    assert made["amount"] == 20
    assert invoice(api, invoice_items=[], cost=10, notes="x")["invoice_items"] == [], "a sent list counts"


def test_aliases_and_lines_that_say_nothing(api: Api) -> None:
    client(api)
    tax: dict[str, Any] = {
        "item_tax_name1": "VAT", "item_tax_rate1": 19, "tax_rate1": 7, "item_tax_name2": "C",
        "item_tax_rate2": 1,
    }  # fmt: skip
    legacy: dict[str, Any] = {"tax_name": "OLD", "tax_rate": 10}
    made = invoice(api, line(**tax), line(**legacy), {}, {"qty": 5}, {"cost": 0}, {"custom_value1": "kept"})
    assert shown(made, "tax_name1", "tax_rate1", "tax_name2", "tax_rate2") == [
        ("VAT", 19, "C", 1), ("OLD", 10, "", 0), ("", 0, "", 0),
    ]  # fmt: skip
    assert made["amount"] == 230, "legacy taxes count, unlike in v4"


def test_input_is_as_tolerant_as_v4s(api: Api) -> None:
    client(api)
    sent: list[tuple[Any, Any]] = [
        ("1,234.50", "2"), ("12,5", "1"), ("1.234,56", 1), ("2 hrs", 1), ("(5)", 1), ("5-3", 1), ("abc", 1),
        ("$1,000", 0.5), (0.00001, 100000), ("-1.005", 1),
    ]  # fmt: skip
    made = invoice(api, *(line(cost, qty) for cost, qty in sent))
    costs = [1234.5, 12.5, 1.234, 2, 5, 5, 0, 1000, 0, -1.005]
    assert [item["cost"] for item in made["invoice_items"]] == costs
    nulls = dict.fromkeys(
        ("tax_rate2", "discount", "invoice_item_type_id", "qty", "product_key", "tax_name1")
    )
    assert shown(invoice(api, {**line(5), **nulls}), "cost", "qty", "discount") == [(5, 1, 0)]


def test_lines_get_new_ids_with_each_save(api: Api, clock: Clock) -> None:
    client(api)
    assert shown(invoice(api, line(), line()), "id") == [(1,), (2,)]
    assert shown(invoice(api, line()), "id") == [(3,)]
    clock.tick()
    saved = change(api, 1, invoice_items=[line(), line(), line()])
    assert shown(saved, "id", "updated_at") == [(number, clock.now) for number in (4, 5, 6)]


# ---- the catalogue follows
def test_new_keys_become_products(api: Api) -> None:
    client(api)
    tax: dict[str, Any] = {"tax_name1": "VAT", "tax_rate1": 19, "custom_value1": "x"}
    invoice(api, line(7, 3, "Made :YEAR", product_key="NEW :YEAR", **tax), line(1, notes="no key"))
    (made,) = products(api).values()
    expected = {
        "product_key": "NEW :YEAR",
        "notes": "Made :YEAR",
        "cost": 7,
        "qty": 0,
        "is_owner": True,
        **tax,
    }
    assert {name: made[name] for name in expected} == expected, "date words stay words"


def test_a_line_rewrites_its_product(api: Api) -> None:
    client(api)
    product(api, "A", cost=1234.5, qty=3, tax_name1="VAT", tax_rate1=19, notes="Old", custom_value1="x")
    invoice(api, line(7, 1, "New", product_key="a", tax_name1="", tax_rate1=0, custom_value1=""))
    changed = products(api)["A"]
    assert (changed["cost"], changed["notes"], changed["tax_name1"], changed["tax_rate1"]) == (
        7,
        "New",
        "",
        0,
    )
    assert (changed["qty"], changed["custom_value1"]) == (3, "")
    change(api, 1, invoice_items=[line(8, product_key="A")])
    assert products(api)["A"]["cost"] == 8, "an edit too"


def test_the_catalogue_is_left_alone(api: Api, clock: Clock) -> None:
    client(api)
    made = product(api, "A", cost=5, notes="N")
    clock.tick()
    invoice(api, {"product_key": "A"})
    assert products(api)["A"]["updated_at"] == made["updated_at"], "by lines that change nothing"
    invoice(api, line(9, product_key="A"), has_tasks=True)
    invoice(api, line(9, product_key="A"), has_expenses="yes")
    assert products(api)["A"]["cost"] == 5, "by documents of tasks and expenses"
    settings(api, convert_products=True)
    invoice(api, line(9, notes="M", product_key="A"))
    assert (products(api)["A"]["cost"], products(api)["A"]["notes"]) == (5, "M"), "its cost by converted ones"
    settings(api, update_products=False, convert_products=False)
    invoice(api, line(9, product_key="A"), line(9, product_key="B"))
    assert {key: row["cost"] for key, row in products(api).items()} == {"A": 5}


def test_the_last_of_two_equal_keys_wins(api: Api) -> None:
    client(api)
    invoice(api, line(1, product_key="A"), line(2, product_key="a"))
    assert [row["cost"] for row in products(api).values()] == [2]


def test_many_new_products_follow_later(api: Api) -> None:
    """More than one commit has room for: an event writes them, once."""
    from chalicelib.delivery.relay import run_pending

    client(api)
    made = invoice(api, *(line(number, product_key=f"P{number}") for number in range(1, 61)))
    assert (len(made["invoice_items"]), products(api)) == (60, {})
    while run_pending():
        pass
    assert {key: row["cost"] for key, row in products(api).items()} == {f"P{n}": n for n in range(1, 61)}


@pytest.mark.parametrize("count", [24, 25, 26, 40, 41])
def test_any_number_of_new_products_is_taken(api: Api, count: int) -> None:
    client(api, *(f"contact{number}@x.test" for number in range(10)))
    made = invoice(api, *(line(number, product_key=f"P{number}") for number in range(count)))
    assert len(made["invoice_items"]) == count
