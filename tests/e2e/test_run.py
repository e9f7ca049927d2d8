"""The end-to-end script against `make run`."""

from __future__ import annotations

from pathlib import Path

from tests.api_client import Api
from tests.e2e.__main__ import main
from tests.e2e.network import Network
from tests.running import serving


def test_make_run_passes_the_end_to_end_script(tmp_path: Path) -> None:
    """With a demo token and a secret of registration that the environment sets."""
    with serving(tmp_path, KUNAI_DEMO_TOKEN="my-own", KUNAI_API_SECRET="password", KUNAI_HOUR="2") as server:
        given = ["--api-secret", "password", "--mails", server.mails, "--patience", "60"]
        assert main([server.address, *given]) == 0
        assert "(token my-own)" in server.banner
        assert Api(Network(server.address), "my-own").get("/ping").text == "success"
        assert Api(Network(server.address)).post("/register", {"email": "late@e2e.test"}).status == 403
