"""Lists as a caller reads them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tests.api_client import Api

Row = dict[str, Any]
Params = dict[str, Any]


def walk(api: Api, path: str, **params: Any) -> list[int]:
    """The ids met by a walk by cursor."""
    met: list[int] = []
    cursor = ""
    while True:
        answer = api.get(f"{path}?{urlencode({**params, 'cursor': cursor})}")
        met += [row["id"] for row in answer.data]
        cursor = answer.json["meta"]["pagination"].get("next_cursor", "")
        if not cursor:
            return met


def ids(api: Api, path: str, **params: Any) -> list[int]:
    """The ids of a list of one page, which its total agrees with."""
    answer = api.get(f"{path}?{urlencode({'per_page': 500, **params})}")
    found = [row["id"] for row in answer.data]
    assert answer.json["meta"]["pagination"]["total"] == len(found)
    return found
