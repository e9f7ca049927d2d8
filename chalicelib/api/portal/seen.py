"""A page tells that somebody has it before them, once per browser."""

from __future__ import annotations

import base64

from chalicelib.api import pages, response
from chalicelib.api.account_pages import door
from chalicelib.api.auth import origin
from chalicelib.api.portal import cookies, readers
from chalicelib.api.portal.entry import Entry
from chalicelib.api.response import Response
from chalicelib.operations import browser_sessions
from chalicelib.operations.portal import proofs, viewing

YEAR = 365 * 86_400
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def told(entry: Entry, _: list[str]) -> Response:
    """By the page's script."""
    sent = entry.request.body.fields.get("token")
    return pages.html("", 204, _counted(entry, sent) if readers.tells(entry.request) else {})


def pictured(entry: Entry, _: list[str]) -> Response:
    """Without scripts: by a picture that the page holds for browsers that run none."""
    headers = {"Content-Type": "image/gif", **pages.PRIVATE}
    if readers.tells(entry.request) and readers.asks_for_picture(entry.request):
        headers |= _counted(entry, entry.request.query.get("token"))
    return response.binary(PIXEL, headers)


def _counted(entry: Entry, token: object) -> dict[str, str]:
    """Count a view unless it is; the cookie that says so."""
    if not proofs.holds(token, proofs.FORM, entry.guest.key) or entry.is_counted or _is_sender(entry):
        return {}
    viewing.note(entry.work, entry.guest)
    mark = proofs.made(proofs.SEEN, entry.guest.key)
    return cookies.made(entry.request, cookies.SEEN, mark, entry.address("view", entry.guest.key), YEAR)


def _is_sender(entry: Entry) -> bool:
    """Whether a user of the document's own account is signed in to its pages (http.md 9.3)."""
    token = door.token_of(entry.request)
    visitor = browser_sessions.find(origin, token) if token else None
    return visitor is not None and visitor.context.account == entry.work.context.account
