"""Where a client can pay: the border to payment providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chalicelib.operations.portal.links import Guest
from chalicelib.operations.work import Work


class PaymentMethod(NamedTuple):
    """A way to pay. `alias` (v4's `credit_card` …) stands in the address; `label` names the button's text."""

    alias: str
    label: str


class NotStarted(Exception):
    """The provider refuses, or is out of reach for now (`retry_after` seconds, else 0). Nothing is stored."""

    def __init__(self, retry_after: int = 0) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class PaymentGateways(Protocol):
    """The providers that accounts have set up.

    `origins` are those to which `start` may lead, for the content policy of pages that offer to pay.
    """

    origins: Sequence[str]

    def methods(self, work: Work, guest: Guest) -> Sequence[PaymentMethod]:
        """The ways in which this document can be paid now."""

    def start(self, work: Work, guest: Guest, alias: str) -> str:
        """Begin a payment; the URL where the client goes on.

        RecordNotFound: there is no such way. NotStarted.
        """
