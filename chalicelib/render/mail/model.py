"""What a mail is made of and what it is: the values between the records and the wire."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Kind = Literal[
    "invoice", "quote", "payment", "partial", "refund", "reminder1", "reminder2", "reminder3", "reminder4"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""`partial` is the receipt of a payment that leaves a balance."""
LOGO = "logo"
"""The Content-ID of the logo inside a mail, so that nothing has to be fetched to show it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; the media type is `type/subtype`."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a mail is written.

    `link` is the invitation's absolute URL (`…/view/KEY`), from which all others follow. `subject` and `body`
    replace the account's templates when not empty. `paid` is the amount of a receipt or refund. `documents`
    are (name, URL) pairs. `logo` is shown by mails with a design. `auto_bill_date` (ISO) announces a charge.
    `copied` is for the first invitation only: its mail goes to the account's blind recipient as well.
    """

    kind: Kind
    link: str
    subject: str = ""
    body: str = ""
    paid: Decimal | None = None
    attachments: tuple[Attachment, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    logo: Attachment | None = None
    auto_bill_date: str = ""
    copied: bool = True


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be written down. Addresses are bare; `bcc` belongs to the envelope only.

    The HTML shows `logo` under the address `LOGO`.
    """

    subject: str
    text: str
    html: str
    to: str
    from_name: str
    reply_to: str = ""
    bcc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    logo: Attachment | None = None
