"""What `make deploy` and `make destroy` do up to the credentials, and with a stand-in for AWS behind them.

The whole of it, on a local cloud with CloudFormation, is `tests/e2e/test_deployed.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from chalicelib.deploy import artifacts, secrets, stack, stages
from chalicelib.deploy.__main__ import main
from chalicelib.deploy.bundles import Bundle
from chalicelib.deploy.cloud import NO_CREDENTIALS, NO_REGION, Cloud
from chalicelib.deploy.package import Package
from tests.engines import MOTO_URL

DEV = stages.named("dev")
TEMPLATE = {
    "Parameters": {
        "MailFrom": {"Type": "String", "Default": "a@b.test"},
        "Tracing": {"Type": "String", "Default": "off"},
    },
    "Resources": {"A": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./api.zip"}}},
}


@pytest.fixture
def cloud(moto: None, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    for service in ("SSM", "CLOUDFORMATION", "STS"):
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", MOTO_URL)
    return Cloud("123456789012", "eu-west-1")


def made(folder: Path, content: bytes = b"code") -> Package:
    (folder / "api.zip").write_bytes(content)
    bundle = Bundle("api", folder, folder / "api.zip", content.hex(), len(content))
    return Package(DEV, folder, TEMPLATE, [bundle])


@pytest.mark.parametrize("verb", ["deploy", "destroy"])
def test_without_credentials_or_region_nothing_begins(verb: str, tmp_path: Path) -> None:
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    for region, text in (({}, NO_REGION), ({"AWS_DEFAULT_REGION": "eu-west-1"}, NO_CREDENTIALS)):
        command = [sys.executable, "-m", "chalicelib.deploy", verb, "dev"]
        done = subprocess.run(command, env={**bare, **region}, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr.strip()) == (1, "", text)


def test_stages_and_parameters_are_known_ones() -> None:
    with pytest.raises(SystemExit, match="STAGE must be one of dev, prod; it is not set"):
        main(["package", ""])
    with pytest.raises(SystemExit, match="no parameter Mail;"):
        stack.parameters(TEMPLATE, {"Mail": "x"}, None)


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(SystemExit, match="holds something else"):
        main(["package", "dev", "--out", str(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_parameter_keeps_its_value_until_another_is_wished_for() -> None:
    before = {"Parameters": [{"ParameterKey": "MailFrom"}, {"ParameterKey": "Gone"}]}
    assert stack.parameters(TEMPLATE, {}, None) == []
    assert stack.parameters(TEMPLATE, {"Tracing": "on"}, before) == [
        {"ParameterKey": "Tracing", "ParameterValue": "on"},
        {"ParameterKey": "MailFrom", "UsePreviousValue": True},
    ]
    before = {"Parameters": [{"ParameterKey": "MailFrom", "ParameterValue": "c@d.test"}]}
    assert stack.values(TEMPLATE, {"Tracing": "on"}, before) == {"MailFrom": "c@d.test", "Tracing": "on"}


def test_secrets_are_made_once_and_shown_to_nobody(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    def values() -> dict[str, str]:
        found = cloud.client("ssm").get_parameters_by_path(Path=DEV.secrets, WithDecryption=True)
        assert {row["Type"] for row in found["Parameters"]} <= {"SecureString"}
        return {row["Name"].rpartition("/")[2]: row["Value"] for row in found["Parameters"]}

    assert secrets.ensure(cloud, DEV) == [f"/kunai/dev/{name}" for name in secrets.FIRST]
    first = values()
    assert first["demo-token"] == "none"
    assert len(first["server-secret"]) == len(first["api-secret"]) == 64
    assert first["server-secret"] != first["api-secret"]
    assert secrets.ensure(cloud, DEV) == []
    assert values() == first
    secrets.remove(cloud, DEV)
    assert values() == {}
    assert capsys.readouterr().out == ""


def test_a_bundle_lies_under_its_content_and_is_sent_once(cloud: Cloud, tmp_path: Path) -> None:
    url = artifacts.upload(cloud, made(tmp_path), {})
    template = boto3.client("s3").get_object(
        Bucket=cloud.artifacts, Key=url.partition(f"{cloud.artifacts}/")[2]
    )
    assert b'{"Bucket": "kunai-artifacts-123456789012-eu-west-1", "Key": "kunai-dev/api-636f6465.zip"}' in (
        template["Body"].read()
    )
    assert artifacts.upload(cloud, made(tmp_path), {}) == url
    assert artifacts.upload(cloud, made(tmp_path), {"Tracing": "on"}) != url
    assert artifacts.upload(cloud, made(tmp_path, b"other"), {}) != url
    artifacts.empty(cloud, cloud.artifacts)
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket=cloud.artifacts)
    artifacts.empty(cloud, "no-such-bucket-anywhere")
