"""Objects in S3 to which no record refers any more."""

from __future__ import annotations

from chalicelib.store import files
from chalicelib.store.event import Event


def remove(item: Event) -> None:
    """Keys are never used twice, so it does not matter how late or how often this happens."""
    for key in item.body["files"]:
        files.remove(key)
