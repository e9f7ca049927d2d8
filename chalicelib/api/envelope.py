"""v4's envelopes around views: the array serializer, JSON:API inside it, pagination (http.md 2.1, 2.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.operations.coerce import plain_text
from chalicelib.operations.shape import Data
from chalicelib.resources.view import View, nested


def item(view: View, params: Mapping[str, Any]) -> Any:
    if _is_json_api(params):
        return _wrapped(_document([view], many=False), params)
    return _wrapped(nested(view), params)


def items(views: Sequence[View], params: Mapping[str, Any], meta: Data | None = None) -> Any:
    shown = _document(views, many=True) if _is_json_api(params) else [nested(view) for view in views]
    return _wrapped(shown, params, meta)


def wrapped(value: Any, params: Mapping[str, Any], meta: Data | None = None) -> Any:
    """Anything else that stands in the envelope, such as static tables."""
    return _wrapped(value, params, meta)


def _wrapped(value: Any, params: Mapping[str, Any], meta: Data | None = None) -> Any:
    key = params.get("index")
    key = plain_text(key) if isinstance(key, (str, int)) else ""
    if key == "none":
        return value
    return {key or "data": value} | ({"meta": meta} if meta else {})


def _is_json_api(params: Mapping[str, Any]) -> bool:
    return str(params.get("serializer", "")).lower() == "json"


# ---- JSON:API
def _document(views: Sequence[View], many: bool) -> Data:
    included: dict[tuple[str, str], Data] = {}
    rows = [_resource(view, included) for view in views]
    for row in rows:
        included.pop((row["type"], row["id"]), None)
    document: Data = {"data": rows if many else rows[0]}
    if included:
        document["included"] = list(included.values())
    return document


def _resource(view: View, included: dict[tuple[str, str], Data]) -> Data:
    row: Data = {"type": view.resource.type_name, "id": _id(view)}
    row["attributes"] = {name: value for name, value in view.fields.items() if name != "id"}
    relationships: Data = {}
    for name, children in view.included.items():
        links = []
        for child in children:
            shown = _resource(child, included)
            included.setdefault((shown["type"], shown["id"]), shown)
            links.append({"type": shown["type"], "id": shown["id"]})
        many = view.resource.includes[name].many
        relationships[name] = {"data": links if many else (links[0] if links else None)}
    if relationships:
        row["relationships"] = relationships
    return row


def _id(view: View) -> str:
    """Records that v4 shows without an id are told apart by what names them."""
    fields = view.fields
    return str(fields.get("id", fields.get("num_days", fields.get("account_key", ""))))


# ---- pagination
def pagination(url: str, page: int, size: int, count: int, total: int, exact: bool, cursor: str) -> Data:
    """`meta` of a page. Links carry the page only, as v4's do; they are `[]` when there are none."""
    pages = max(1, -(-total // size))
    links: Data = {}
    if page > 1:
        links["previous"] = f"{url}?page={page - 1}"
    if page < pages or (cursor and not exact):
        links["next"] = f"{url}?page={page + 1}"
    meta: Data = {
        "total": total,
        "count": count,
        "per_page": size,
        "current_page": page,
        "total_pages": pages,
        "links": links or [],
    }
    if not exact:
        meta["total_is_exact"] = False
    if cursor:
        meta["next_cursor"] = cursor
    return {"pagination": meta}
