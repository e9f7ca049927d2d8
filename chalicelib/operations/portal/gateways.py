"""Where a client can pay: the border to payment providers. None is set up, so no page offers to pay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from chalicelib.errors import RecordNotFound
from chalicelib.operations.portal.links import Guest
from chalicelib.operations.work import Work


class PaymentMethod(NamedTuple):
    """One way to pay. `alias` (v4's `credit_card` …) stands in the address, `label` on the button."""

    alias: str
    label: str


class PaymentGateways(Protocol):
    """The providers that accounts have set up.

    `origins` are those to which `start` may lead, for the pages' content policy.
    """

    origins: Sequence[str]

    def methods(self, work: Work, guest: Guest) -> Sequence[PaymentMethod]:
        """The ways in which this document can be paid now."""

    def start(self, work: Work, guest: Guest, alias: str) -> str:
        """Begin a payment; the URL where the client goes on. RecordNotFound: there is no such way."""


class NoGateways:
    """Nothing is set up."""

    origins: Sequence[str] = ()

    def methods(self, work: Work, guest: Guest) -> Sequence[PaymentMethod]:
        return ()

    def start(self, work: Work, guest: Guest, alias: str) -> str:
        raise RecordNotFound


gateways: PaymentGateways = NoGateways()
"""Those of this process."""
