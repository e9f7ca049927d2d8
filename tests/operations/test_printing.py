"""GET /download: PDF bytes for every kind of caller, drawn once for what they show (http.md 11)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from chalicelib.store import files
from tests.api_client import Api
from tests.operations.steps import act, change, client, invoice, line, settings
from tests.render.pdf.reading import text
from tests.uploads import picture, upload


@pytest.fixture
def drawn(bucket: str) -> Iterator[list[str]]:
    """The keys of the objects that are put into S3 meanwhile."""
    keys: list[str] = []

    def count(params: dict[str, Any], **_: Any) -> None:
        keys.append(params["Key"])

    events = files._client().meta.events
    events.register("provide-client-params.s3.PutObject", count)
    yield keys
    events.unregister("provide-client-params.s3.PutObject", count)


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/pdf", "text/html"])
def test_every_caller_gets_the_bytes(api: Api, accept: str | None) -> None:
    client(api, name="Größe & Söhne")
    invoice(api, line(1234.5, 2, "Consulting"))
    answer = api.get("/download/1", accept=accept)
    assert answer.status == 200
    assert answer.body.startswith(b"%PDF-")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="Invoice_0001.pdf"'
    shown = text(answer.body)
    for word in ("Größe & Söhne", "Consulting", "2,469.00", "0001"):
        assert word in shown
    head = api.send("HEAD", "/download/1")
    assert (head.status, head.body) == (200, b"")


def test_an_unchanged_invoice_is_drawn_once(api: Api, drawn: list[str]) -> None:
    client(api, name="Acme")
    invoice(api)
    first = api.get("/download/1").body
    assert len(drawn) == 1
    assert api.get("/download/1").body == first
    change(api, 1, private_notes="not printed")
    act(api, 1, "archive")
    assert api.get("/download/1").body == first
    assert len(drawn) == 1
    for changed in (
        lambda: change(api, 1, po_number="PO 7"),
        lambda: api.put("/clients/1", {"name": "Acme Ltd"}),
        lambda: settings(api, name="We"),
    ):
        before = len(drawn)
        changed()
        assert api.get("/download/1").body != first
        assert len(drawn) == before + 1
    assert len(set(drawn)) == 4


def test_quotes_have_their_own_name(api: Api) -> None:
    client(api)
    invoice(api, is_quote=True, invoice_number='A/1 "x"')
    answer = api.get("/download/1")
    assert "Quote_A" in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].count('"') == 2
    assert "Quote" in text(answer.body)


def test_what_cannot_be_downloaded(api: Api) -> None:
    client(api)
    invoice(api)
    assert api.get("/download/9").json == {"message": "record does not exist"}
    assert api.get("/download/x").status == 404
    act(api, 1, "delete")
    assert (api.get("/download/1").status, api.get("/download/1").json) == (
        404,
        {"error": {"message": "Route does not exist"}},
    )
    assert api.get("/download").status == 404


def test_an_archived_client_does_not_hide_the_document(api: Api) -> None:
    client(api, name="Acme")
    invoice(api)
    api.delete("/clients/1")
    assert api.get("/download/1").body.startswith(b"%PDF-")


def test_attached_pictures_are_printed_where_the_account_wishes(api: Api) -> None:
    client(api)
    invoice(api, line(5))
    upload(api, "plan.png", picture("PNG", 40, 20), invoice_id=1)
    upload(api, "large.jpg", picture("JPEG", 900, 600), invoice_id=1)
    upload(api, "notes.txt", b"no picture", invoice_id=1)
    assert images(api.get("/download/1").body) == 0
    settings(api, invoice_embed_documents=True)
    assert images(api.get("/download/1").body) == 2
    api.delete("/documents/1")
    assert images(api.get("/download/1").body) == 1


def images(pdf: bytes) -> int:
    return sum(len(page.images) for page in PdfReader(BytesIO(pdf)).pages)
