"""Attached files (resources.md 5.17)."""

from __future__ import annotations

from chalicelib.operations.shape import Shape, kept, shown

DOCUMENT = Shape(
    "document",
    (
        shown("id", 0),
        shown("name"),
        shown("type"),
        shown("path"),
        shown("invoice_id", 0),
        shown("expense_id", 0),
        shown("updated_at", 0),
        shown("created_at", 0),
        shown("is_deleted", False),
        shown("is_default", False),
        shown("preview"),
        shown("size", 0),
        shown("width", 0),
        shown("height", 0),
        kept("sha1"),
        kept("file"),
        kept("preview_type"),
        kept("upload"),
    ),
)
"""`file` names the object in S3, which records of the same content share. `preview_type` is empty without a
preview. `upload` is the form through which a large file came."""

MEDIA_TYPES = {
    "png": "image/png",
    "ai": "application/postscript",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "pdf": "application/pdf",
    "gif": "image/gif",
    "psd": "image/vnd.adobe.photoshop",
    "txt": "text/plain",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
ALIASES = {"jpg": "jpeg", "tif": "tiff"}
"""Other spellings of a type (http.md 7.1)."""
