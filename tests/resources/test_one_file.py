"""A new resource is one file: everything else follows from what it declares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from chalicelib import resources
from chalicelib.api.openapi import document
from chalicelib.local.gateway import Gateway
from chalicelib.resources import hooks, registry
from tests.api_client import PASSWORD, Api

FILE = """
from chalicelib.operations.crud import Plan
from chalicelib.operations.filterable import Filterable
from chalicelib.operations.shape import Shape, kept, money, option, shown, text
from chalicelib.resources.clients import CLIENTS
from chalicelib.resources.declare import Include, plain
from chalicelib.resources.related import client_of

GADGET = Shape(
    "gadget",
    (
        shown("id", 0),
        text("name"),
        money("price"),
        shown("client_id", 0),
        shown("updated_at", 0),
        shown("archived_at", None),
        shown("is_deleted", False),
        kept("created_at", 0),
    ),
)
GADGETS = plain(
    "gadgets",
    Plan(GADGET, required=("name", "client_id"), unique=("name",), client="fixed"),
    by_client=True,
    includes={"client": Include(lambda: CLIENTS, client_of, many=False)},
    filters=Filterable(text=("name",), sorts=("name", "price")),
    accepts=(option("client_id", "integer", updates=False),),
    example={"name": "Lamp", "price": 9.5, "client_id": 1},
)
"""


@pytest.fixture
def gadgets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The file lies beside the others."""
    (tmp_path / "gadgets.py").write_text(FILE)
    monkeypatch.setattr(resources, "__path__", [*resources.__path__, str(tmp_path)])
    caches = (
        registry.modules,
        registry.declared_in,
        hooks.shown_kinds,
        hooks.event_names,
        document._document,
    )
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.fixture
def owner(gadgets: None, api: Api) -> Api:
    assert api.post("/clients", {"name": "Acme"}).data["id"] == 1
    for name, price in (("Lamp", 9.5), ("Chair", 80), ("Desk", 200.25)):
        assert api.post("/gadgets", {"name": name, "price": price, "client_id": 1}).status == 200
    return api


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.data]


def test_it_has_all_verbs(owner: Api) -> None:
    assert names(owner.get("/gadgets?sort=price")) == ["Lamp", "Chair", "Desk"]
    assert owner.put("/gadgets/1", {"price": 10}).data["price"] == 10
    assert owner.get("/gadgets/1").data["name"] == "Lamp"
    assert owner.put("/gadgets/1?action=archive").data["archived_at"]
    assert owner.put("/gadgets/1?action=restore").data["archived_at"] is None
    assert owner.delete("/gadgets/2").data["is_deleted"] is True
    assert owner.post("/gadgets/bulk", {"action": "archive", "ids": [1, 3]}).json["errors"] == []
    assert owner.post("/gadgets", {"name": "Vase", "client_id": 1}, idempotency_key="k").data["id"] == 4
    assert owner.post("/gadgets", {"name": "Vase", "client_id": 1}, idempotency_key="k").data["id"] == 4
    assert owner.send("PUT", "/gadgets").status == 405


def test_input_is_checked(owner: Api) -> None:
    assert set(owner.post("/gadgets", {"price": {}}).errors) == {"name", "client_id", "price"}
    assert set(owner.post("/gadgets", {"name": "Lamp", "client_id": 1}).errors) == {"name"}
    assert set(owner.post("/gadgets", {"name": "New", "client_id": 9}).errors) == {"client_id"}
    assert owner.get("/gadgets").json["meta"]["pagination"]["total"] == 3


def test_lists_are_filtered_and_include(owner: Api) -> None:
    assert names(owner.get("/gadgets?filter=la")) == ["Lamp"]
    assert names(owner.get("/gadgets?client_id=2")) == []
    row = owner.get("/gadgets?include=client&per_page=1").data[0]
    assert row["client"]["name"] == "Acme"
    document_ = owner.get("/gadgets/1?serializer=json&include=client").data
    assert document_["data"]["relationships"]["client"]["data"] == {"type": "client", "id": "1"}


def test_rights_and_tenants(owner: Api, gateway: Gateway) -> None:
    clerk = Api(gateway)
    person = {"first_name": "C", "last_name": "K", "email": f"clerk-{owner.email}", "password": PASSWORD}
    owner.post("/users", {**person, "is_admin": False, "permissions": ["view_client"]})
    clerk.token = clerk.post("/login", person).data[0]["token"]
    assert clerk.post("/gadgets", {"name": "Mine", "client_id": 1}).status == 403
    assert clerk.get("/gadgets/1").status == 404
    assert clerk.get("/gadgets").data == []
    stranger = Api(gateway).register()
    assert stranger.get("/gadgets/1").status == 404
    assert stranger.put("/gadgets/1", {}).status == 404
    reader = Api(gateway, owner.post("/tokens", {"name": "r", "scope": "read"}).data["token"])
    assert reader.get("/gadgets/1").status == 200
    assert reader.delete("/gadgets/1").status == 403


def test_it_is_described_and_told_of(owner: Api) -> None:
    described = document.document("https://kunai.test")
    validate(described)
    assert {"/gadgets", "/gadgets/{id}", "/gadgets/bulk"} <= set(described["paths"])
    assert described["components"]["schemas"]["GadgetCreate"]["required"] == ["name", "client_id"]
    assert "gadget.created" in owner.get("/hooks/events").data
    feed = [row["type"] for row in owner.get("/events?after=0&per_page=100").data]
    assert feed.count("gadget.created") == 3
