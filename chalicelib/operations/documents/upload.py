"""New documents: from a form's file, or from an object that the caller put into S3 by a presigned form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from chalicelib.errors import BadRequest, InvalidInput
from chalicelib.operations import crud
from chalicelib.operations.coerce import whole
from chalicelib.operations.context import Context
from chalicelib.operations.documents import belonging, pictures, rows
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import DOCUMENT
from chalicelib.operations.shapes.document import ALIASES, MEDIA_TYPES
from chalicelib.operations.work import Work, transact
from chalicelib.store import files
from chalicelib.store.record import Record

MOST_BYTES = 10_000_000
LONGEST_NAME = 255
UPLOADS, UPLOADS_DAYS = "uploads/", 1
"""Where objects wait to become documents, and how long until the bucket expires them."""
TOKEN = re.compile(r"[0-9a-z]{32}\.[a-z]{2,4}")


@runtime_checkable
class File(Protocol):
    """A file of a form."""

    @property
    def filename(self) -> str: ...

    @property
    def data(self) -> bytes: ...


@dataclass(frozen=True)
class Arrival:
    """A file that wants to become a document.

    `content` is None for an `upload` of which S3 has no object: not yet, or no more. `file` names its own
    object, should no other document have the same content.
    """

    name: str
    type: str
    content: bytes | None
    upload: str
    file: str
    picture: pictures.Picture

    @property
    def pointer(self) -> str:
        return rows.same_content(self.file, self.type)

    @property
    def described(self) -> Data:
        """The fields of a document that has the own object."""
        return {
            "file": self.file,
            "preview_type": self.picture.preview_type,
            "width": self.picture.width,
            "height": self.picture.height,
        }


def create(context: Context, body: Mapping[str, Any]) -> Record:
    """A document of `file`, or of the `upload` that a form named; completing an upload twice makes one.

    BadRequest: too large or of an unsupported type. RecordNotFound: no such active invoice or expense.
    Unauthorized, InvalidInput. Nothing is stored in any of these cases.
    """
    arrival = _arrival(context, body)
    return transact(context, lambda work: _add(work, body, arrival))


def form(context: Context, body: Mapping[str, Any]) -> Data:
    """Where and how to upload a file of the announced name and size. Errors as for create."""
    name, kind = _named(body.get("name"))
    size = _announced(body.get("size"))
    work = Work(context, {})
    belonging.check_default(work, body)
    belonging.parent(work, body)
    token = f"{context.new_key()}.{kind}"
    asked = files.form(_upload_key(context, token), MEDIA_TYPES[kind], size)
    return {"upload": token, "name": name, **asked, "expires_at": context.now + files.LINK_SECONDS}


def _arrival(context: Context, body: Mapping[str, Any]) -> Arrival:
    file, upload = body.get("file"), body.get("upload")
    content: bytes | None
    if isinstance(file, File):
        upload, content = "", file.data
        name, kind = _named(file.filename)
    elif upload:
        name, kind = _named(body.get("name"))
        content = _uploaded(context, upload, kind)
    else:
        raise InvalidInput.of("file", "The file field is required.")
    _check_size(len(content or b""))
    digest = hashlib.sha256(content or b"").hexdigest()
    picture = pictures.inspect(kind, content or b"")
    return Arrival(name, kind, content, upload, f"{digest}-{context.new_key()}.{kind}", picture)


def _named(sent: Any) -> tuple[str, str]:
    """A file's name and its type, by the ending alone as in v4."""
    if not isinstance(sent, str) or not sent.strip():
        raise InvalidInput.of("name", "The name field is required.")
    ending = sent.rpartition(".")[2].lower() if "." in sent else ""
    kind = ALIASES.get(ending, ending)
    if kind not in MEDIA_TYPES:
        raise BadRequest("Unsupported file type")
    return sent[-LONGEST_NAME:], kind


def _announced(sent: Any) -> int:
    try:
        size = whole(sent)
    except ValueError as error:
        raise InvalidInput.of("size", str(error)) from None
    if size < 1:
        raise InvalidInput.of("size", "The size must be at least 1.")
    _check_size(size)
    return size


def _check_size(size: int) -> None:
    if size > MOST_BYTES:
        raise BadRequest("File too large")


def _upload_key(context: Context, token: str) -> str:
    return f"{UPLOADS}{context.account}/{context.user}/{token}"


def _uploaded(context: Context, token: Any, kind: str) -> bytes | None:
    if not isinstance(token, str) or not TOKEN.fullmatch(token) or not token.endswith(f".{kind}"):
        raise InvalidInput.of("upload", "The upload does not exist or has another type.")
    key = _upload_key(context, token)
    size = files.size(key)
    if size is None:
        return None
    _check_size(size)
    return files.read(key)


def _add(work: Work, body: Mapping[str, Any], arrival: Arrival) -> Record:
    work.fetch(_first_keys(work, body, arrival))
    if arrival.upload:
        done = work.pointed(rows.UPLOAD, arrival.upload)
        if done:
            document = work.load(DOCUMENT, done[0])
            _do_without(work, arrival, document.data["file"])
            return document
        work.files.drop(_upload_key(work.context, arrival.upload))
    if arrival.content is None:
        raise InvalidInput.of("upload", "The upload has not arrived.")
    belonging.check_default(work, body)
    parent = belonging.parent(work, body)
    document = work.new(DOCUMENT)
    if parent is not None:
        document.data[f"{parent.kind}_id"] = parent.id
    document.data |= {
        "name": arrival.name,
        "type": arrival.type,
        "is_default": belonging.is_default(body),
        "size": len(arrival.content),
        "sha1": hashlib.sha1(arrival.content, usedforsecurity=False).hexdigest(),
        "upload": arrival.upload,
    }
    _settle_content(work, document, arrival, arrival.content)
    rows.store(work, document, {})
    crud.announce(work, rows.PLAN, document, crud.CREATED)
    return document


def _first_keys(work: Work, body: Mapping[str, Any], arrival: Arrival) -> list[Any]:
    """All rows that the decision is likely to read, in its first call."""
    keys = [work.pointer_key(rows.FILE, arrival.pointer)]
    if arrival.upload:
        keys.append(work.pointer_key(rows.UPLOAD, arrival.upload))
    named = belonging.parent_id(body)
    if named is not None:
        shape, number = named
        keys += [work.key(shape.kind, number), work.pointer_key(rows.parent_pointer(shape.kind), str(number))]
    if belonging.is_default(body):
        keys.append(work.pointer_key(rows.DEFAULT, "1"))
    return keys


def _settle_content(work: Work, document: Record, arrival: Arrival, content: bytes) -> None:
    """Share the object of a document with the same content, or bring a new one."""
    account, picture, own = work.context.account, arrival.picture, arrival.described
    twins = work.pointed(rows.FILE, arrival.pointer)
    if twins:
        twin = work.load(DOCUMENT, twins[0]).data
        document.data |= {name: twin[name] for name in own}
        _do_without(work, arrival, twin["file"])
        return
    document.data |= own
    work.files.put(rows.content_key(account, own), content, MEDIA_TYPES[arrival.type])
    if picture.preview_type:
        media_type = MEDIA_TYPES[picture.preview_type]
        work.files.put(rows.preview_key(account, own), picture.preview, media_type)


def _do_without(work: Work, arrival: Arrival, file: str) -> None:
    """Leave the own object for that of `file`, unless an attempt that seemed lost has made it the own one."""
    if file != arrival.file:
        for key in rows.object_keys(work.context.account, arrival.described):
            work.files.spare(key)
