"""What the portal's page of a document is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

Wire = Mapping[str, Any]
"""A record as it is named on the wire, amounts as decimal text."""


class Paid(NamedTuple):
    """A payment; `day` is ISO."""

    day: str
    amount: Decimal


class File(NamedTuple):
    id: int
    name: str
    size: int


class Other(NamedTuple):
    """Another document that the client owes, and the address of its page."""

    path: str
    invoice: Wire


class Badge(NamedTuple):
    """`tone` is one of the styles: good, warn, error or info."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a page is made of. `today` decides what is late."""

    invoice: Wire
    client: Wire
    contact: Wire
    account: Wire
    invitation: Wire
    today: date
    logo: bytes | None = None
    payments: Sequence[Paid] = ()
    files: Sequence[File] = ()
    others: Sequence[Other] = ()
    signer: Wire = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses: those of the page's own link, and `onward` to the invoice that a quote became.

    `token` goes with every form. `seen` is empty when this view is not to be counted. `pay` holds (address,
    label) pairs. `again` is this very page while it waits for a payment to be confirmed, else empty.
    """

    files: str
    download: str
    approve: str
    token: str
    seen: str = ""
    onward: str = ""
    again: str = ""
    pay: Sequence[tuple[str, str]] = ()
