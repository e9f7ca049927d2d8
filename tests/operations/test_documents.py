"""Attached files: upload, list, bytes, previews, deletion (http.md 7.1, 7.2)."""

from __future__ import annotations

import hashlib
import io
import struct
import time
import zlib

import pytest
from PIL import Image

from chalicelib.delivery.relay import run_pending
from chalicelib.operations.shapes.document import MEDIA_TYPES
from tests.api_client import Api
from tests.operations.steps import client, invoice
from tests.uploads import multipart, objects, picture, send, upload

FIELDS = [
    "account_key", "is_owner", "user_id", "id", "name", "type", "path", "invoice_id", "expense_id",
    "updated_at", "created_at", "is_deleted", "is_default", "preview", "size", "width", "height",
]  # fmt: skip


def deliver() -> None:
    while run_pending(lambda: time.time() + 2):
        pass


def total(api: Api) -> int:
    found: int = api.get("/documents").json["meta"]["pagination"]["total"]
    return found


def test_an_upload_answers_the_document(api: Api) -> None:
    made = upload(api, "Größe.TXT", b"hello world")
    assert list(made) == FIELDS
    digest = hashlib.sha1(b"hello world").hexdigest()
    assert (made["name"], made["type"], made["size"]) == ("Größe.TXT", "txt", 11)
    assert made["path"] == f"{made['account_key']}/{digest}.txt"
    assert (made["preview"], made["width"], made["is_default"]) == ("", 0, False)
    assert upload(api, "y" * 300 + ".pdf")["name"] == "y" * 251 + ".pdf"


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_a_get_answers_the_bytes_and_a_head_none(api: Api, kind: str) -> None:
    content = bytes(range(256))
    upload(api, f"file.{kind}", content)
    answer = api.get("/documents/1", accept="application/json")
    assert (answer.status, answer.body) == (200, content)
    assert answer.headers["content-type"] == MEDIA_TYPES[kind]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "content-disposition" not in answer.headers
    head = api.send("HEAD", "/documents/1")
    assert (head.status, head.body, head.headers["content-type"]) == (200, b"", MEDIA_TYPES[kind])
    assert api.get("/documents/1?metadata=1").data["size"] == 256


def test_other_spellings_of_a_type(api: Api) -> None:
    assert upload(api, "a.JPG")["type"] == "jpeg"
    assert upload(api, "a.tif")["type"] == "tiff"


@pytest.mark.parametrize("name", ["x.exe", "noext", "x.bmp", "x.svg", ".", "x.", "x.html"])
def test_other_types_are_refused(api: Api, name: str) -> None:
    answer = send(api, name)
    assert (answer.status, answer.json) == (400, {"error": {"message": "Unsupported file type"}})
    assert total(api) == 0
    assert objects(api) == []


def test_what_is_no_upload(api: Api) -> None:
    for body in ({}, {"file": "text"}, {"name": "x.txt"}, {"file": ["x"]}):
        assert set(api.post("/documents", body).errors) == {"file"}
    form = "multipart/form-data; boundary=----kunai-boundary"
    assert set(api.post("/documents", multipart({"x": 1}), content_type=form).errors) == {"file"}
    assert api.put("/documents/1", {"name": "x"}).status == 405
    upload(api)
    assert api.put("/documents/1?action=archive").status == 405
    assert api.get("/documents/1?metadata=1").data["name"] == "note.txt"


def test_a_parent_must_be_there_and_active(api: Api) -> None:
    client(api)
    invoice(api)
    invoice(api)
    api.post("/expenses", {"amount": 5})
    assert upload(api, invoice_id=1)["invoice_id"] == 1
    assert upload(api, invoice_public_id=1)["invoice_id"] == 1
    assert upload(api, expense_public_id=1)["expense_id"] == 1
    both = upload(api, invoice_id=1, expense_id=1)
    assert (both["invoice_id"], both["expense_id"]) == (1, 0)
    assert upload(api, invoice_id="", expense_id=0)["invoice_id"] == 0
    api.put("/invoices/2?action=archive")
    api.delete("/expenses/1")
    before = total(api)
    for fields in ({"invoice_id": 77}, {"invoice_id": "x"}, {"invoice_id": 2}, {"expense_id": 1}):
        answer = send(api, "new.txt", b"new", fields)
        assert (answer.status, answer.json) == (404, {"message": "record does not exist"})
    assert total(api) == before
    assert len(objects(api)) == 1


def test_the_list_is_by_id_with_an_exact_total(api: Api) -> None:
    for number in range(5):
        upload(api, f"{number}.txt", b"%d" % number)
    assert [row["id"] for row in api.get("/documents").data] == [1, 2, 3, 4, 5]
    assert api.delete("/documents/2").data["name"] == "1.txt"
    answer = api.get("/documents?per_page=2&client_id=9")
    assert [row["id"] for row in answer.data] == [1, 3]
    assert answer.json["meta"]["pagination"]["total"] == 4
    cursor = answer.json["meta"]["pagination"]["next_cursor"]
    following = f"/documents?per_page=2&client_id=9&cursor={cursor}"
    assert [row["id"] for row in api.get(following).data] == [4, 5]
    assert [row["id"] for row in api.get("/documents?per_page=2&page=2&filter_active=1").data] == [4, 5]
    assert upload(api, "6.txt")["id"] == 6, "ids are not given twice"


def test_deleting_is_for_good(api: Api) -> None:
    made = upload(api)
    answer = api.delete("/documents/1").data
    assert answer == {name: made[name] for name in FIELDS if name != "user_id"}
    for gone in (api.get("/documents/1"), api.delete("/documents/1"), api.get("/documents/1?metadata=1")):
        assert (gone.status, gone.json) == (404, {"message": "record does not exist"})
    assert total(api) == 0
    deliver()
    assert objects(api) == []


def test_equal_files_share_an_object_until_the_last_goes(api: Api) -> None:
    for name in ("a.txt", "b.txt", "c.doc"):
        upload(api, name, b"same")
    assert len(objects(api)) == 2, "the type belongs to the object"
    api.delete("/documents/1")
    deliver()
    assert api.get("/documents/2").body == b"same"
    api.delete("/documents/2")
    deliver()
    assert len(objects(api)) == 1
    assert api.get("/documents/3").body == b"same"


def test_a_late_removal_spares_the_same_file_uploaded_again(api: Api) -> None:
    upload(api)
    api.delete("/documents/1")
    upload(api)
    deliver()
    assert api.get("/documents/2").body == b"hello"
    assert len(objects(api)) == 1


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png"), ("GIF", "a.gif"), ("TIFF", "a.tif")]
)
def test_pictures_have_a_size_and_a_preview(api: Api, kind: str, name: str) -> None:
    made = upload(api, name, picture(kind, 900, 450))
    assert (made["width"], made["height"]) == (900, 450)
    target = "jpeg" if kind == "JPEG" else "png"
    assert made["preview"] == f"{made['path']}.x300.{target}"
    answer = api.get("/documents/1?preview=1")
    assert answer.headers["content-type"] == f"image/{target}"
    assert Image.open(io.BytesIO(answer.body)).size == (300, 150)
    api.delete("/documents/1")
    deliver()
    assert objects(api) == []


def test_small_pictures_are_their_own_preview(api: Api) -> None:
    content = picture("PNG", 300, 20)
    assert upload(api, "a.png", content)["preview"] == ""
    assert api.get("/documents/1?preview=1").body == content
    assert upload(api, "a.gif", picture("GIF", 3, 2))["preview"].endswith(".gif.x300.png")
    upload(api, "a.txt")
    assert api.get("/documents/3?preview=1").status == 404


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "I;16", "F"])
def test_unusual_pictures_have_previews(api: Api, mode: str) -> None:
    made = upload(api, "a.tiff", picture("TIFF", 400, 400, mode))
    assert (made["width"], made["preview"] != "") == (400, True)
    answer = api.get("/documents/1?preview=1")
    assert Image.open(io.BytesIO(answer.body)).size == (300, 300)


def png(width: int, height: int) -> bytes:
    """A picture of zeros, which take next to no room."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_pictures_that_are_none_are_kept_as_files(api: Api) -> None:
    for number, content in enumerate((b"", b"no picture", png(40, 40)[:60], b"GIF89a"), 1):
        made = upload(api, "a.png", content)
        assert (made["preview"], made["size"]) == ("", len(content))
        assert api.get(f"/documents/{number}").body == content


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 60_000, 2**31 - 1])
def test_a_bomb_is_not_unpacked(api: Api, side: int) -> None:
    content = png(side, side)
    made = upload(api, "a.png", content)
    assert made["preview"] == ""
    assert api.get("/documents/1").body == content


def test_a_dry_run_and_a_repetition(api: Api) -> None:
    assert send(api, query="?dry_run=true").data["id"] == 1
    assert total(api) == 0
    assert objects(api) == []
    first = send(api, idempotency_key="k")
    again = send(api, idempotency_key="k")
    assert (first.status, again.body) == (200, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert total(api) == 1
    assert send(api, content=b"other", idempotency_key="k").status == 422
