"""Clients with their contacts, alone and together (resources.md 5.1, 5.2; billing 3.5)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import Api, Clock

ANN = {"first_name": "Ann", "email": "ann@acme.test"}
BEN = {"first_name": "Ben", "email": "ben@acme.test"}


def names(client: dict[str, Any]) -> list[str]:
    return [row["first_name"] for row in client["contacts"]]


def primary(client: dict[str, Any]) -> list[str]:
    return [row["first_name"] for row in client["contacts"] if row["is_primary"]]


def test_a_client_needs_no_field_and_gets_a_blank_contact(api: Api) -> None:
    client = api.post("/clients", {}).data
    assert (client["name"], client["display_name"], client["balance"]) == ("", "", 0)
    assert client["send_reminders"] is True, "the stored value, not v4's unread one"
    (contact,) = client["contacts"]
    assert (contact["email"], contact["is_primary"], contact["send_invoice"]) == ("", True, True)
    assert len(contact["contact_key"]) == 32
    assert {**api.get("/clients/1").data, "user_id": 1} == client
    assert api.post("/clients", {"contacts": []}).data["contacts"] == []


def test_every_writable_field_is_kept(api: Api) -> None:
    texts = (
        "name", "address1", "address2", "city", "state", "postal_code", "work_phone", "private_notes",
        "public_notes", "website", "vat_number", "id_number", "custom_value1", "custom_value2",
        "shipping_address1", "shipping_address2", "shipping_city", "shipping_state", "shipping_postal_code",
    )  # fmt: skip
    sent: dict[str, Any] = {name: f"the {name}" for name in texts} | {
        "country_id": 276, "shipping_country_id": 40, "industry_id": 12, "size_id": 3, "payment_terms": -1,
        "language_id": 3, "currency_id": 3, "invoice_number_counter": 7, "quote_number_counter": 8,
        "task_rate": 95.25, "show_tasks_in_portal": True, "send_reminders": False,
    }  # fmt: skip
    made = api.post("/clients", sent).data
    assert {name: made[name] for name in sent} == sent
    changed = api.put("/clients/1", {"city": "Bonn"}).data
    assert {name: changed[name] for name in sent} == {**sent, "city": "Bonn"}
    cleared = api.put("/clients/1", dict.fromkeys(sent, "")).data
    assert {cleared[name] for name in texts} == {""}
    assert cleared["currency_id"] == cleared["country_id"] == 0


def test_iso_codes_name_static_ids(api: Api) -> None:
    codes = {"currency_code": "eur", "country_code": "DE", "shipping_country_code": "aut"}
    client = api.post("/clients", codes).data
    assert (client["currency_id"], client["country_id"], client["shipping_country_id"]) == (3, 276, 40)
    assert api.post("/clients", {"currency_code": "XXX", "country_code": ""}).data["currency_id"] == 0
    assert set(api.post("/clients", {"currency_id": 9999, "country_id": 9999}).errors) == {
        "currency_id", "country_id",
    }  # fmt: skip


def test_payment_terms_come_from_the_account_at_creation_only(api: Api) -> None:
    api.put("/accounts", {"name": "Us", "payment_terms": 30})
    assert api.post("/clients", {}).data["payment_terms"] == 30
    assert api.post("/clients", {"payment_terms": 7}).data["payment_terms"] == 7
    assert api.put("/clients/2", {"name": "Kept"}).data["payment_terms"] == 7


def test_custom_messages_are_a_json_text(api: Api) -> None:
    client = api.post("/clients", {"custom_messages": {"dashboard": "Hi", "paid_invoice": ""}}).data
    assert client["custom_messages"].replace(" ", "") == '{"dashboard":"Hi"}'
    assert api.put("/clients/1", {"custom_messages": "{}"}).data["custom_messages"] == "{}"
    assert api.put("/clients/1", {"custom_messages": "no json"}).status == 422


def test_display_name(api: Api) -> None:
    def shown(body: dict[str, Any]) -> Any:
        return api.post("/clients", body).data["display_name"]

    assert shown({"name": "Acme", "contact": ANN}) == "Acme"
    assert shown({"contact": {**ANN, "last_name": "Lee"}}) == "Ann Lee"
    assert shown({"contacts": [{"email": "x@acme.test"}, {**BEN, "is_primary": True}]}) == "x@acme.test"


# ---- contacts inside a client
def test_the_first_contact_is_primary_after_sorting_by_the_flag(api: Api) -> None:
    plain = api.post("/clients", {"contacts": [ANN, BEN]}).data
    assert (names(plain), primary(plain)) == (["Ann", "Ben"], ["Ann"])
    flagged = [{**ANN, "is_primary": False}, {**BEN, "is_primary": True}]
    assert primary(api.post("/clients", {"contacts": flagged}).data) == ["Ben"]
    half = [ANN, {**BEN, "is_primary": True}]
    assert primary(api.post("/clients", {"contacts": half}).data) == ["Ann"], "both must carry the key"
    assert names(api.post("/clients", {"contacts": [ANN], "contact": BEN}).data) == ["Ben"], "singular wins"


def test_a_sent_list_replaces_the_list_matched_by_id(api: Api) -> None:
    made = api.post("/clients", {"contacts": [{**ANN, "phone": "1"}, BEN]}).data
    ann, ben = made["contacts"]
    rows = [{"id": ben["id"], "first_name": "Benny"}, {"first_name": "Cleo"}]
    changed = api.put("/clients/1", {"contacts": rows}).data
    assert names(changed) == ["Benny", "Cleo"]
    assert primary(changed) == ["Benny"]
    kept = changed["contacts"][0]
    assert (kept["email"], kept["contact_key"]) == (ben["email"], ben["contact_key"]), (
        "what is not sent stays"
    )
    gone = api.get(f"/contacts/{ann['id']}").data
    assert gone["archived_at"]
    assert gone["phone"] == "1"
    assert [row["id"] for row in api.get("/contacts?filter_active=1").data] == [3, 2]
    assert api.put("/clients/1", {"contacts": []}).data["contacts"] == []


def test_a_put_without_contacts_keeps_them(api: Api) -> None:
    before = api.post("/clients", {"contacts": [ANN, BEN]}).data["contacts"]
    for body in ({"name": "New"}, {"contacts": None}, {}):
        assert api.put("/clients/1", body).data["contacts"] == before


@pytest.mark.parametrize("sent", ["text", 5, [1], [[]], {"email": "x"}])
def test_contacts_must_be_objects(api: Api, sent: Any) -> None:
    assert api.post("/clients", {"contacts": sent}).status == 422
    assert api.get("/clients").data == api.get("/contacts").data == []


def test_a_contact_of_somebody_else_changes_nothing(api: Api) -> None:
    api.post("/clients", {"name": "One", "contact": ANN})
    api.post("/clients", {"name": "Two", "contact": BEN})
    answer = api.put("/clients/1", {"name": "Changed", "contacts": [{"id": 2, "first_name": "Stolen"}]})
    assert (answer.status, answer.json) == (404, {"message": "record does not exist"})
    assert api.get("/clients/1").data["name"] == "One"
    assert names(api.get("/clients/2").data) == ["Ben"]
    assert names(api.post("/clients", {"contacts": [{"id": 2, "first_name": "New"}]}).data) == ["New"]


def test_contact_fields(api: Api) -> None:
    sent = {
        "first_name": "Ann", "last_name": "Lee", "email": "ann@acme.test", "phone": "5",
        "send_invoice": False, "custom_value1": "a", "custom_value2": "b",
    }  # fmt: skip
    (contact,) = api.post("/clients", {"contact": {**sent, "email": " ann@acme.test "}}).data["contacts"]
    assert {name: contact[name] for name in sent} == sent


# ---- contacts on their own
def test_contacts_on_their_own_show_in_their_client(api: Api) -> None:
    api.post("/clients", {"name": "Acme", "contacts": []})
    body = {"client_id": 1, "first_name": "Ann", "last_name": "Lee", "email": "ann@acme.test"}
    first = api.post("/contacts", body).data
    assert (first["is_primary"], first["user_id"]) == (True, 1)
    second = api.post("/contacts", {**body, "first_name": "Ben"}).data
    assert second["is_primary"] is False
    assert names(api.get("/clients/1").data) == ["Ann", "Ben"]
    api.put("/contacts/2", {**body, "client_id": 9, "first_name": "Cleo", "email": "cleo@acme.test"})
    assert names(api.get("/clients/1").data) == ["Ann", "Cleo"]
    assert [row["id"] for row in api.get("/clients?email=cleo@acme.test").data] == [1]
    assert api.get("/contacts/2").data["last_name"] == "Lee"


def test_contacts_need_their_fields_but_actions_do_not(api: Api) -> None:
    assert set(api.post("/contacts", {}).errors) == {"first_name", "last_name", "email", "client_id"}
    unknown = {"client_id": 9, "first_name": "A", "last_name": "B", "email": "c@d.test"}
    assert set(api.post("/contacts", unknown).errors) == {"client_id"}
    api.post("/clients", {"contacts": [ANN, BEN]})
    assert set(api.put("/contacts/1", {"phone": "1"}).errors) == {"first_name", "last_name", "email"}
    assert api.put("/contacts/1?action=archive").data["archived_at"]
    assert names(api.get("/clients/1").data) == ["Ben"]
    assert api.put("/contacts/1?action=restore").data["archived_at"] is None
    assert names(api.get("/clients/1").data) == ["Ann", "Ben"]
    assert api.delete("/contacts/2").data["archived_at"], "contacts are archived, never deleted"
    assert names(api.get("/clients/1").data) == ["Ann"]


# ---- states
def test_archive_delete_restore_are_idempotent(api: Api, clock: Clock) -> None:
    api.post("/clients", {"name": "Acme"})
    archived = api.put("/clients/1?action=archive").data
    assert (archived["archived_at"], archived["is_deleted"]) == (clock.now, False)
    clock.tick()
    assert api.put("/clients/1?action=archive").data == archived
    deleted = api.delete("/clients/1").data
    assert (deleted["archived_at"], deleted["is_deleted"]) == (clock.now, True)
    clock.tick()
    for again in (
        api.delete("/clients/1"),
        api.put("/clients/1?action=delete"),
        api.put("/clients/1?action=archive"),
    ):
        assert again.data == deleted
    assert api.put("/clients/1", {"name": "Changed"}).data["name"] == "Acme", (
        "deleted clients stay as they are"
    )
    restored = api.put("/clients/1?action=restore").data
    assert (restored["archived_at"], restored["is_deleted"]) == (None, False)
    assert api.put("/clients/1", {"name": "Changed"}).data["name"] == "Changed"


# ---- client numbers
def test_numbered_clients(api: Api) -> None:
    """billing 3.5: counter 10 gives 0010, 0011, a manual one, 0013; then 14."""
    api.post("/clients", {"name": "Before"})
    api.put("/accounts", {"name": "Us", "client_number_counter": 10})
    made = [api.post("/clients", body).data["id_number"] for body in ({}, {}, {"id_number": "MANUAL"}, {})]
    assert made == ["0010", "0011", "MANUAL", "0013"]
    assert api.get("/accounts").data["client_number_counter"] == 14
    assert set(api.post("/clients", {"id_number": "manual"}).errors) == {"id_number"}
    assert set(api.put("/clients/2", {"id_number": "0011"}).errors) == {"id_number"}
    assert api.put("/clients/2", {"id_number": "0010"}).data["id_number"] == "0010"
    api.delete("/clients/3")
    assert api.post("/clients", {"id_number": "0011"}).status == 422, "deleted ones count"
    assert api.put("/clients/1", {"name": "Saved"}).data["id_number"] == "0014", "an old one is numbered too"
    assert api.post("/clients", {}).data["id_number"] == "0015"
    api.put("/accounts", {"name": "Us", "client_number_prefix": "C-", "invoice_number_padding": 3})
    assert api.post("/clients", {}).data["id_number"].startswith("C-0")


def test_without_numbering_numbers_are_free_text(api: Api) -> None:
    for _ in range(2):
        assert api.post("/clients", {"id_number": "SAME"}).data["id_number"] == "SAME"
    assert len(api.get("/clients?id_number=same").data) == 2
