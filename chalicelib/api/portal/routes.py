"""The portal's addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chalicelib.api import documents, pages, response
from chalicelib.api.portal import forms, seen
from chalicelib.api.portal.entry import Entry, as_page, enter
from chalicelib.api.portal.shown import password_page, shown
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import MethodNotAllowed, RecordNotFound, RouteNotFound
from chalicelib.operations import documents as files
from chalicelib.operations import printing
from chalicelib.operations.portal import links
from chalicelib.store.files import disposition

READ = ("GET", "HEAD")
MOST_SEGMENTS = 3


class Part(NamedTuple):
    """What an address does. `serve` gets the segments after it; an `open` one asks for no password."""

    methods: tuple[str, ...]
    serve: Callable[[Entry, list[str]], Response]
    open: bool = False


def _pdf(entry: Entry, _: list[str]) -> Response:
    guest, account = entry.guest, entry.work.context.account
    invoice = printing.invoice_data(guest.invoice)
    answer = documents.pdf(printing.draw(account, invoice, entry.client, guest.account, guest.contact))
    answer["headers"] |= pages.PRIVATE
    return answer


def _document(entry: Entry, segments: list[str]) -> Response:
    """An attached file, to be saved and not shown within the page's origin."""
    found = next((row for row in links.attached(entry.work, entry.guest) if str(row.id) == segments[0]), None)
    if found is None:
        raise RecordNotFound
    file = files.content(entry.work.context, found)
    if found.data["size"] > response.LARGEST_BINARY:
        return pages.see_other(file.link)
    headers = {"Content-Type": file.media_type, "Content-Disposition": disposition(file.name)}
    return response.binary(file.read(), {**headers, **documents.INERT, **pages.PRIVATE})


PARTS: dict[tuple[str, str, int], Part] = {
    ("view", "", 0): Part(READ, lambda entry, _: shown(entry)),
    ("view", "pdf", 0): Part(READ, _pdf),
    ("view", "documents", 1): Part(READ, _document),
    ("view", "seen", 0): Part(("POST",), seen.told),
    ("view", "seen.gif", 0): Part(("GET",), seen.pictured),
    ("view", "login", 0): Part(("POST",), forms.log_in, open=True),
    ("download", "", 0): Part(READ, _pdf),
    ("approve", "", 0): Part((*READ, "POST"), forms.approve),
    ("payment", "", 0): Part((*READ, "POST"), forms.pay),
    ("payment", "", 1): Part((*READ, "POST"), forms.pay),
}
"""By name, what follows the link's key, and how many segments are left."""


def _serve(request: Request, segments: list[str]) -> Response:
    name, key, *rest = request.segments[:1] + segments
    part = PARTS.get((name, "", len(rest)))
    if part is None and rest:
        part = PARTS.get((name, rest[0], len(rest) - 1))
        rest = rest[1:]
    if part is None or len(segments) > MOST_SEGMENTS:
        raise RouteNotFound
    if request.method not in part.methods:
        raise MethodNotAllowed(request.method, part.methods)
    entry = enter(request, key)
    if not part.open and not entry.is_let_in():
        return password_page(entry)
    return part.serve(entry, rest)


serve = as_page(_serve)
