"""The one tree of errors: each knows its HTTP status and its body in v4's shape (http.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class KunaiError(Exception):
    """An answer other than success. `headers` are added to the response."""

    status: ClassVar[int] = 500
    headers: Mapping[str, str] = {}

    def body(self) -> Any:
        return {"error": {"message": str(self) or "Internal Server Error"}}


class InvalidInput(KunaiError):
    """Refused fields: name (dotted for nested ones) to messages. Nothing was stored."""

    status = 422

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("The given data was invalid.")
        self.errors = dict(errors)

    @classmethod
    def of(cls, field: str, message: str) -> InvalidInput:
        return cls({field: [message]})

    def body(self) -> Any:
        return {"message": str(self), "errors": self.errors}

    def first(self) -> str:
        """The message that the mobile apps' form of the answer (400) consists of."""
        return next((texts[0] for texts in self.errors.values() if texts), str(self))


class BadCredentials(KunaiError):
    status = 401

    def __init__(self, message: str = "Invalid credentials") -> None:
        super().__init__(message)


class Forbidden(KunaiError):
    """A token or secret that does not open this door."""

    status = 403

    def __init__(self, message: str = "Invalid token") -> None:
        super().__init__(message)


class Unauthorized(KunaiError):
    """A known user without the permission for this action."""

    status = 403

    def body(self) -> Any:
        return {"message": "This action is unauthorized."}


class RecordNotFound(KunaiError):
    status = 404

    def body(self) -> Any:
        return {"message": "record does not exist"}


class RouteNotFound(KunaiError):
    """No such path, or v4's way to say that a named record is not there."""

    status = 404

    def body(self) -> Any:
        return {"error": {"message": "Route does not exist"}}


class ClientNotFound(KunaiError):
    status = 404

    def body(self) -> Any:
        return {"error": "Client not found"}


class UnsupportedAction(KunaiError):
    status = 400

    def __init__(self, action: str) -> None:
        super().__init__(action)

    def body(self) -> Any:
        return {"error": f"Action [{self}] is not supported"}


class BadRequest(KunaiError):
    status = 400


class Refused(KunaiError):
    """A wish that cannot be granted in the present state, such as mailing an archived invoice."""

    status = 422

    def body(self) -> Any:
        return {"error": str(self)}


class MethodNotAllowed(KunaiError):
    status = 405

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(method)
        self.allowed = ", ".join(allowed)
        self.headers = {"Allow": self.allowed}

    def body(self) -> Any:
        text = f"The {self} method is not supported for this route. Supported methods: {self.allowed}."
        return {"message": text}


class RateLimited(KunaiError):
    """More requests than the limit allows; nothing was done. `headers` say when there is room again."""

    status = 429

    def __init__(self, seconds: int, headers: Mapping[str, str]) -> None:
        super().__init__(f"Please wait {seconds} second(s)")
        self.headers = {**headers, "Retry-After": str(seconds)}


class TooLarge(KunaiError):
    status = 413

    def __init__(self, message: str = "The request is too large.") -> None:
        super().__init__(message)


class Busy(KunaiError):
    """Contention that outlasted the retry budget; nothing was stored and a retry is safe."""

    status = 409

    def __init__(self) -> None:
        super().__init__("The records are being changed by other requests. Please retry.")
        self.headers = {"Retry-After": "1"}


class Unavailable(KunaiError):
    """A service that we stand on cannot be reached; whether the change was stored is then unknown."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The service is temporarily unavailable. Please retry.")
        self.headers = {"Retry-After": "5"}


class Throttled(Unavailable):
    """A service refuses for want of capacity; nothing was stored."""
