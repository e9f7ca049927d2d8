"""The document is valid, complete, and its examples are true."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import validate

from chalicelib.api.openapi.schemas import name_of
from chalicelib.api.routes import ENDPOINTS
from chalicelib.resources.declare import Resource
from chalicelib.resources.registry import RESOURCES
from tests.api_client import Api
from tests.openapi.described import DOCUMENT, check, operations, problems

UNDESCRIBED = {"openapi.json"}
"""The description does not describe itself."""
WITH_EXAMPLE = [resource for resource in RESOURCES.values() if resource.example]


def test_it_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_it_is_served_without_a_token(anonymous: Api) -> None:
    answer = anonymous.get("/openapi.json")
    assert answer.json == DOCUMENT
    assert answer.headers["content-type"] == "application/json"


def test_every_endpoint_is_described() -> None:
    described = {(method, path.count("/") - 1, path.split("/")[1]) for method, path, _ in operations()}
    for name, declared in ENDPOINTS.items():
        for endpoint in declared:
            for method in set(endpoint.methods) - {"HEAD", "PATCH"}:
                if name not in UNDESCRIBED:
                    assert (method, endpoint.depth, name) in described, (method, name)


def test_every_resource_is_described() -> None:
    described = {(method, path) for method, path, _ in operations()}
    for plural, resource in RESOURCES.items():
        wanted = {("GET", f"/{plural}"), ("GET", f"/{plural}/{{id}}")}
        wanted |= {("POST", f"/{plural}")} if resource.create else set()
        wanted |= {("PUT", f"/{plural}/{{id}}")} if resource.update else set()
        wanted |= {("DELETE", f"/{plural}/{{id}}")} if resource.act else set()
        assert wanted <= described


def test_operations_have_names_of_their_own_and_say_what_they_answer() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    for method, path, operation in operations():
        assert operation["summary"], (method, path)
        assert {"200", "201"} & set(operation["responses"]), (method, path)
        assert "422" in operation["responses"], (method, path)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.plural)
def test_every_resource_that_can_be_created_has_an_example(resource: Resource) -> None:
    """Documents are made of files."""
    assert bool(resource.example) == bool(resource.create) or resource.kind == "document"


@pytest.mark.parametrize("resource", WITH_EXAMPLE, ids=lambda resource: resource.plural)
def test_examples_fit_their_schemas(resource: Resource) -> None:
    path = DOCUMENT["paths"][f"/{resource.plural}"]
    sent = path["post"]["requestBody"]["content"]["application/json"]
    assert problems(sent["schema"], sent["example"]) == []
    for operation in path.values():
        shown = _success(operation)
        assert problems(shown["schema"], shown["example"]) == []


@pytest.mark.parametrize("resource", WITH_EXAMPLE, ids=lambda resource: resource.plural)
def test_example_requests_work_and_are_answered_as_shown(api: Api, resource: Resource) -> None:
    _prepare(api, resource)
    fresh = {"email": f"another-{api.email}"} if resource.kind == "user" else {}
    answer = check(
        "POST", f"/{resource.plural}", api.post(f"/{resource.plural}", {**resource.example, **fresh})
    )
    example = _content(_success(DOCUMENT["paths"][f"/{resource.plural}"]["post"])["example"])
    told = {name: example[name] for name in {*resource.example, *resource.example_answer} & set(example)}
    real = _content(answer.json)
    assert _without_moments({name: real[name] for name in told}) == _without_moments(told)


def _success(operation: Any) -> Any:
    found = next(found for code, found in operation["responses"].items() if code in ("200", "201"))
    return found["content"]["application/json"]


def _content(answer: Any) -> Any:
    return answer.get("data", answer)


def _prepare(api: Api, resource: Resource) -> None:
    """The records that the examples name by id 1."""
    if "client_id" in resource.example or "invoice_id" in resource.example:
        assert api.post("/clients", RESOURCES["clients"].example).data["id"] == 1
    if "invoice_id" in resource.example:
        assert api.post("/invoices", RESOURCES["invoices"].example).data["id"] == 1


def _without_moments(value: Any) -> Any:
    """What does not depend on when and by whom a record was made."""
    volatile = {"id", "updated_at", "invoice_date", "contact_key", "account_key", "email"}
    if isinstance(value, dict):
        return {key: _without_moments(item) for key, item in value.items() if key not in volatile}
    return [_without_moments(item) for item in value] if isinstance(value, list) else value


def test_schema_names_are_unique() -> None:
    names = [name_of(resource) for resource in RESOURCES.values()]
    assert len(set(names)) == len(names)
