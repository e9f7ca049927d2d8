"""Products, tax rates and payment terms (resources.md 5.8 to 5.10)."""

from __future__ import annotations

from tests.api_client import Api


def test_products(api: Api) -> None:
    assert set(api.post("/products", {"cost": 1}).errors) == {"product_key"}
    made = api.post("/products", {"product_key": " A "}).data
    expected = {
        "id": 1, "product_key": "A", "notes": "", "cost": 0, "qty": 1, "tax_name1": "", "tax_rate1": 0,
        "tax_name2": "", "tax_rate2": 0, "archived_at": None, "custom_value1": "", "custom_value2": "",
        "is_deleted": False, "user_id": 1, "is_owner": True,
    }  # fmt: skip
    assert {name: made[name] for name in expected} == expected
    full = {
        "product_key": "B", "notes": "Hosting", "cost": 49.1234, "qty": 2.5, "tax_name1": "VAT",
        "tax_rate1": 19.5, "tax_name2": "CITY", "tax_rate2": 0.125, "custom_value1": "x",
        "custom_value2": "y",
    }  # fmt: skip
    made = api.post("/products", full).data
    assert {name: made[name] for name in full} == full
    changed = api.put("/products/2", {"product_key": "B2"}).data
    assert {name: changed[name] for name in full} == {**full, "product_key": "B2"}, (
        "only what is sent changes"
    )
    assert set(api.put("/products/2", {"cost": 5}).errors) == {"product_key"}
    assert api.post("/products", {"product_key": "B2"}).data["id"] == 3, "keys need not be unique"


def test_product_states_need_no_field(api: Api) -> None:
    api.post("/products", {"product_key": "A"})
    assert api.put("/products/1?action=archive").data["archived_at"]
    assert api.put("/products/1?action=restore").data["archived_at"] is None
    assert api.delete("/products/1").data["is_deleted"] is True
    assert api.put("/products/1", {"product_key": "A", "cost": 3}).data["cost"] == 3


def test_tax_rates(api: Api) -> None:
    assert set(api.post("/tax_rates", {}).errors) == {"name", "rate"}
    made = api.post("/tax_rates", {"name": "VAT", "rate": "19.1256", "is_inclusive": True}).data
    assert (made["name"], made["rate"], made["is_inclusive"]) == ("VAT", 19.126, True)
    assert "is_deleted" not in made
    assert set(api.put("/tax_rates/1", {"name": "MwSt"}).errors) == {"rate"}
    assert api.put("/tax_rates/1", {"name": "MwSt", "rate": 7}).data["is_inclusive"] is True
    assert set(api.post("/tax_rates", {"name": "VAT", "rate": "much"}).errors) == {"rate"}
    assert api.put("/tax_rates/1?action=archive").data["archived_at"]
    assert api.put("/tax_rates/1?action=restore").data["archived_at"] is None
    assert api.delete("/tax_rates/1").data["archived_at"]
    api.post("/tax_rates", {"name": "Second", "rate": 1})
    assert [row["id"] for row in api.get("/tax_rates").data] == [2, 1]


def test_payment_terms_list_the_built_in_and_own_ones_by_days(api: Api) -> None:
    built_in = [-1, 7, 10, 14, 15, 30, 60, 90]
    listed = api.get("/payment_terms").data
    assert [row["num_days"] for row in listed] == built_in
    assert all(row["is_default"] for row in listed)
    assert listed[0]["name"] == "Net 0"
    made = api.post("/payment_terms", {"num_days": -45}).data
    assert (made["num_days"], made["name"], made["is_default"]) == (45, "Net 45", False)
    assert "id" not in made
    answer = api.get("/payment_terms?per_page=3&page=3")
    assert [row["num_days"] for row in answer.data] == [45, 60, 90]
    assert answer.json["meta"]["pagination"]["total"] == 9
    assert api.get("/payment_terms/1").data["num_days"] == 45


def test_payment_terms_are_unique_and_go_by_days(api: Api) -> None:
    refused: tuple[object, ...] = ("", None, "soon", [], 14)
    for sent in refused:
        assert set(api.post("/payment_terms", {"num_days": sent}).errors) == {"num_days"}
    api.post("/payment_terms", {"num_days": "45"})
    assert set(api.post("/payment_terms", {"num_days": 45}).errors) == {"num_days"}
    assert api.put("/payment_terms/1", {"num_days": 46}).data["name"] == "Net 46"
    for days in (45, 30, -1, 1):
        answer = api.delete(f"/payment_terms/{days}")
        message = "Cannot delete a default or non existent Payment Term"
        assert (answer.status, answer.json) == (400, {"error": {"message": message}})
    assert api.delete("/payment_terms/46").data["archived_at"]
    assert 46 not in [row["num_days"] for row in api.get("/payment_terms").data]
    assert api.post("/payment_terms", {"num_days": 46}).status == 200
