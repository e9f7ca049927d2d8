"""Google's ID tokens: signature, issuer, audience and expiry (http.md 3.4; the audience is REC W7)."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

import orjson

from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.settings import settings

if TYPE_CHECKING:
    from jwt.types import Options

HOST, PATH = "www.googleapis.com", "/oauth2/v3/certs"
FETCH_SECONDS = 3
MOST_BYTES = 65_536
KEYS_SECONDS = 3_600
PAUSE_SECONDS = 60
"""Between attempts to fetch, so that neither made-up key ids nor an outage make us call all the time."""
ISSUERS = ["https://accounts.google.com", "accounts.google.com"]
CLAIMS = ["iss", "aud", "sub", "exp", "iat"]
SKEW_SECONDS = 60
LONGEST_TOKEN = 8_192
LONGEST_SUBJECT = 255

Jwk = dict[str, Any]


def fetch_keys() -> bytes:
    """The key set as Google publishes it, from the one fixed address and without following redirects.

    Unavailable: no answer."""
    connection = http.client.HTTPSConnection(HOST, timeout=FETCH_SECONDS)
    try:
        connection.request("GET", PATH)
        answer = connection.getresponse()
        content = answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable from error
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise Unavailable
    return content


class Keys:
    """Google's public keys by their id, fetched when first needed and kept for an hour."""

    def __init__(self, fetch: Callable[[], bytes] = fetch_keys) -> None:
        self._fetch = fetch
        self._keys: dict[str, Jwk] = {}
        self._fetched = self._tried = 0
        self._lock = Lock()

    def find(self, key_id: str, now: int) -> Jwk | None:
        """Unavailable: Google does not answer, and has not before."""
        with self._lock:
            wanted = key_id not in self._keys or now - self._fetched >= KEYS_SECONDS
            if wanted and now - self._tried >= PAUSE_SECONDS:
                self._tried = now
                self._renew(now)
            if not self._fetched:
                raise Unavailable
            return self._keys.get(key_id)

    def _renew(self, now: int) -> None:
        try:
            self._keys = _by_id(self._fetch())
        except Unavailable:
            if not self._fetched:
                raise
        else:
            self._fetched = now


def _by_id(content: bytes) -> dict[str, Jwk]:
    try:
        return {str(key["kid"]): key for key in orjson.loads(content)["keys"]}
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable from error


keys = Keys()


def subject(body: Mapping[str, Any], now: int) -> str:
    """The `sub` of the ID token in a request's `token`. InvalidInput: another provider, or no good token."""
    if body.get("provider") != "google":
        raise InvalidInput.of("provider", "The provider must be google.")
    audience = settings().google_client_ids
    if not audience:
        raise InvalidInput.of("provider", "Signing in with Google is not set up on this server.")
    token = body.get("token")
    claims = _claims(token, audience, now) if isinstance(token, str) and len(token) <= LONGEST_TOKEN else None
    found = claims.get("sub") if claims else None
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_SUBJECT:
        raise InvalidInput.of("token", "The token is not a valid Google ID token for this server.")
    return found


def _claims(token: str, audience: tuple[str, ...], now: int) -> Mapping[str, Any] | None:
    """The claims of a genuine token that is for us and in force. The clock is the request's, not PyJWT's."""
    import jwt

    options: Options = {"require": CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        header = jwt.get_unverified_header(token)
        key = keys.find(str(header.get("kid")), now)
        if key is None:
            return None
        claims = jwt.decode(
            token, jwt.PyJWK(key, "RS256"), ["RS256"], options, audience=audience, issuer=ISSUERS
        )
    except jwt.PyJWTError:
        return None
    return claims if _in_force(claims, now) else None


def _in_force(claims: Mapping[str, Any], now: int) -> bool:
    begun, ends = claims["iat"], claims["exp"]
    if not (type(begun) is int and type(ends) is int):
        return False
    return begun - SKEW_SECONDS <= now < ends + SKEW_SECONDS
