"""The end-to-end script against the package, deployed onto the local cloud by what `make deploy` does.

Requests come through the gateway's own address; the stream, the queues and the schedules start the functions;
each function has the rights of its role and no others.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from chalicelib.deploy.package import Package
from tests.api_client import Api
from tests.deploy.conftest import packaged
from tests.e2e.__main__ import main
from tests.e2e.deployment import Deployment, deployed
from tests.e2e.emulator import cloud
from tests.e2e.network import Network
from tests.e2e.selling import CLIENT, INVOICE
from tests.e2e.wire import PDF_WITHOUT_ACCEPT

__all__ = ("packaged",)


@pytest.fixture(scope="module")
def deployment(packaged: Package, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with cloud(tmp_path_factory.mktemp("cloud")) as local:
        made = deployed(local, packaged)
        made.hurry()
        yield made


def test_the_deployed_package_passes_the_end_to_end_script(deployment: Deployment) -> None:
    secret, mails = deployment.secret("api-secret"), deployment.cloud.mails
    given = ["--api-secret", secret, "--mails", mails, "--patience", "150"]
    assert main([deployment.address, *given, "--without", PDF_WITHOUT_ACCEPT]) == 0
    assert deployment.complaints() == []


def test_the_step_left_out_is_beyond_the_emulator(deployment: Deployment) -> None:
    """It decodes an answer only where Accept names a type (`_media_type_matches` in its apigateway_v1.py).

    What AWS does without that header is not documented. Should this fail, the step can be taken in.
    """
    api = Api(Network(deployment.address))
    api.register(email="without@e2e.test", api_secret=deployment.secret("api-secret"))
    api.post("/clients", CLIENT)
    api.post("/invoices", INVOICE)
    answer = api.get("/download/1")
    assert (answer.status, base64.b64decode(answer.body)[:5]) == (200, b"%PDF-")


def test_a_deployment_changes_under_way_and_leaves_its_data(
    deployment: Deployment, packaged: Package
) -> None:
    """A parameter is changed by a second `make deploy`, then `make destroy` leaves production's tables."""
    api = Api(Network(deployment.address))
    api.register(email="changing@e2e.test", api_secret=deployment.secret("api-secret"))
    changed = deployed(deployment.cloud, packaged, Registration="closed")
    assert changed.address == deployment.address
    assert api.get("/ping").text == "success"
    late = {
        "first_name": "L",
        "last_name": "L",
        "email": "late@e2e.test",
        "password": "correct horse battery",
    }
    assert api.post("/register", {**late, "api_secret": deployment.secret("api-secret")}).status == 403
    deployment.remove()
    assert api.get("/ping").status in (403, 404)
    tables = deployment.cloud.client("dynamodb").list_tables()["TableNames"]
    assert tables == [f"kunai-prod-{name}" for name in ("events", "lookups", "records")]
