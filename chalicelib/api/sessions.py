"""Logging in and what belongs to it: registration, second factor, linked Google account, push devices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.api import crud, envelope, response
from chalicelib.api.auth import authenticate, new_key, origin, require_secret
from chalicelib.api.execution import execute
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import Forbidden
from chalicelib.observe import scope
from chalicelib.operations import devices, guard, oauth, password_links, sessions, two_factor, users
from chalicelib.operations.coerce import loose_truth
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.resources.accounts import USERS
from chalicelib.settings import settings

HTML = {"Content-Type": "text/html; charset=UTF-8"}


def register(request: Request, _: list[str]) -> Response:
    """A closed server still takes its operator's demo account, which comes with KUNAI_DEMO_TOKEN."""
    require_secret(request)
    fixed = settings().demo_token
    token = fixed if fixed and request.field("token") == fixed else ""
    if not settings().registration and not token:
        raise Forbidden("Registration is closed on this server.")
    session = sessions.register(origin, request.fields, new_key, settings().server_secret, token)
    return _session(request, session)


def login(request: Request, _: list[str]) -> Response:
    require_secret(request)
    return _session(
        request, sessions.login(origin, request.fields, settings().server_secret, request.address)
    )


def oauth_login(request: Request, _: list[str]) -> Response:
    from chalicelib.api import google

    require_secret(request)
    secret = settings().server_secret
    session = sessions.oauth_login(origin, request.fields, secret, request.address, google.subject)
    return _session(request, session)


def forgot_password(request: Request, _: list[str]) -> Response:
    require_secret(request)
    password_links.forgotten(origin, request.fields)
    return response.json({"message": "success"})


def set_password(request: Request, _: list[str]) -> Response:
    """By a mailed token, whether of an invitation or of a forgotten password."""
    require_secret(request)
    users.accept(origin, request.fields)
    return response.json({"message": "success"})


def refresh(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    return _session(request, sessions.resume(context, request.fields, settings().server_secret))


def user_accounts(request: Request, _: list[str]) -> Response:
    """The same without static tables."""
    context = authenticate(request)
    return _listed(request, sessions.resume(context, request.fields, settings().server_secret))


def _session(request: Request, session: sessions.Session) -> Response:
    if not loose_truth(request.field("include_static")):
        return _listed(request, session)
    from chalicelib.data import translated_static
    from chalicelib.render.languages import base_of, code_of
    from chalicelib.resources.session import session_view

    views = [session_view(session, crud.includes(request))]
    content = {
        "accounts": envelope.items(views, {"index": "none"}),
        "static": translated_static(base_of(code_of(session.account.data["language_id"]))),
        "version": response.VERSION,
    }
    return response.json(envelope.wrapped(content, request.fields))


def _listed(request: Request, session: sessions.Session) -> Response:
    from chalicelib.resources.session import session_view

    scope.belongs_to(session.context.account, scope.current().is_trusted)
    return response.json(envelope.items([session_view(session, crud.includes(request))], request.fields))


def oauth_link(request: Request, _: list[str]) -> Response:
    """POST links the caller's Google account, which takes the password; DELETE unlinks it."""
    from chalicelib.api import google

    def perform(context: Context) -> Any:
        if request.method == "DELETE":
            return oauth.unlink(context)
        subject = google.subject(request.fields, context.now)
        guard.confirm_password(context, request.fields, request.address, settings().server_secret)
        return oauth.link(context, subject)

    return execute(
        authenticate(request),
        request,
        perform,
        lambda context, user: crud.shown(context, USERS, request, user),
    )


def second_factor(request: Request, _: list[str]) -> Response:
    """GET tells the state, POST starts an enrolment, PUT confirms it, DELETE switches off.

    What it answers is secret and shown once, so no idempotency key keeps it.
    """
    context, fields, secret = authenticate(request), request.fields, settings().server_secret
    shown = _enveloped(request)
    if request.method in ("GET", "HEAD"):
        return shown(context, two_factor.state(context))
    perform: Mapping[str, Callable[[Context], Data]] = {
        "POST": lambda context: two_factor.start(context, fields, request.address, secret),
        "PUT": lambda context: two_factor.confirm(context, fields),
        "DELETE": lambda context: two_factor.remove(context, fields, request.address, secret),
    }
    return execute(context, request, perform[request.method], shown, keyed=False)


def _enveloped(request: Request) -> Callable[[Context, Any], Response]:
    return lambda _, content: response.json(envelope.wrapped(content, request.fields))


def add_token(request: Request, _: list[str]) -> Response:
    """A device for push messages, which v4 names by its token."""
    return execute(
        authenticate(request),
        request,
        lambda context: devices.add(context, request.fields),
        _enveloped(request),
    )


def remove_token(request: Request, _: list[str]) -> Response:
    return execute(
        authenticate(request),
        request,
        lambda context: devices.remove(context, request.fields),
        lambda _, __: response.json({"data": ["success"]}),
    )


def update_notifications(request: Request, _: list[str]) -> Response:
    """An empty answer for a caller without a device, as v4's."""
    shown = _enveloped(request)
    return execute(
        authenticate(request),
        request,
        lambda context: devices.notify(context, request.fields),
        lambda context, device: response.text("", headers=HTML) if device is None else shown(context, device),
    )


def upgrade(request: Request, _: list[str]) -> Response:
    """v4 sold its plans here; every feature is on already, so nothing is bought (http.md 3.8)."""
    authenticate(request)
    return response.text('{"message":"error"}', headers=HTML)


def ios_subscription_status(request: Request, _: list[str]) -> Response:
    """The address of App Store callbacks, which v4 takes and forgets."""
    require_secret(request)
    return response.text("", headers=HTML)
