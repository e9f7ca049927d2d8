"""Envelopes of SNS count only when topic, age, certificate and signature hold."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.delivery import amazon
from chalicelib.errors import Unavailable
from chalicelib.local.gateway import Gateway
from tests.inbound import sns_calls as sns
from tests.inbound.amazon import DONE, REFUSED, Amazon, tell, topic

ADDRESS = "ann@client.test"


def broken() -> dict[str, Any]:
    notice = sns.bounce({"account": "a", "sequence": "1"}, ADDRESS)
    good = sns.envelope(notice)
    path = "/SimpleNotificationService-1.pem"
    hosts = {
        "other host": f"https://sns.eu-west-1.amazonaws.com.evil.test{path}",
        "other bucket": f"https://s3.eu-west-1.amazonaws.com{path}",
        "other region": sns.CERTIFICATE.replace("eu-west-1", "us-east-1"),
        "user in the host": sns.CERTIFICATE.replace("sns.", "evil.test@sns.", 1),
        "no TLS": sns.CERTIFICATE.replace("https", "http"),
        "no such certificate": sns.CERTIFICATE.replace("0123", "4567"),
    }
    return {
        **{name: sns.sign({**good, "SigningCertURL": url}) for name, url in hosts.items()},
        "other topic": sns.sign({**good, "TopicArn": sns.TOPIC + "2"}),
        "stale": sns.envelope(notice, age=3_700),
        "ahead": sns.envelope(notice, age=-600),
        "changed": {**good, "Message": good["Message"] + " "},
        "other key": sns.sign(good, "middle"),
        "unsigned": {**good, "Signature": ""},
        "other version": {**good, "SignatureVersion": "3"},
        "no type": {**good, "Type": "Other"},
        "no json": b"\xff{",
        "a list": [good],
        "foreign confirmation": sns.confirmation("https://evil.test/?Action=ConfirmSubscription"),
    }


def test_what_is_not_proved_is_refused(gateway: Gateway, topic: Amazon) -> None:
    for name, sent in broken().items():
        assert tell(gateway, sent) == REFUSED, name
    assert set(topic.asked) <= {sns.CERTIFICATE, sns.CERTIFICATE.replace("0123", "4567")}


@pytest.mark.parametrize(
    "chain",
    [
        lambda: sns.chain(signer="root"),
        lambda: sns.chain(days=-1),
        lambda: sns.chain(dns="sns.evil.test"),
        lambda: sns.pem(
            sns.issue("leaf", "other", dns="sns.amazonaws.com"), sns.issue("other", "root", dns="x.test")
        ),
        lambda: b"nonsense",
    ],
    ids=["foreign issuer", "expired", "other name", "issuer is no authority", "nonsense"],
)
def test_a_certificate_must_hold(gateway: Gateway, topic: Amazon, chain: Any) -> None:
    topic.files = {sns.CERTIFICATE: chain()}
    assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS))) == REFUSED


def test_without_a_topic_nobody_is_listened_to(gateway: Gateway) -> None:
    assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS))) == REFUSED


def test_a_subscription_is_confirmed(gateway: Gateway, topic: Amazon) -> None:
    message = sns.confirmation()
    assert tell(gateway, message) == DONE
    assert topic.asked == [sns.CERTIFICATE, message["SubscribeURL"]]


def test_the_certificate_is_asked_for_once(gateway: Gateway, topic: Amazon) -> None:
    for number in range(3):
        assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS), f"m-{number}")) == DONE
    assert topic.asked == [sns.CERTIFICATE]


def test_an_outage_has_sns_come_again(
    gateway: Gateway, topic: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: str) -> bytes:
        raise Unavailable

    monkeypatch.setattr(amazon, "get", down)
    assert tell(gateway, sns.envelope(sns.bounce({}, ADDRESS)))[0] == 503


__all__ = ("topic",)
