"""The portal's forms. Each carries a token of its link, and none does anything by GET."""

from __future__ import annotations

from chalicelib.api import pages
from chalicelib.api.auth import charge_address
from chalicelib.api.portal import cookies
from chalicelib.api.portal.entry import Entry
from chalicelib.api.portal.shown import password_page, shown
from chalicelib.api.response import Response
from chalicelib.errors import BadCredentials, InvalidInput, RecordNotFound
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.portal import approval, gateways, login
from chalicelib.operations.portal.approval import Consent
from chalicelib.operations.portal.providers import NotStarted
from chalicelib.settings import settings


def approve(entry: Entry, _: list[str]) -> Response:
    """The form of a quote; a GET, as of v4's button in a mail, only leads to it."""
    if entry.request.method != "POST":
        return pages.see_other(entry.page(entry.guest.key) + "#approve")
    consent = _consent(entry)
    if not entry.has_token():
        return shown(entry, {"form": "error_form"}, consent)
    try:
        key = approval.approve(entry.work, entry.guest, consent)
    except InvalidInput as refused:
        errors = {name: texts[0] for name, texts in refused.errors.items()}
        return shown(entry, errors, consent)
    return pages.see_other(entry.page(key))


def _consent(entry: Entry) -> Consent:
    fields = entry.request.body.fields
    name, strokes = (
        value if isinstance(value := fields.get(key), str) else "" for key in ("name", "signature")
    )
    return Consent(name, loose_truth(fields.get("terms")), strokes, loose_truth(fields.get("typed")))


def pay(entry: Entry, segments: list[str]) -> Response:
    """The way to a provider; without one, v4's addresses of payments lead to the page."""
    if entry.request.method != "POST":
        return pages.see_other(entry.page(entry.guest.key))
    providers = gateways.gateways
    known = {method.alias for method in providers.methods(entry.work, entry.guest)}
    if not known & set(segments):
        raise RecordNotFound
    if not entry.has_token():
        return shown(entry, {"form": "error_form"})
    try:
        return pages.see_other(providers.start(entry.work, entry.guest, segments[0]))
    except NotStarted as refused:
        return _not_started(entry, refused)


def _not_started(entry: Entry, refused: NotStarted) -> Response:
    """The page again: with 409 for what may work in a while, else with 422."""
    if not refused.retry_after:
        return shown(entry, {"payment": "payment_refused"})
    answer = shown(entry, {"payment": "payment_later"})
    answer["statusCode"] = 409
    answer["headers"]["Retry-After"] = str(refused.retry_after)
    return answer


def log_in(entry: Entry, _: list[str]) -> Response:
    """A contact's password, for a cookie that opens all pages of that contact for a while. RateLimited."""
    if not entry.guest.is_protected:
        return pages.see_other(entry.page(entry.guest.key))
    request = entry.request
    charge_address(request)
    try:
        if not entry.has_token():
            raise BadCredentials
        sent = request.body.fields.get("password")
        made = login.log_in(entry.work, entry.guest, sent, request.address, settings().server_secret)
    except BadCredentials:
        return password_page(entry, failed=True)
    kept = cookies.made(request, cookies.PASS, made, entry.base or "/", login.SECONDS)
    return pages.see_other(entry.page(entry.guest.key), kept)
