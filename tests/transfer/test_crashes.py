"""An import that dies anywhere can be gone on with, or undone; both end as if it had never died."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from chalicelib.local.gateway import Gateway
from tests import uploads
from tests.api_client import Api
from tests.faults.hooks import dynamodb, hooked
from tests.operations import steps
from tests.transfer.elsewhere import Elsewhere, command


def test_dying_after_any_write(gateway: Gateway, other: Elsewhere, tmp_path: Path) -> None:
    api, file = Api(gateway).register(), str(tmp_path / "account.jsonl")
    steps.client(api, "payer@client.test")
    steps.invoice(api)
    uploads.upload(api)
    assert command("export", api.email, file).error == ""
    assert other.run("import", file).error == ""
    whole = other("rows")
    other("wipe")
    for at in count(1):
        if not other("dying", at, "import", file):
            break
        is_over = other("rows") == whole
        assert bool(other.run("import", "--undo", file).error) == is_over, at
        assert other("rows") == whole * is_over, at
        other("dying", at, "import", file)
        assert bool(other.run("import", file).error) == is_over, at
        assert other("rows") == whole, at
        other("wipe")
    assert at == 8, "seven calls write"


def test_writes_during_an_export(gateway: Gateway, tmp_path: Path) -> None:
    api = Api(gateway).register()
    steps.client(api)
    written = 0

    def write(params: object, **_: object) -> None:
        nonlocal written
        if written < most and "records" in str(params) and "pointer" in str(params):
            written += 1
            steps.product(api, f"made meanwhile {written}")

    for most, file in ((1, tmp_path / "calm.jsonl"), (1_000, tmp_path / "restless.jsonl")):
        written = 0
        with hooked(dynamodb(), "provide-client-params.Query", write):
            ran = command("export", api.email, str(file))
        if most == 1:
            assert ran.error == ""
            assert "beginning again" in ran.err
            assert "made meanwhile 1" in file.read_text()
            assert command("verify", str(file)).error == ""
        else:
            assert "does not stand still" in ran.error
            assert list(tmp_path.iterdir()) == [tmp_path / "calm.jsonl"]
