"""SNS as it calls: envelopes signed under certificates with a chain, and SES's notices in them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from chalicelib.operations.ses.sns import SIGNED

Data = dict[str, Any]
Key = rsa.RSAPrivateKey

TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
HOST = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE = f"{HOST}/SimpleNotificationService-0123456789abcdef.pem"


@cache
def key(name: str) -> Key:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def issue(name: str, signer: str, days: int = 365, dns: str = "") -> x509.Certificate:
    """A certificate of `name` signed by the key of `signer`; one with `dns` is no authority."""
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, signer)]))
        .public_key(key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=not dns, path_length=None), critical=True)
    )
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
    return builder.sign(key(signer), hashes.SHA256())


def pem(*chain: x509.Certificate) -> bytes:
    return b"".join(part.public_bytes(Encoding.PEM) for part in chain)


def chain(signer: str = "middle", **leaf: Any) -> bytes:
    """The leaf of SNS, the one that issued it, and the root."""
    settings = {"dns": "sns.amazonaws.com", **leaf}
    return pem(issue("leaf", signer, **settings), issue("middle", "root"), issue("root", "root"))


def envelope(message: Any, number: str = "m-1", version: str = "2", age: int = 0, **more: str) -> Data:
    """A signed notification; `more` are fields that it has before it is signed."""
    moment = datetime.now(UTC) - timedelta(seconds=age)
    fields = {
        "Type": "Notification",
        "MessageId": number,
        "TopicArn": TOPIC,
        "Message": json.dumps(message),
        "Timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        **more,
    }
    return sign(fields)


def confirmation(url: str = f"{HOST}/?Action=ConfirmSubscription&Token=t") -> Data:
    kind = "SubscriptionConfirmation"
    return envelope("You have chosen to subscribe", Type=kind, Token="t", SubscribeURL=url)


def sign(fields: Data, signer: str = "leaf") -> Data:
    text = "".join(f"{name}\n{fields[name]}\n" for name in SIGNED[fields["Type"]] if name in fields)
    digest: hashes.HashAlgorithm = hashes.SHA1() if fields["SignatureVersion"] == "1" else hashes.SHA256()
    signature = key(signer).sign(text.encode(), padding.PKCS1v15(), digest)
    return {**fields, "Signature": base64.b64encode(signature).decode()}


# ---- SES
def notice(kind: str, tags: Data, **told: Any) -> Data:
    """As a configuration set publishes it."""
    lists = {name: [value] for name, value in tags.items()}
    return {"eventType": kind, "mail": {"messageId": "ses-1", "tags": lists}, kind.lower(): told}


def bounce(tags: Data, address: str, kind: str = "Permanent") -> Data:
    rows = [{"emailAddress": address, "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]
    return notice("Bounce", tags, bounceType=kind, bounceSubType="General", bouncedRecipients=rows)


def complaint(tags: Data, address: str) -> Data:
    rows = [{"emailAddress": address}]
    return notice("Complaint", tags, complaintFeedbackType="abuse", complainedRecipients=rows)
