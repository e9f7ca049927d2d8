"""The way in: from a request with a link's key to its reader, or to the page that says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.api import pages
from chalicelib.api.auth import origin
from chalicelib.api.portal import cookies
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import KunaiError, RecordNotFound, RouteNotFound
from chalicelib.observe import scope
from chalicelib.operations.portal import links, login, proofs
from chalicelib.operations.portal.links import Guest
from chalicelib.operations.printing import client_data
from chalicelib.operations.shape import Data
from chalicelib.operations.work import Work
from chalicelib.render.html.portal import in_language, message_page

KEPT_IN_LINKS = ("lang", "silent")


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of a reader. `client` is the client's data in the language asked for."""

    request: Request
    work: Work
    guest: Guest
    base: str
    client: Data

    def address(self, *parts: str) -> str:
        return "/".join((self.base, *parts))

    def page(self, key: str, *parts: str, place: str = "view") -> str:
        """A page of one of the reader's links, in the same language and as silent."""
        query = {name: self.request.query[name] for name in KEPT_IN_LINKS if self._is_text(name)}
        return self.address(place, key, *parts) + (f"?{urlencode(query)}" if query else "")

    @property
    def token(self) -> str:
        """What forms of this link carry, so that no other site can send them."""
        return proofs.made(proofs.FORM, self.guest.key)

    def has_token(self) -> bool:
        site = self.request.headers.get("sec-fetch-site", "same-origin")
        sent = self.request.body.fields.get("token")
        return site == "same-origin" and proofs.holds(sent, proofs.FORM, self.guest.key)

    @property
    def is_counted(self) -> bool:
        """Whether this browser's view is counted already."""
        return proofs.holds(cookies.of(self.request, cookies.SEEN), proofs.SEEN, self.guest.key)

    def is_let_in(self) -> bool:
        """Whether the reader may see the page without a password, or has given it."""
        if not self.guest.is_protected:
            return True
        return login.is_in(self.work, self.guest, cookies.of(self.request, cookies.PASS))

    def _is_text(self, name: str) -> bool:
        return isinstance(self.request.query.get(name), str)


def enter(request: Request, key: str) -> Entry:
    """RecordNotFound: the link leads nowhere, or no longer."""
    work, guest = links.visit(origin, key)
    scope.belongs_to(work.context.account)
    wish = request.query.get("lang")
    client = in_language(client_data(guest.client), wish if isinstance(wish, str) else "")
    return Entry(request, work, guest, pages.base_of(request), dict(client))


def as_page(serve: Callable[[Request, list[str]], Response]) -> Callable[[Request, list[str]], Response]:
    """Errors as pages; whatever is not there looks the same."""

    def served(request: Request, segments: list[str]) -> Response:
        try:
            return serve(request, segments)
        except (RecordNotFound, RouteNotFound):
            title, text = "Page not found", "This link is not valid, or no longer. Please ask its sender."
            return _message(request, title, text, 404, {})
        except KunaiError as error:
            title, text = "That did not work", "Please go back and try again."
            return _message(request, title, text, error.status, error.headers)

    return served


def _message(request: Request, title: str, text: str, status: int, headers: Mapping[str, str]) -> Response:
    return pages.html(message_page(pages.base_of(request), title, text), status, headers)
