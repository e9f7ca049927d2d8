"""Listing what is in the bucket."""

from __future__ import annotations

from typing import Any

from chalicelib.store import files
from tests.faults.hooks import hooked, s3


def test_keys_come_page_by_page(bucket: str) -> None:
    wanted = [f"listed/{name}" for name in ("a", "b/1", "b/2", "c")]
    for key in (*reversed(wanted), "listed-not"):
        files.write(key, b"x", "text/plain")
    calls: list[Any] = []

    def small(params: dict[str, Any], **_: Any) -> None:
        calls.append(params.get("ContinuationToken"))
        params["MaxKeys"] = 3

    with hooked(s3(), "provide-client-params.ListObjectsV2", small):
        assert list(files.keys("listed/")) == wanted
    assert len(calls) == 2
    assert list(files.keys("nothing/")) == []
