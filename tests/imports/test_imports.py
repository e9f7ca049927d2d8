"""Starting and reading import only what every request needs; what draws, mails or writes imports the rest."""

from __future__ import annotations

import json
import subprocess
import sys

from chalicelib.api.routes import ENDPOINTS, OUTSIDE, function
from chalicelib.local.gateway import Gateway
from chalicelib.operations.actions import OF_INVOICES
from chalicelib.operations.invoices.actions import ACTIONS
from chalicelib.resources import registry
from chalicelib.resources.registry import RESOURCES, declared_in
from tests.api_client import Api
from tests.costs import samples

HEAVY = frozenset(
    {"fpdf", "PIL", "fontTools", "babel", "jinja2", "boto3", "pydantic", "cryptography", "jwt", "pynamodb"}
)
MOST_OWN = {"": 57, "/v1/invoices/1": 60, "/v1/invoices": 73}
"""Modules of our own and of Chalice that may be loaded after the start, and after a first request: each takes
half a millisecond of it."""
ALLOWED = frozenset(
    {
        "app",
        "chalicelib",
        "botocore",
        "certifi",  # with urllib3 and below, what botocore imports
        "dateutil",
        "jmespath",
        "six",
        "urllib3",
        "chalice",
        "orjson",
    }
)
LOADED = """
import json, sys
before = set(sys.modules)
from app import app
{then}
print(json.dumps(sorted(set(sys.modules) - before)))
"""
GET = """
event = {{"httpMethod": "GET", "path": {path!r}, "headers": {{"X-Ninja-Token": {token!r}}}}}
assert app(event, None)["statusCode"] == 200
"""


def modules(then: str = "") -> set[str]:
    """What a fresh process has loaded after importing the app and doing `then`."""
    answer = subprocess.run(
        [sys.executable, "-c", LOADED.format(then=then)], check=True, capture_output=True, text=True
    )
    return set(json.loads(answer.stdout))


def tops(names: set[str]) -> set[str]:
    """The packages that they are of."""
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def own(names: set[str]) -> list[str]:
    return sorted(name for name in names if name.partition(".")[0] in ("chalice", "chalicelib"))


def test_the_app_imports_what_every_request_needs() -> None:
    found = modules()
    assert {name for name in tops(found) if not name.startswith("_")} <= ALLOWED
    assert len(own(found)) <= MOST_OWN[""], own(found)


def test_a_read_imports_what_it_needs(gateway: Gateway) -> None:
    api = Api(gateway)
    client = samples.stocked(api)
    assert api.post("/invoices", samples.invoice(client)).data
    for path in ("/v1/invoices/1", "/v1/invoices"):
        found = modules(GET.format(path=path, token=api.token))
        assert not tops(found) & HEAVY
        assert len(own(found)) <= MOST_OWN[path], own(found)
    others = modules(GET.format(path=f"/v1/clients/{client}", token=api.token))
    assert not tops(others) & (HEAVY - {"pynamodb"})


def test_every_resource_is_found_by_its_path_alone() -> None:
    declared = {plural: one for module in registry.modules() for plural, one in declared_in(module).items()}
    assert {plural: RESOURCES[plural] for plural in declared} == declared
    assert list(RESOURCES) == sorted(declared)
    for unknown in ("", "view", "related", "work", "no.such", "../clients"):
        assert unknown not in RESOURCES


def test_every_function_of_the_routes_is_there() -> None:
    places = [endpoint.place for endpoints in ENDPOINTS.values() for endpoint in endpoints]
    assert all(callable(function(place)) for place in (*places, *OUTSIDE.values()))


def test_the_names_of_actions_are_those_that_are_carried_out() -> None:
    assert tuple(ACTIONS) == OF_INVOICES
