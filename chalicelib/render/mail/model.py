"""What a mail is made of and what it is: the values between the records and the wire."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["invoice", "quote", "payment", "reminder1", "reminder2", "reminder3", "reminder4"]
KINDS: tuple[Kind, ...] = ("invoice", "quote", "payment", "reminder1", "reminder2", "reminder3", "reminder4")


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
    replace the account's templates when not empty. `paid` is the amount of a receipt. `documents` are
    (name, URL) pairs. `auto_bill_date` (ISO) announces a charge. `copied` is for the first invitation only:
    its mail goes to the account's blind recipient as well.
    """

    kind: Kind
    link: str
    subject: str = ""
    body: str = ""
    paid: Decimal | None = None
    attachments: tuple[Attachment, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    logo_url: str = ""
    auto_bill_date: str = ""
    copied: bool = True


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be written down. Addresses are bare; `bcc` belongs to the envelope only."""

    subject: str
    text: str
    html: str
    to: str
    from_name: str
    reply_to: str = ""
    bcc: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
