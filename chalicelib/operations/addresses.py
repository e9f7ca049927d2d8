"""Which addresses on the Internet the server may be sent to by its users (http.md 14.2 W11)."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST_URL = 2_000
PORTS = {"http": 80, "https": 443}
LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "localdomain")

# IANA's special-purpose registries, without what is globally reachable.
_CLOSED_4 = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
_OPEN_6 = ip_network("2000::/3")
_CLOSED_6 = tuple(
    ip_network(block)
    for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3ffe::/16", "3fff::/20")
)  # fmt: skip
_NAT64 = ip_network("64:ff9b::/96")


class BadTarget(ValueError):
    """A URL that no webhook may have; the text is for its user."""


class Target(NamedTuple):
    """`host` is a name or an address in its usual spelling, `path` carries the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the open Internet, whatever it is wrapped in."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return _is_open(found)


def _is_open(found: IPv4Address | IPv6Address) -> bool:
    if isinstance(found, IPv4Address):
        return not any(found in block for block in _CLOSED_4)
    inner = found.ipv4_mapped
    if inner is None and found in _NAT64:
        inner = IPv4Address(int(found) & 0xFFFFFFFF)
    if inner is not None:
        return _is_open(inner)
    return found in _OPEN_6 and not any(found in block for block in _CLOSED_6)


def is_loopback(text: str) -> bool:
    try:
        return ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def may_reach(address: str, allow_loopback: bool) -> bool:
    return is_public(address) or (allow_loopback and is_loopback(address))


def parse_target(url: str, allow_loopback: bool) -> Target:
    """The parts of a webhook's URL. BadTarget: malformed, or visibly not on the open Internet.

    What a name resolves to is judged when it is called.
    """
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' \\<>"`{}|^'):
        raise BadTarget("The URL is malformed; names outside ASCII are written in punycode.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadTarget("The URL is malformed.") from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise BadTarget("The URL must begin with https:// or http:// and name a host.")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise BadTarget("The URL may not hold credentials.")
    host = _literal(parts.hostname) or _name(parts.hostname, allow_loopback)
    if _literal(host) and not may_reach(host, allow_loopback):
        raise BadTarget("The URL must lead to a public address.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def _literal(host: str) -> str:
    """An address in its usual spelling, empty for a name. `0x7f.1` and `2130706433` are addresses too."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def _name(host: str, allow_loopback: bool) -> str:
    """A host name. BadTarget: none, or one that only means something inside a network."""
    labels = host.rstrip(".").split(".")
    if not all(_is_label(label) for label in labels) or len(host) > 253:
        raise BadTarget("The URL names no valid host.")
    name = ".".join(labels)
    if allow_loopback and name == "localhost":
        return name
    inside = any(name == local or name.endswith(f".{local}") for local in LOCAL_NAMES)
    if inside or len(labels) == 1 or labels[-1].isdigit() or labels[-1].startswith("0x"):
        raise BadTarget("The URL must lead to a public address.")
    return name


def _is_label(label: str) -> bool:
    letters = label.replace("-", "").replace("_", "")
    return 0 < len(label) <= 63 and letters.isalnum() and label.strip("-") == label
