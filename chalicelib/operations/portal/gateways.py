"""Paying at Stripe, for accounts with a gateway that has a secret key. What is paid comes by its webhook."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.billing.minor_units import to_minor
from chalicelib.errors import RecordNotFound
from chalicelib.operations import gateways as configured
from chalicelib.operations import vault
from chalicelib.operations.portal.links import Guest
from chalicelib.operations.portal.providers import NotStarted, PaymentGateways, PaymentMethod
from chalicelib.operations.shapes.gateway import GATEWAY, STRIPE
from chalicelib.operations.shapes.invoice import STANDARD
from chalicelib.operations.stripe import checkout, invoices
from chalicelib.operations.stripe.remote import Remote
from chalicelib.operations.work import Work
from chalicelib.store.record import ACTIVE

CARD = PaymentMethod("credit_card", "pay_now")
CONFIRMING = "confirming"
"""The parameter of the address to which a provider leads back: the balance when the payment began."""

log = logging.getLogger(__name__)


class Price(NamedTuple):
    """`amount` is in the smallest unit of `currency`."""

    amount: int
    currency: str


class StripeGateways:
    """Stripe's own page takes the payment, in whatever ways the account has switched on there."""

    origins: Sequence[str] = (checkout.ORIGIN,)

    def __init__(self, remote: Remote | None = None) -> None:
        self._remote = remote or Remote()

    def methods(self, work: Work, guest: Guest) -> Sequence[PaymentMethod]:
        return [CARD] if _price(work, guest) and _gateway(work) else []

    def start(self, work: Work, guest: Guest, alias: str) -> str:
        price, gateway = _price(work, guest), _gateway(work)
        if alias != CARD.alias or price is None or gateway is None:
            raise RecordNotFound
        try:
            secret = configured.secret(work.context.account, gateway, "api_key")
        except vault.Unreadable:
            log.warning("The key of gateway %s cannot be read any more", gateway.number)
            raise NotStarted() from None
        page = f"{work.context.public_url}/view/{guest.key}"
        order = checkout.Order(
            key=guest.key,
            number=guest.invoice.data["invoice_number"],
            amount=price.amount,
            currency=price.currency,
            email=guest.contact["email"],
            page=page,
            paid_page=f"{page}?{urlencode({CONFIRMING: guest.invoice.data['balance']})}",
        )
        return checkout.begin(self._remote, secret, order, work.context.now)


def is_confirming(guest: Guest, sent: object) -> bool:
    """Whether a payment is made and not entered yet: the balance is still that of its beginning."""
    return guest.invoice.subtype == STANDARD and sent == guest.invoice.data["balance"] != "0"


def _price(work: Work, guest: Guest) -> Price | None:
    """What is to be paid now: the deposit while one is asked for, else the balance; None for nothing.

    Neither where it cannot be sent exactly, nor where the account asks for terms or a signature first, which
    pages of invoices do not take.
    """
    invoice, account = guest.invoice, guest.account
    if invoice.subtype != STANDARD or not invoice.data["is_public"]:
        return None
    if account["show_accept_invoice_terms"] or account["require_invoice_signature"]:
        return None
    partial, balance = Decimal(invoice.data["partial"]), Decimal(invoice.data["balance"])
    due, currency = min(partial, balance) if partial > 0 else balance, invoices.currency(work, invoice)
    amount = to_minor(due, currency) if due > 0 and currency else None
    return Price(amount, currency) if amount else None


def _gateway(work: Work) -> configured.Stored | None:
    """The account's first one with a key. The head, which is read anyway, tells whether there are any."""
    if not work.head.total(GATEWAY.kind, state=ACTIVE):
        return None
    found = configured.enabled(work.context.account)
    return next((one for one in found if one.data["provider"] == STRIPE and one.data["api_key"]), None)


gateways: PaymentGateways = StripeGateways()
"""Those of this process."""
