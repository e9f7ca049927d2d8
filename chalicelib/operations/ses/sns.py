"""SNS envelopes: nothing in one counts before its signature, topic and age are checked."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple
from urllib.parse import urlsplit

OLDEST = 3600
AHEAD = 300
"""Seconds that an envelope may be old, and how far its clock may be ahead of ours."""
LONGEST = 300_000
KEY_BITS = 2048
SIGNER = "sns.amazonaws.com"
NOTIFICATION, CONFIRMATION = "Notification", "SubscriptionConfirmation"
SIGNED = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    CONFIRMATION: ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
SIGNED["UnsubscribeConfirmation"] = SIGNED[CONFIRMATION]
_HOST = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]{1,100}\.pem")

Fetch = Callable[[str], bytes]
"""The content of an https URL, whose server has proved its name; empty when it has none to give."""


class Rejected(Exception):
    """Not from the topic we listen to, or not now. The text is for our log, never for the caller."""


class Envelope(NamedTuple):
    """`url` is what confirms a subscription."""

    kind: str
    id: str
    message: str
    url: str


def verified(sent: Any, topic: str, now: int, fetch: Fetch) -> Envelope:
    """Rejected. The certificate is fetched last, for what could be genuine only."""
    fields = _fields(sent)
    if not topic or fields["TopicArn"] != topic:
        raise Rejected("another topic")
    if not -AHEAD <= now - _seconds(fields["Timestamp"]) <= OLDEST:
        raise Rejected("stale")
    url = fields.get("SigningCertURL", "")
    if not is_amazons(url, topic) or not _CERTIFICATE.fullmatch(urlsplit(url).path):
        raise Rejected("the certificate is not Amazon's")
    _check_signature(fields, _certificate(url, fetch), now)
    if fields["Type"] == CONFIRMATION and not is_amazons(fields["SubscribeURL"], topic):
        raise Rejected("the confirmation leads elsewhere")
    return Envelope(fields["Type"], fields["MessageId"], fields["Message"], fields.get("SubscribeURL", ""))


def is_amazons(url: str, topic: str) -> bool:
    """Whether a URL leads to SNS itself, in the topic's region."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    region = topic.split(":")[3] if topic.count(":") == 5 else ""
    host = parts.netloc.removesuffix(":443")
    return (
        parts.scheme == "https"
        and port in (None, 443)
        and bool(_HOST.fullmatch(host))
        and host.split(".")[1] == region
    )


def _fields(sent: Any) -> Mapping[str, str]:
    """The texts of an envelope, those that are signed all there."""
    if not isinstance(sent, dict):
        raise Rejected("no object")
    fields = {name: value for name, value in sent.items() if isinstance(value, str) and len(value) < LONGEST}
    needed = set(SIGNED.get(fields.get("Type", ""), ())) - {"Subject"}
    if not needed or not needed <= fields.keys():
        raise Rejected("fields are missing")
    return fields


def _seconds(text: str) -> int:
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise Rejected("no time") from None
    return int(moment.timestamp())


def _check_signature(fields: Mapping[str, str], pem: bytes, now: int) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    digests: dict[str, hashes.HashAlgorithm] = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
    digest = digests.get(fields.get("SignatureVersion", ""))
    if digest is None:
        raise Rejected("an unknown kind of signature")
    text = "".join(f"{name}\n{fields[name]}\n" for name in SIGNED[fields["Type"]] if name in fields)
    try:
        signature = base64.b64decode(fields.get("Signature", ""), validate=True)
        _public_key(pem, now).verify(signature, text.encode(), padding.PKCS1v15(), digest)
    except (InvalidSignature, binascii.Error, UnicodeError):
        raise Rejected("the signature is wrong") from None


def _public_key(pem: bytes, now: int) -> Any:
    """The key of the first certificate, which must be SNS's and valid now.

    What follows it in the file must be the issuers, each of the one before. That the file is Amazon's is
    proved by the server that it was fetched from.
    """
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    moment = datetime.fromtimestamp(now, UTC)
    try:
        chain = x509.load_pem_x509_certificates(pem)
        for issued, issuer in pairwise(chain):
            if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
                raise Rejected("the certificate is issued by no authority")
            issued.verify_directly_issued_by(issuer)
        names = chain[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        known = names.get_values_for_type(x509.DNSName)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        raise Rejected("the certificate is malformed or not issued as it says") from None
    if SIGNER not in known:
        raise Rejected("the certificate is not that of SNS")
    if any(not part.not_valid_before_utc <= moment <= part.not_valid_after_utc for part in chain):
        raise Rejected("the certificate is out of date")
    key = chain[0].public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < KEY_BITS:
        raise Rejected("the key is weak")
    return key


@lru_cache(maxsize=8)
def _certificate(url: str, fetch: Fetch) -> bytes:
    """Kept, since the name of the file changes with its content. Rejected: there is none."""
    found = fetch(url)
    if not found:
        raise Rejected("no certificate")
    return found
