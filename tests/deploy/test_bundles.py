"""What the bundles hold, what they leave out, and that they run by themselves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import cache_from_source, source_hash
from pathlib import Path

import pytest

from chalicelib.api import gateway, routes
from chalicelib.deploy import bundles, contents
from chalicelib.deploy.bundles import BUNDLES, Bundle
from chalicelib.deploy.package import Package
from chalicelib.deploy.wheels import Unfit
from tests.deploy.test_wheels import install

HEAVY = ("fpdf", "PIL", "fontTools", "uharfbuzz", "jinja2", "manimgx_fonts", "paperang_p2_fonts_cjk")
RUN = """
import json, sys
sys.path[:0] = [{folder!r}]
from app import app
{then}
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
foreign = [file for file in files if "site-packages" in file]
print(json.dumps([answer, foreign]))
"""


@pytest.fixture(params=BUNDLES)
def bundle(packaged: Package, request: pytest.FixtureRequest) -> Bundle:
    return packaged.bundles[BUNDLES.index(request.param)]


def run(bundle: Bundle, then: str) -> list[object]:
    """What a process answers that has nothing but the bundle and Python itself."""
    code = RUN.format(folder=str(bundle.folder), then=then)
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": "eu-west-1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-S", "-s", "-c", code], env=environment, check=True, capture_output=True, text=True
    )
    answer, foreign = json.loads(done.stdout)
    assert foreign == []
    return [answer]


def test_sizes_are_within_lambdas_limits(bundle: Bundle) -> None:
    assert bundle.zipped < bundles.MOST_ZIPPED
    assert bundle.unpacked < bundles.MOST_UNPACKED
    with zipfile.ZipFile(bundle.archive) as packed:
        assert sum(entry.file_size for entry in packed.infolist()) == bundle.unpacked


def test_ordinary_requests_get_a_third(packaged: Package) -> None:
    api, drawing = packaged.bundles
    assert api.zipped * 2 < drawing.zipped
    assert not [name for name in HEAVY if (api.folder / name).exists()]
    assert not [name for name in HEAVY if not (drawing.folder / name).exists()]
    for folder in ("chalicelib/local", "chalicelib/deploy", "tests", "boto3"):
        assert not (drawing.folder / folder).exists()


def test_too_large_is_refused(packaged: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    one = packaged.bundles[0]
    monkeypatch.setattr(bundles, "MOST_UNPACKED", one.unpacked - 1)
    with pytest.raises(bundles.TooLarge, match="api has"):
        bundles._measured(one.name, one.folder, one.archive)


def compiled_of(source: str) -> bytes:
    """As far as it is looked at."""
    return bytes(8) + source_hash(source.encode())


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    """The packaging itself checks; here is what it would find."""
    installed, code, archive = tmp_path / "wheels", tmp_path / "code", tmp_path / "api.zip"
    install(installed, "a")
    code.mkdir()
    (code / "app.py").write_text("app = 1\n")
    compiled = cache_from_source("app.py")
    held = {"a.pyc": compiled_of("x = 1\n"), "app.py": b"app = 1\n", compiled: compiled_of("app = 1\n")}

    def check(changes: dict[str, bytes | None]) -> None:
        with zipfile.ZipFile(archive, "w") as packed:
            for path, content in {**held, **changes}.items():
                if content is not None:
                    packed.writestr(path, content)
        contents.check(Bundle("api", tmp_path, archive, "", 0), installed, code)

    check({})
    faults: tuple[tuple[dict[str, bytes | None], str], ...] = (
        ({"a.pyc": None}, r"lacks a\.pyc"),
        ({"a.pyc": compiled_of("x = 2\n")}, r"has changed a\.pyc"),
        ({"app.py": b"app = 2\n"}, r"has changed app\.py"),
        ({"b.py": b""}, r"has no use for b\.py"),
        ({"a.py": b"x = 1\n"}, r"has no use for a\.py"),
        ({compiled: None}, r"lacks .*app\.cpython-.*\.pyc"),
    )
    for changes, fault in faults:
        with pytest.raises(Unfit, match=fault):
            check(changes)


def test_compiled_files_are_taken_without_a_look_at_the_sources(bundle: Bundle) -> None:
    compiled = list(bundle.folder.rglob("*.pyc"))
    assert len(compiled) > 500
    assert {int.from_bytes(path.read_bytes()[4:8], "little") for path in compiled} == {0b01}


def test_botocore_knows_what_we_call_and_no_more(bundle: Bundle) -> None:
    data = bundle.folder / bundles.BOTOCORE_DATA
    assert sum(path.stat().st_size for path in data.rglob("*")) < 500_000
    (answer,) = run(
        bundle,
        """
import botocore.session
from chalicelib import parameters
session = botocore.session.get_session()
session.set_credentials("key", "secret")
made = [session.create_client(name) for name in ("dynamodb", "lambda", "s3", "sesv2", "sqs", "ssm")]
answer = [client.meta.endpoint_url for client in made]
files = made[2]
answer.append(files.generate_presigned_post("bucket", "key")["url"])
answer.append(files.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"})[:50])
""",
    )
    hosts = ("dynamodb", "lambda", "s3", "email", "sqs", "ssm")
    links = ["https://bucket.s3.amazonaws.com/", "https://bucket.s3.amazonaws.com/key?AWSAccessKeyId"]
    assert answer == [*(f"https://{host}.eu-west-1.amazonaws.com" for host in hosts), *links]


def test_each_function_starts_from_its_bundle(packaged: Package) -> None:
    """With the modules that it imports only when there is work."""
    api, drawing = packaged.bundles
    refused = "answer = app({'httpMethod': 'GET', 'path': '/v1/clients', 'headers': {}}, None)['statusCode']"
    assert run(api, f"import chalicelib.delivery.sweeper, chalicelib.schedules.overdue\n{refused}") == [403]
    page = "answer = app({'httpMethod': 'GET', 'path': '/docs', 'headers': {}}, None)['statusCode']"
    heavy = f"import {', '.join(HEAVY)}, nh3, chalicelib.delivery.worker, chalicelib.render.pdf"
    assert run(drawing, f"{heavy}\n{page}") == [200]


def test_what_draws_is_declared_to_draw() -> None:
    drawn = routes.drawn()
    assert {"/v1/download/{key}", "/v1/documents", "/view/{key}", "/settings", "/docs/{file}"} <= set(drawn)
    assert set(drawn) < set(gateway.routes())
