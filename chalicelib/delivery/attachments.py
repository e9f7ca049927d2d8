"""What goes along with a mail (http.md 8.4): the PDF, its UBL, then documents, the smallest first."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.delivery.actor import acting
from chalicelib.errors import RecordNotFound
from chalicelib.operations import documents
from chalicelib.operations import logo as logos
from chalicelib.operations.printing import draw
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import INVOICE
from chalicelib.store.event import Event
from chalicelib.store.record import Record

if TYPE_CHECKING:
    from chalicelib.render.mail.model import Attachment

log = logging.getLogger(__name__)

MAILED = frozenset({"invoice.emailed", "quote.emailed"})
MOST_DOCUMENT_BYTES = 10_000_000
TRIES_WITH_DRAWING = 5
"""Attempts, over some 13 minutes, before a mail goes without what cannot be drawn."""
XML = "application/xml"


class Papers(NamedTuple):
    """The records that a mail is about, as they were when it was asked for, and who writes."""

    invoice: Data
    client: Data
    contact: Data
    account: Data
    user: Data


def drawn(item: Event, papers: Papers) -> Iterator[Attachment]:
    """The PDF, unless the account has switched it off, and the UBL of invoices and quotes, if switched on."""
    from chalicelib.render.mail.model import Attachment

    if papers.account["pdf_email_attachment"] in (None, True):
        printed = _tried(item, lambda: _pdf(item, papers))
        if printed is not None:
            yield printed
    if papers.account["ubl_email_attachment"] and item.name in MAILED:
        from chalicelib.render import ubl
        from chalicelib.render.formats import locale_of

        name = ubl.file_name(papers.invoice, locale_of(papers.account, papers.client).language)
        written = _tried(item, lambda: Attachment(name, ubl.write(*papers), XML))
        if written is not None and written.content:
            yield written


def _pdf(item: Event, papers: Papers) -> Attachment:
    from chalicelib.render.mail.model import Attachment

    printed = draw(item.account, papers.invoice, papers.client, papers.account, papers.contact)
    if not item.body["mail"].get("position") and papers.contact["id"] != papers.client["contacts"][0]["id"]:
        # As downloads address it, for the first of them.
        draw(item.account, papers.invoice, papers.client, papers.account)
    return Attachment(printed.name, printed.content)


def _tried(item: Event, make: Callable[[], Attachment]) -> Attachment | None:
    """What was made. A failure puts the mail off, until the mail is more urgent than what it lacks."""
    try:
        return make()
    except Exception:
        if item.attempts < TRIES_WITH_DRAWING:
            raise
        log.exception("Mail %s %s goes without an attachment", item.account, item.sequence)
        return None


def effective(item: Event) -> list[Record]:
    """The documents of an invoice (http.md 7.5), the smallest first."""
    context = acting(item.account, item.body["user"], int(time.time()))
    expenses = INVOICE.full(item.body["record"])["expense_ids"]
    found = documents.effective(context, item.body["id"], expenses)
    return sorted(found, key=lambda document: (document.data["size"], document.id))


def files(item: Event, found: list[Record]) -> Iterator[Attachment]:
    """As many of the documents as fit, in their order."""
    from chalicelib.render.mail.model import Attachment

    context = acting(item.account, item.body["user"], int(time.time()))
    total = 0
    for document in found:
        total += document.data["size"]
        if total > MOST_DOCUMENT_BYTES:
            return
        file = documents.content(context, document)
        with suppress(RecordNotFound):  # deleted since it was listed
            yield Attachment(file.name, file.read(), file.media_type)


def logo(account: Data) -> Attachment | None:
    """The account's logo, if there is one."""
    from chalicelib.render.mail.model import Attachment

    key = account["logo_file"]
    content = logos.read(key)
    return Attachment("logo", content, logos.media_type(key)) if content else None
