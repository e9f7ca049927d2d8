"""Password hashes by scrypt, with their parameters beside them so that they can be raised later."""

from __future__ import annotations

import hashlib
import hmac
import secrets

COST, BLOCK, LANES = 2**14, 8, 1
MEMORY = 64 * 1024 * 1024
LONGEST = 1_024


def hashed(password: str) -> str:
    salt = secrets.token_bytes(16)
    return f"scrypt${COST}${BLOCK}${LANES}${salt.hex()}${_derive(password, salt, COST, BLOCK, LANES).hex()}"


def matches(password: str, stored: str) -> bool:
    """Whether the password is the stored one, in a time that does not tell how it differs."""
    _, cost, block, lanes, salt, wanted = stored.split("$")
    found = _derive(password[:LONGEST], bytes.fromhex(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, bytes.fromhex(wanted))


def matches_sent(sent: object, stored: str) -> bool:
    """The same of whatever a request holds as password; what is no text is compared as an empty one."""
    return matches(sent if isinstance(sent, str) else "", stored)


def _derive(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY)


NOBODY = f"scrypt${COST}${BLOCK}${LANES}${'00' * 16}${'00' * 64}"
"""Compared when no user has the address, so that the answer takes as long as for a wrong password."""
