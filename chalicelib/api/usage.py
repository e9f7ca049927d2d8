"""`GET /v1/usage`, beyond v4: what the account has used."""

from __future__ import annotations

from chalicelib.api import envelope, response
from chalicelib.api.auth import authenticate
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.operations import usage


def report(request: Request, _: list[str]) -> Response:
    context = authenticate(request)
    return response.json(envelope.wrapped(usage.report(context, request.fields), request.fields))
