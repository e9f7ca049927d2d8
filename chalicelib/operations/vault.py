"""Secrets that have to be read again, such as a webhook's key: encrypted at rest under the server secret.

What need not be read again is hashed instead. Losing the server secret makes sealed values unreadable.
"""

from __future__ import annotations

import base64
import hmac
import os

from chalicelib.errors import Refused
from chalicelib.settings import settings

NONCE_BYTES = 12


class Unreadable(Exception):
    """Not sealed by this server secret for this place."""


def seal(text: str, place: str) -> str:
    """Encrypted text that opens at this place only. `place` names the record and field, with its account.

    Refused: without a server secret the text would be encrypted under a key that everybody knows.
    """
    if not settings().server_secret:
        raise Refused("Keeping a secret needs a server secret (KUNAI_SERVER_SECRET).")
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(settings().server_secret)).encrypt(nonce, text.encode(), place.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, place: str, secret: str | None = None) -> str:
    """The text that `seal` took, under this server secret unless another is given. Unreadable."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = _key(settings().server_secret if secret is None else secret)
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise Unreadable(place) from error


def fingerprint(secret: str) -> str:
    """Tells server secrets apart."""
    return hmac.digest(secret.encode(), b"kunai fingerprint 1", "sha256").hex()[:16]


def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"kunai vault 1", "sha256")
