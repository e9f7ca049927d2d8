"""What others tell us: payment gateways and the mail service (http.md 10). Outside of /v1, as in v4.

Nobody here has a token. Each caller proves itself by a signature over the exact bytes of its body, and what
is not proved gets one answer, whatever was wrong with it.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import orjson

from chalicelib.api import crud, response
from chalicelib.api.auth import authenticate, origin
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.api.routes import Serve
from chalicelib.errors import KunaiError, MethodNotAllowed, RouteNotFound, TooLarge
from chalicelib.observe import scope
from chalicelib.operations import gateways
from chalicelib.resources.gateways import GATEWAYS
from chalicelib.settings import settings

MOST_BYTES = 1024 * 1024
PROCESSED = "Processed successfully"
OWNER = 1

log = logging.getLogger(__name__)


class Refused(KunaiError):
    """Not proved, malformed or stale; nothing was changed."""

    status = 400

    def body(self) -> Any:
        return {"message": str(self)}


def serve(request: Request, segments: list[str]) -> Response:
    """RouteNotFound, MethodNotAllowed."""
    found = PATHS.get((request.segments[0], len(request.segments)))
    if found is None:
        raise RouteNotFound
    if request.verb == "OPTIONS":
        return response.text("", 200, {"Allow": "POST"})
    if request.verb != "POST":
        raise MethodNotAllowed(request.verb, ("POST",))
    if len(request.raw) > MOST_BYTES:
        raise TooLarge
    return found(request, segments)


def _payment_hook(request: Request, segments: list[str]) -> Response:
    """`/payment_hook/{account_key}/{gateway}`; v4's answers."""
    from chalicelib.operations import stripe

    key, named = segments
    try:
        account, gateway, secret = gateways.find(key, named)
    except gateways.UnknownAccount:
        return response.json({"message": "Unknown account"}, 404)
    except gateways.UnknownGateway:
        return response.json({"message": "Unknown gateway"}, 404)
    signature = request.headers.get("stripe-signature", "")
    if not stripe.is_genuine(request.raw, signature, secret, int(time.time())):
        raise Refused("Invalid signature")
    try:
        fact = stripe.read(_json(request, "Malformed event"))
    except stripe.Malformed:
        raise Refused("Malformed event") from None
    scope.belongs_to(account)
    answer = stripe.enter(origin(account, key, gateway.owner or OWNER), gateway.id, fact)
    return response.json({"message": answer})


def _ses_events(request: Request, _: list[str]) -> Response:
    """SES's notices, delivered by SNS to `KUNAI_SES_TOPIC`."""
    from chalicelib.delivery import amazon
    from chalicelib.operations import ses

    refused = Refused("Invalid notification")
    try:
        envelope = ses.verified(
            _json(request, str(refused)), settings().ses_topic, int(time.time()), amazon.get
        )
    except ses.Rejected as error:
        log.warning("A notification was rejected: %s", str(error))
        raise refused from None
    if envelope.url and envelope.kind == "SubscriptionConfirmation":
        amazon.get(envelope.url)
    elif not envelope.url:
        notice = ses.read(_parsed(envelope.message))
        if notice is not None:
            scope.belongs_to(notice.account)
            ses.apply(origin(notice.account, "", OWNER), envelope.id, notice)
    return response.json({"message": PROCESSED})


def _postmark(_: Request, __: list[str]) -> Response:
    """v4's unsigned calls of another mail service prove nothing, so they do nothing."""
    return response.text("failure")


def _json(request: Request, refusal: str) -> Any:
    found = _parsed(request.raw)
    if found is None:
        raise Refused(refusal)
    return found


def _parsed(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


PATHS: dict[tuple[str, int], Serve] = {
    ("payment_hook", 3): _payment_hook,
    ("ses_events", 1): _ses_events,
    ("hook", 2): _postmark,
}


# ---- the configuration, for administrators
def gateways_of(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    gateways.require_admin(context)
    return crud.collection(context, GATEWAYS, request)


def gateway(request: Request, segments: list[str]) -> Response:
    context = authenticate(request)
    gateways.require_admin(context)
    return crud.member(context, GATEWAYS, request, segments[0])
