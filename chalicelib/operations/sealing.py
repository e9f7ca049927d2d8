"""Secrets that have to be read again, encrypted with a key derived from the server's secret (AES-256-GCM)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

NONCE_BYTES = 12


def seal(secret: str, place: str, content: bytes) -> str:
    """`place` says where the text is stored; it opens nowhere else."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = nonce + AESGCM(_key(secret)).encrypt(nonce, content, place.encode())
    return base64.b64encode(sealed).decode()


def unseal(secret: str, place: str, text: str) -> bytes | None:
    """None: sealed with another secret, or for another place."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = base64.b64decode(text)
    try:
        return AESGCM(_key(secret)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
    except InvalidTag:
        return None


def _key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"sealed secrets", hashlib.sha256).digest()
