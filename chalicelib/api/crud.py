"""The seven verbs of every declared resource."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.api import envelope, response
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import MethodNotAllowed, RecordNotFound, Unauthorized, UnsupportedAction
from chalicelib.operations.coerce import integral, whole
from chalicelib.operations.context import Context
from chalicelib.resources.declare import Resource
from chalicelib.resources.view import Tree, parse_includes, view
from chalicelib.store.reads import get_row, record_key
from chalicelib.store.record import Record, from_raw

if TYPE_CHECKING:
    from chalicelib.operations.lists import Page
    from chalicelib.operations.selection import Selection

PAGE_SIZE = 15
LARGEST_PAGE = 5_000


def collection(context: Context, resource: Resource, request: Request) -> Response:
    """GET and POST on the plural."""
    if request.method in ("GET", "HEAD"):
        from chalicelib.resources.filters import select

        return listing(context, resource, request, select(context, resource, request.fields))
    if request.method == "POST" and resource.create:
        return _store(context, resource, request)
    raise MethodNotAllowed(request.method, ("GET", "HEAD", *(("POST",) if resource.create else ())))


def member(context: Context, resource: Resource, request: Request, ident: str) -> Response:
    """GET, PUT and DELETE on one record; the id in the path is the one that counts."""
    key = public_id(ident)
    if request.method in ("GET", "HEAD"):
        return shown(context, resource, request, find(context, resource, key))
    if request.method in ("PUT", "DELETE"):
        from chalicelib.api.execution import execute

        return execute(
            context,
            request,
            lambda context: _change(context, resource, request, key),
            lambda context, record: shown(context, resource, request, record),
        )
    raise MethodNotAllowed(request.method, ("GET", "HEAD", "PUT", "PATCH", "DELETE"))


def listing(context: Context, resource: Resource, request: Request, selection: Selection) -> Response:
    from chalicelib.operations.pages import read_page

    page, size = page_of(request)
    found, cursor = read_page(context, selection, (page - 1) * size, size, cursor_of(request))
    return paged(context, resource, request, found, cursor)


def paged(context: Context, resource: Resource, request: Request, found: Page, cursor: str) -> Response:
    """The answer of a list."""
    page, size = page_of(request)
    views = view(context, resource, found.records, includes(request))
    meta = envelope.pagination(request.url, page, size, len(found.records), found.total, found.exact, cursor)
    return response.json(envelope.items(views, request.fields, meta))


def cursor_of(request: Request) -> str:
    """The cursor sent; an empty one begins a walk, as the first page does."""
    return str(request.fields.get("cursor") or "")


def page_of(request: Request) -> tuple[int, int]:
    """The page asked for and its size; odd values fall back to the first page and v4's 15 rows."""
    page = max(1, integral(request.field("page"), 1))
    return page, min(max(0, integral(request.field("per_page"))) or PAGE_SIZE, LARGEST_PAGE)


def shown(
    context: Context, resource: Resource, request: Request, record: Record, creator: bool = False
) -> Response:
    (only,) = view(context, resource, [record], includes(request), creator)
    if resource.explain and request.field("explain"):
        only.fields["explain"] = resource.explain(record)
    return response.json(envelope.item(only, request.fields))


def includes(request: Request) -> Tree:
    asked = request.field("include")
    return parse_includes(asked) if isinstance(asked, str) and asked else {}


def find(context: Context, resource: Resource, key: int) -> Record:
    """One record in a single read.

    RecordNotFound: unknown, or hidden from the user. Unauthorized: an `open_lookup` record of another user,
    or the account has switched the module off.
    """
    raw = get_row(record_key(context.account, resource.kind, key))
    if raw is None:
        raise RecordNotFound
    record = from_raw(resource.kind, raw)
    if not context.may("view", resource.kind, record.owner):
        raise RecordNotFound
    if resource.open_lookup and not context.is_admin and record.owner != context.user:
        raise Unauthorized
    if not context.has_module(resource.kind):
        raise Unauthorized
    return record


def _store(context: Context, resource: Resource, request: Request) -> Response:
    """Create, or update the record that a positive id in the body names (REC of http.md 2.7)."""
    from chalicelib.api.execution import execute

    create, update = resource.create, resource.update
    assert create is not None  # noqa: S101  (the caller asked)
    key = named_id(request.body.fields)
    if key and update:
        return execute(
            context,
            request,
            lambda context: update(context, key, request.fields),
            lambda context, record: shown(context, resource, request, record),
        )

    def made(context: Context, record: Record) -> Response:
        return shown(context, resource, request, record, resource.names_creator)

    def kept(context: Context, record: Record) -> Response:
        return made(context, replace(record, data={**record.data, resource.once: None}))

    return execute(
        context,
        request,
        lambda context: create(context, request.fields),
        made,
        kept if resource.once else None,
    )


def _change(context: Context, resource: Resource, request: Request, key: int) -> Record:
    action = "delete" if request.method == "DELETE" else request.field("action")
    if action not in (None, ""):
        if resource.act is None:
            find(context, resource, key)
            if request.method == "DELETE":
                raise MethodNotAllowed("DELETE", ("GET", "HEAD"))
            raise UnsupportedAction(str(action))
        return resource.act(context, key, str(action), request.fields)
    if resource.update is None:
        find(context, resource, key)
        raise MethodNotAllowed("PUT", ("GET", "HEAD"))
    return resource.update(context, key, request.fields)


def public_id(text: str) -> int:
    """The id of a path; anything that is not one matches no record."""
    key = integral(text, 0)
    if not 0 < key < 10**10:
        raise RecordNotFound
    return key


def named_id(fields: dict[str, Any]) -> int:
    """A positive id in a body; null, 0, negative and malformed ones mean a new record."""
    for name in ("public_id", "id"):
        try:
            key = whole(fields.get(name), high=10**10 - 1)
        except ValueError:
            key = 0
        if key > 0:
            return key
    return 0
