"""The second factor of who is signed in: switched on with an authenticator app, and off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.api.account_pages import answers
from chalicelib.api.request import Request
from chalicelib.api.response import Response
from chalicelib.errors import InvalidInput, Refused, UnsupportedAction
from chalicelib.operations import two_factor
from chalicelib.operations.browser_sessions import Visitor
from chalicelib.operations.context import Context
from chalicelib.operations.shape import Data
from chalicelib.settings import settings

Step = Callable[[Context, Mapping[str, Any], str, str], Data]
STEPS: dict[str, Step] = {
    "start": two_factor.start,
    "confirm": lambda context, fields, _, __: two_factor.confirm(context, fields),
    "remove": two_factor.remove,
}


def show(request: Request, visitor: Visitor, _: str) -> Response:
    return _shown(request, visitor)


def act(request: Request, visitor: Visitor, _: str) -> Response:
    """One step; the secret and the recovery codes stand in its answer and nowhere else."""
    name, fields = str(request.body.fields.get("do")), request.body.fields
    if name not in STEPS:
        raise UnsupportedAction(name)
    try:
        made = STEPS[name](visitor.context, fields, request.address, settings().server_secret)
    except InvalidInput as error:
        return _shown(request, visitor, 422, problem=error.first(), confirms=name == "confirm")
    except Refused as error:
        return _shown(request, visitor, error.status, problem=str(error))
    return _shown(request, visitor, made=made, confirms=name == "start")


def _shown(
    request: Request,
    visitor: Visitor,
    status: int = 200,
    made: Data | None = None,
    problem: str = "",
    confirms: bool = False,
) -> Response:
    """`confirms` asks for the code that ends an enrolment."""
    return answers.page(
        request, visitor, "second_factor", status,
        state=two_factor.state(visitor.context), made=made or {}, problem=problem, confirms=confirms,
    )  # fmt: skip
