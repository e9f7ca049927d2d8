"""One HTTP request as the handlers see it, read from an API Gateway event."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.render.textline import encodable

if TYPE_CHECKING:
    from chalicelib.api.body import Body, Upload
    from chalicelib.api.throttle import Allowance

MOST_BYTES = 6 * 1024 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OVERRIDES = frozenset({"PUT", "PATCH", "DELETE"})

Event = Mapping[str, Any]


class Request:
    """Reads lazily: a GET without parameters parses nothing.

    `harmless` is set by the gateway where an endpoint changes nothing whatever its method; `allowance` is
    what the request's limit leaves, where one is in force.
    """

    harmless = False
    allowance: Allowance | None = None

    def __init__(self, event: Event) -> None:
        self.event = event
        sent = event.get("headers") or {}
        self.headers = {name.lower(): encodable(value) for name, value in sent.items() if value is not None}
        self.path: str = encodable(event.get("path") or "")
        self.segments = [part for part in self.path.split("/") if part]

    @property
    def verb(self) -> str:
        """The method as sent, without a look into the body."""
        return str(self.event["httpMethod"])

    @cached_property
    def method(self) -> str:
        """The verb, PUT for PATCH; a POST may name another one by header or by `_method`."""
        sent: str = self.event["httpMethod"]
        if sent == "POST":
            wish = self.headers.get("x-http-method-override") or str(self._form_method())
            sent = wish.upper() if wish.upper() in OVERRIDES else sent
        return "PUT" if sent == "PATCH" else sent

    @property
    def writes(self) -> bool:
        """Whether it may change anything, which read-only tokens must not."""
        return self.method not in READING and not self.harmless

    def _form_method(self) -> Any:
        return self.body.fields.get("_method", "") if b"_method" in self.raw else ""

    @cached_property
    def query(self) -> dict[str, Any]:
        multi = self.event.get("multiValueQueryStringParameters")
        if not multi:
            return {}
        from chalicelib.api.body import parse_query

        return parse_query(multi)

    @cached_property
    def raw(self) -> bytes:
        text = self.event.get("body") or ""
        if not self.event.get("isBase64Encoded"):
            raw = text.encode("utf-8", "surrogatepass")
        else:
            try:
                raw = base64.b64decode(text, validate=True)
            except (ValueError, binascii.Error):
                raise InvalidInput.of("body", "The body is not valid base64.") from None
        if len(raw) > MOST_BYTES:
            raise TooLarge
        return raw

    @cached_property
    def body(self) -> Body:
        from chalicelib.api.body import parse

        return parse(self.raw, self.headers.get("content-type", ""))

    @property
    def files(self) -> Mapping[str, Upload]:
        return self.body.files

    @cached_property
    def fields(self) -> dict[str, Any]:
        """Query and body merged, the body winning, as v4 reads its input. A GET's body is not read."""
        if self.method in READING:
            return self.query
        return {**self.query, **self.body.fields}

    def field(self, name: str) -> Any:
        return self.fields.get(name)

    @property
    def address(self) -> str:
        """The caller's IP address."""
        identity = (self.event.get("requestContext") or {}).get("identity") or {}
        return str(identity.get("sourceIp", ""))

    @property
    def url(self) -> str:
        """The absolute URL as the caller used it, stage included, without the query."""
        context = self.event.get("requestContext") or {}
        host = self.headers.get("host") or context.get("domainName") or "localhost"
        scheme = self.headers.get("x-forwarded-proto") or "https"
        return f"{scheme}://{host}{self.public_path}"

    @property
    def public_path(self) -> str:
        """The path as the caller used it, stage included."""
        context = self.event.get("requestContext") or {}
        return str(context.get("path") or self.path).rstrip("/")

    def accepts_gzip(self) -> bool:
        return "gzip" in self.headers.get("accept-encoding", "").lower()
