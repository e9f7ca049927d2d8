"""Files as forms send them, and what S3 holds of them."""

from __future__ import annotations

import io
import urllib.request
from typing import Any

from PIL import Image

from chalicelib.operations.tokens import bearer
from chalicelib.settings import settings
from chalicelib.store import files
from tests.api_client import Answer, Api

BOUNDARY = "----kunai-boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(parts: dict[str, Any], file: tuple[str, bytes] | None = None) -> bytes:
    """The body of a form; `file` comes last, as S3 wants it."""
    body = io.BytesIO()
    for name, value in parts.items():
        body.write(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    if file is not None:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\n'
        body.write(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + file[1] + b"\r\n")
    body.write(f"--{BOUNDARY}--\r\n".encode())
    return body.getvalue()


def send(
    api: Api,
    name: str = "note.txt",
    content: bytes = b"hello",
    fields: dict[str, Any] | None = None,
    query: str = "",
    **headers: str | None,
) -> Answer:
    """An upload to `/documents`."""
    body = multipart(fields or {}, (name, content))
    return api.post(f"/documents{query}", body, content_type=FORM, **headers)


def upload(api: Api, name: str = "note.txt", content: bytes = b"hello", **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = send(api, name, content, fields).data
    return found


def put_into_s3(form: dict[str, Any], content: bytes) -> int:
    """What the caller of a presigned form does; the status of S3's answer."""
    request = urllib.request.Request(
        form["url"], multipart(form["fields"], ("x", content)), {"Content-Type": FORM}
    )
    with urllib.request.urlopen(request) as answer:
        return int(answer.status)


def objects(api: Api, folder: str = "documents") -> list[str]:
    """The keys under which the account has objects in S3."""
    owner = bearer(api.token)
    assert owner is not None
    prefix = f"uploads/{owner.account}/" if folder == "uploads" else f"{owner.account}/{folder}/"
    found = files._client().list_objects_v2(Bucket=settings().bucket, Prefix=prefix)
    return sorted(row["Key"] for row in found.get("Contents", []))


def picture(kind: str, width: int, height: int, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), "red" if mode == "RGB" else 1).save(out, kind)
    return out.getvalue()
