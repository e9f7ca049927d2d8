"""What requests cost in CPU against the bare handler of `floor`, on DynamoDB Local."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

from tests import engines
from tests.benchmarks.floor import TABLE, Floor
from tests.benchmarks.measure import Program, Row, compare, compare_instructions, compare_processes

SEEDED, SEEDED_FULL = 5_000, 100_000
LIST_ROWS = 100

COLD_OURS = """
from app import app
event = {{"httpMethod": "GET", "path": {path!r}, "headers": {{"X-Ninja-Token": {token!r}}}}}
assert app(event, None)["statusCode"] == 200
"""
COLD_CLIENT = """
import json
from botocore.session import get_session
client = get_session().create_client("dynamodb")
"""
COLD_FLOOR = f"""{COLD_CLIENT}
key = dict(pk=dict(S="invoice"), sk=dict(S="0000000001"))
json.dumps(client.get_item(TableName={TABLE!r}, Key=key)["Item"])
"""
STAGE = "dev"


@contextmanager
def engine() -> Iterator[None]:
    """DynamoDB Local with Kunai's tables. Nothing of chalicelib may be imported before."""
    engines.prepare_environment()
    with tempfile.TemporaryDirectory() as logs, engines.dynamodb(Path(logs)):
        from chalicelib.store import schema

        schema.create_tables()
        yield


def rows(full: bool = False) -> Iterator[Row]:
    """The table of requests; `full` lists from 100,000 invoices instead of 5,000."""
    shop = Shop(SEEDED_FULL if full else SEEDED)
    floor = _floor(shop)
    yield compare("warm GET", shop.get("/v1/invoices/1"), lambda: floor.get("invoice", 1), 0.5)
    yield compare("list 15", shop.get("/v1/invoices"), lambda: floor.page("invoice", 15), 0.09)
    hundred = shop.get("/v1/invoices", per_page=str(LIST_ROWS))
    yield compare("list 100", hundred, lambda: floor.page("invoice", LIST_ROWS), 0.03)
    numbers = count(1)
    yield compare("create", shop.create, lambda: floor.create(shop.body, next(numbers)), 0.4)
    yield from _cold(shop)


def _cold(shop: Shop) -> Iterator[Row]:
    """The unpacked API bundle against botocore as pip installs it, compiled: `client` only makes a client of
    DynamoDB, `call` reads an item with it."""
    with tempfile.TemporaryDirectory() as made:
        bundle, stock = packaged(Path(made)), _stock(Path(made))
        get = Program(COLD_OURS.format(token=shop.token, path="/v1/invoices/1"), bundle)
        listed = Program(COLD_OURS.format(token=shop.token, path="/v1/invoices"), bundle)
        client, call = Program(COLD_CLIENT, stock), Program(COLD_FLOOR, stock)
        yield compare_processes("cold bundle, GET / client", get, client, 0.85)
        if shutil.which("valgrind"):
            yield compare_instructions("the same, million instructions", get, client, 0.85)
        yield compare_processes("cold bundle, GET / call", get, call, 0.85)
        yield compare_processes("cold bundle, list 15 / client", listed, client, 1.0)


def packaged(folder: Path) -> Path:
    """The unpacked bundle of the API, packaged into that folder."""
    from chalicelib.deploy import bundles, stages
    from chalicelib.deploy.package import package

    made = package(stages.named(STAGE), folder / "package")
    return next(one.folder for one in made.bundles if one.name == bundles.API)


def _stock(folder: Path) -> Path:
    stock = folder / "stock"
    wish = f"botocore=={version('botocore')}"
    command = [sys.executable, "-m", "pip", "install", "-q", "--compile", "--target", str(stock), wish]
    subprocess.run(command, check=True, capture_output=True)
    return stock


class Shop:
    """An account with invoices, behind the Lambda handler alone."""

    def __init__(self, invoices: int) -> None:
        from app import app
        from chalicelib.local.gateway import Gateway
        from tests.api_client import Api
        from tests.costs import samples
        from tests.costs.seeding import seed_invoices

        self.app = app
        api = Api(Gateway(app))
        client = samples.stocked(api)
        seed_invoices(api, client, invoices)
        self.token = api.token
        self.body = json.dumps(samples.invoice(client))

    def get(self, path: str, **query: str) -> Callable[[], Any]:
        return lambda: self._call("GET", path, query=query)

    def create(self) -> Any:
        return self._call("POST", "/v1/invoices", body=self.body)

    def _call(self, method: str, path: str, query: dict[str, str] | None = None, body: str = "") -> Any:
        event = {
            "httpMethod": method,
            "path": path,
            "headers": {
                "X-Ninja-Token": self.token,
                "Content-Type": "application/json",
                "Host": "kunai.test",
            },
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()},
            "requestContext": {"path": f"/api{path}"},
            "body": body or None,
            "isBase64Encoded": False,
        }
        answer = self.app(event, None)
        assert answer["statusCode"] == 200, answer["body"]
        return answer


def _floor(shop: Shop) -> Floor:
    """Holds typed what the API answers."""
    floor = Floor()
    floor.create_table()

    def answered(path: str) -> Any:
        return json.loads(shop.get(path, per_page=str(LIST_ROWS))()["body"])["data"]

    floor.seed("invoice", answered("/v1/invoices"))
    floor.seed("product", answered("/v1/products"))
    floor.seed("client", answered("/v1/clients"))
    floor.seed("account", [answered("/v1/accounts")])
    floor.seed("head", [{"total": 5_000}])
    return floor
