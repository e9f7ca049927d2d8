"""A payment at Stripe's own page: one Checkout Session for what is due on an invoice."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from chalicelib.operations.portal.providers import NotStarted
from chalicelib.operations.stripe.remote import CONFLICT, Remote, Reply, Unreached

ORIGIN = "https://checkout.stripe.com"
PATH = "/v1/checkout/sessions"
SAME_SECONDS = 300
"""For so long the same order leads to the same session, even one that was just paid."""
RETRY_SECONDS = 60
LIMITED = 429

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

log = logging.getLogger(__name__)


class Order(NamedTuple):
    """`key` is that of the invitation, `page` the address of its page, `paid_page` that for who has paid.

    `amount` is in the smallest unit.
    """

    key: str
    number: str
    amount: int
    currency: str
    email: str
    page: str
    paid_page: str


def begin(remote: Remote, secret: str, order: Order, now: int) -> str:
    """The address of the session's page. NotStarted."""
    sent = fields(order)
    try:
        reply = remote.post(PATH, sent, secret, once(sent, now))
    except Unreached as error:
        log.warning("Stripe was not reached: %s", str(error))
        raise NotStarted(RETRY_SECONDS) from None
    return _address(reply)


def fields(order: Order) -> dict[str, str]:
    """The webhook finds the invoice by the metadata, which Stripe copies from an intent to its charge."""
    line = "line_items[0]"
    made = {
        "mode": "payment",
        "success_url": order.paid_page,
        "cancel_url": order.page,
        f"{line}[quantity]": "1",
        f"{line}[price_data][currency]": order.currency.lower(),
        f"{line}[price_data][unit_amount]": str(order.amount),
        f"{line}[price_data][product_data][name]": order.number,
        "metadata[invitation_key]": order.key,
        "payment_intent_data[metadata][invitation_key]": order.key,
    }
    return {**made, "customer_email": order.email} if _EMAIL.fullmatch(order.email) else made


def once(sent: Mapping[str, str], now: int) -> str:
    """The idempotency key of an order: of all that is sent, since Stripe refuses one key for two contents."""
    return sha256(f"{now // SAME_SECONDS}\n{urlencode(sent)}".encode()).hexdigest()


def _address(reply: Reply) -> str:
    url = reply.body.get("url")
    if reply.status == 200 and isinstance(url, str) and _is_stripes(url):
        return url
    error = reply.body.get("error")
    told = [str(error.get(name))[:60] for name in ("type", "code")] if isinstance(error, dict) else []
    log.warning("Stripe began no payment: %s %s", reply.status, " ".join(told))
    passes = reply.status in (CONFLICT, LIMITED) or reply.status >= 500
    raise NotStarted(RETRY_SECONDS if passes else 0)


def _is_stripes(url: str) -> bool:
    """Whether the URL leads to Stripe's page and is fit for a header."""
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in ' \\"<>'):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" == ORIGIN
