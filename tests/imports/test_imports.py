"""Starting and reading import only what every request needs; what draws, mails or writes imports the rest."""

from __future__ import annotations

import json
import subprocess
import sys

from chalicelib.local.gateway import Gateway
from tests.api_client import Api
from tests.costs import samples

HEAVY = frozenset({"fpdf", "PIL", "fontTools", "babel", "jinja2", "boto3", "pydantic"})
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
        "pynamodb",
        "blinker",  # with pynamodb
        "orjson",
    }
)
LOADED = """
import json, sys
before = set(sys.modules)
from app import app
{then}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}})))
"""
GET = """
event = {{"httpMethod": "GET", "path": {path!r}, "headers": {{"X-Ninja-Token": {token!r}}}}}
assert app(event, None)["statusCode"] == 200
"""


def loaded(then: str = "") -> set[str]:
    """The top-level modules that a fresh process has after importing the app and doing `then`."""
    answer = subprocess.run(
        [sys.executable, "-c", LOADED.format(then=then)], check=True, capture_output=True, text=True
    )
    return set(json.loads(answer.stdout)) - sys.stdlib_module_names


def test_the_app_imports_what_every_request_needs() -> None:
    private = {name for name in loaded() if name.startswith("_")}
    assert loaded() - private <= ALLOWED


def test_a_read_imports_nothing_heavy(gateway: Gateway) -> None:
    api = Api(gateway)
    client = samples.stocked(api)
    assert api.post("/invoices", samples.invoice(client)).data
    for path in ("/v1/invoices/1", "/v1/invoices", f"/v1/clients/{client}"):
        assert not loaded(GET.format(path=path, token=api.token)) & HEAVY
