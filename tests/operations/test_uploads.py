"""Files too large for a request: a form for S3, and its completion exactly once."""

from __future__ import annotations

import hashlib
import random
import time
import urllib.request
from typing import Any

import pytest

from chalicelib.delivery.relay import run_pending
from chalicelib.local.gateway import Gateway
from chalicelib.operations.documents.upload import MOST_BYTES
from chalicelib.settings import settings
from chalicelib.store import files
from tests.api_client import Api
from tests.operations.steps import client, invoice
from tests.uploads import objects, put_into_s3, upload

LARGE = random.Random(1).randbytes(6_500_000)


def asked(api: Api, name: str = "scan.pdf", size: int = len(LARGE), **fields: Any) -> Any:
    return api.post("/documents", {"name": name, "size": size, **fields}).data


def deliver() -> None:
    while run_pending(lambda: time.time() + 2):
        pass


def test_a_large_file_goes_by_way_of_s3(api: Api) -> None:
    client(api)
    invoice(api)
    form = asked(api)
    assert set(form) == {"upload", "name", "url", "fields", "expires_at"}
    assert form["fields"]["key"].startswith("uploads/")
    assert form["expires_at"] > time.time()
    assert put_into_s3(form, LARGE) in (200, 204)
    body = {"upload": form["upload"], "name": "scan.pdf", "invoice_id": 1}
    made = api.post("/documents", body).data
    digest = hashlib.sha1(LARGE).hexdigest()
    assert (made["name"], made["size"], made["invoice_id"]) == ("scan.pdf", len(LARGE), 1)
    assert made["path"].endswith(f"/{digest}.pdf")
    deliver()
    assert objects(api, "uploads") == []
    assert len(objects(api)) == 1
    again = api.post("/documents", body).data
    assert again["id"] == made["id"]
    assert api.get("/documents").json["meta"]["pagination"]["total"] == 1
    answer = api.get("/documents/1")
    assert (answer.status, answer.body) == (303, b"")
    with urllib.request.urlopen(answer.headers["location"]) as found:
        assert found.read() == LARGE
        assert 'filename="scan.pdf"' in found.headers["content-disposition"]
    assert api.send("HEAD", "/documents/1").status == 303
    assert api.delete("/documents/1").status == 200
    assert set(api.post("/documents", body).errors) == {"upload"}, "the upload is used up"


def test_an_upload_shares_what_is_there_already(api: Api) -> None:
    upload(api, "a.txt", b"same")
    form = asked(api, "b.txt", 4)
    put_into_s3(form, b"same")
    assert api.post("/documents", {"upload": form["upload"], "name": "b.txt"}).data["id"] == 2
    deliver()
    assert len(objects(api)) == 1
    assert objects(api, "uploads") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "x.exe", "size": 5}, 400),
        ({"name": "noext", "size": 5}, 400),
        ({"name": "x.pdf", "size": MOST_BYTES + 1}, 400),
        ({"name": "x.pdf", "size": 0}, 422),
        ({"name": "x.pdf", "size": "big"}, 422),
        ({"name": "x.pdf", "size": None}, 422),
        ({"name": "", "size": 5}, 422),
        ({"name": ["x.pdf"], "size": 5}, 422),
        ({"size": 5}, 422),
        ({"name": "x.pdf", "size": 5, "invoice_id": 7}, 404),
    ],
)
def test_no_form_for_what_could_not_be_completed(api: Api, body: Any, status: int) -> None:
    assert api.post("/documents", body).status == status


def test_s3_is_told_key_type_and_size(api: Api) -> None:
    from base64 import b64decode

    policy = b64decode(asked(api)["fields"]["policy"]).decode()
    assert f'["content-length-range", {len(LARGE)}, {len(LARGE)}]' in policy
    assert '{"Content-Type": "application/pdf"}' in policy
    assert '{"key": "uploads/' in policy


def test_completing_needs_the_own_upload_of_the_type(api: Api, gateway: Gateway) -> None:
    form = asked(api, "a.pdf", 5)
    waiting = {"upload": form["upload"], "name": "a.pdf"}
    assert set(api.post("/documents", waiting).errors) == {"upload"}, "not there yet"
    put_into_s3(form, b"12345")
    other = Api(gateway).register()
    assert set(other.post("/documents", waiting).errors) == {"upload"}
    for body in (
        {**waiting, "name": "a.txt"},
        {**waiting, "upload": "../" + form["upload"]},
        {**waiting, "upload": [form["upload"]]},
        {**waiting, "upload": form["upload"].upper()},
        {**waiting, "upload": "x"},
    ):
        assert set(api.post("/documents", body).errors) == {"upload"}
    assert set(api.post("/documents", {"upload": form["upload"]}).errors) == {"name"}
    assert api.post("/documents", waiting, idempotency_key="k").data["id"] == 1


def test_an_object_beyond_the_limit_is_not_even_read(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 enforces the announced size; whatever stands in for it might not."""
    form = asked(api, "a.pdf", 5)
    files._client().put_object(
        Bucket=settings().bucket, Key=form["fields"]["key"], Body=bytes(MOST_BYTES + 1)
    )
    answer = api.post("/documents", {"upload": form["upload"], "name": "a.pdf"})
    assert (answer.status, answer.json) == (400, {"error": {"message": "File too large"}})
