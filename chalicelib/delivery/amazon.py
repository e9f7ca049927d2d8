"""GETs from Amazon's own servers, whose names were checked before: certificates and confirmations of SNS."""

from __future__ import annotations

import http.client
import ssl
from urllib.parse import urlsplit

from chalicelib.errors import Unavailable

SECONDS = 3.0
LARGEST = 64 * 1024


def get(url: str) -> bytes:
    """The content, empty if there is none; no redirect is followed. Unavailable: no answer came."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection = http.client.HTTPSConnection(
        str(parts.hostname), timeout=SECONDS, context=ssl.create_default_context()
    )
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        content = answer.read(LARGEST)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable from error
    finally:
        connection.close()
    if answer.status >= 500:
        raise Unavailable
    return content if answer.status == 200 else b""
