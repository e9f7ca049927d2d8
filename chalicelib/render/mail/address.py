"""E-mail addresses as they may stand in a header: one bare mailbox each."""

from __future__ import annotations

import re

LONGEST = 254
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def bare(address: str) -> str:
    """The one address in a text, its domain in ASCII. ValueError: none, several, or a non-ASCII name."""
    local, _, domain = address.strip().rpartition("@")
    try:
        host = domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError("not an e-mail address") from error
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(host)) or len(local) + len(host) >= LONGEST:
        raise ValueError("not an e-mail address")
    return f"{local}@{host}"


def split(addresses: str) -> tuple[str, ...]:
    """The addresses of a list with commas between them."""
    return tuple(part for part in map(str.strip, addresses.split(",")) if part)
