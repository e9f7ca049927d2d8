"""Sends the mail of one invitation through SES: the document as it was when the mail was asked for."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.delivery.actor import acting
from chalicelib.errors import RecordNotFound
from chalicelib.operations import documents
from chalicelib.operations.clients import display_name
from chalicelib.operations.printing import draw
from chalicelib.operations.ses.notices import ACCOUNT_TAG, SEQUENCE_TAG
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID, USER
from chalicelib.operations.shapes.account import EMAIL_SETTINGS
from chalicelib.operations.work import Work, transact
from chalicelib.settings import settings
from chalicelib.store.connection import connection
from chalicelib.store.event import Event

WITH_DOCUMENTS = frozenset({"invoice.emailed", "quote.emailed"})
MOST_DOCUMENT_BYTES = 10_000_000
REFUSED = frozenset({"MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException"})


_NO_TAGS: Mapping[str, str] = {}


class Undeliverable(Exception):
    """No further attempt can help, such as an address that SES refuses."""


@lru_cache(maxsize=1)
def _ses() -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"})
    return connection().session.create_client("sesv2", config=config)


def deliver(item: Event) -> None:
    """Undeliverable: the address or message is refused for good; any other error may pass."""
    from chalicelib.render.mail.compose import build_mail
    from chalicelib.render.mail.mime import to_mime
    from chalicelib.render.mail.model import Attachment, Kind, Occasion

    account, user = _sender(item)
    invoice, client, contact = _snapshot(item)
    asked = item.body["mail"]
    printed = draw(item.account, invoice, client, account, contact)
    occasion = Occasion(
        kind=cast(Kind, asked["reminder"] or item.name.partition(".")[0]),
        link=f"{settings().public_url}/view/{asked['invitation']['key']}",
        subject=asked["template"].get("subject", ""),
        body=asked["template"].get("body", ""),
        attachments=(
            Attachment(printed.name, printed.content),
            *(Attachment(*file) for file in _documents(item, account)),
        ),
        copied=asked["first"],
        paid=Decimal(asked["paid"]) if "paid" in asked else None,
    )
    mail_settings = EMAIL_SETTINGS.full(account["email_settings"])
    mail = build_mail(occasion, invoice, client, contact, account, mail_settings, user)
    date = datetime.fromtimestamp(item.body["at"], UTC)
    try:
        raw = to_mime(mail, settings().mail_from, message_id(item), date)
    except ValueError as error:
        raise Undeliverable(str(error)) from error
    send(raw, [mail.to], list(mail.bcc), {ACCOUNT_TAG: item.account, SEQUENCE_TAG: str(item.sequence)})


def _documents(item: Event, account: Data) -> Iterator[tuple[str, bytes, str]]:
    """Name, content and media type of what the account has mailed along, smallest first (http.md 7.5)."""
    if not account["document_email_attachment"] or item.name not in WITH_DOCUMENTS:
        return
    context = acting(item.account, item.body["user"], int(time.time()))
    expenses = INVOICE.full(item.body["record"])["expense_ids"]
    found = documents.effective(context, item.body["id"], expenses)
    total = 0
    for document in sorted(found, key=lambda document: (document.data["size"], document.id)):
        total += document.data["size"]
        if total > MOST_DOCUMENT_BYTES:
            return
        file = documents.content(context, document)
        with suppress(RecordNotFound):  # deleted since it was listed
            yield file.name, file.read(), file.media_type


def message_id(item: Event) -> str:
    """The same for every attempt, so that a mail delivered twice can be recognized as one."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{item.account}.{item.sequence}@{domain}>"


def send(raw: bytes, to: list[str], bcc: list[str], tags: Mapping[str, str] = _NO_TAGS) -> None:
    """SES tells of a mail by its `tags`, if a configuration set has it do so."""
    more: dict[str, Any] = {}
    if tags:
        more["EmailTags"] = [{"Name": name, "Value": value} for name, value in tags.items()]
    if settings().ses_configuration_set:
        more["ConfigurationSetName"] = settings().ses_configuration_set
    try:
        _ses().send_email(
            FromEmailAddress=settings().mail_from,
            Destination={"ToAddresses": to, **({"BccAddresses": bcc} if bcc else {})},
            Content={"Raw": {"Data": raw}},
            **more,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSED:
            raise Undeliverable(error.response["Error"].get("Message", "refused")) from error
        raise


def _sender(item: Event) -> tuple[Data, Data]:
    context = acting(item.account, item.body["user"], int(time.time()))
    work = Work(context, {})
    work.fetch((work.key(ACCOUNT.kind, SETTINGS_ID), work.key(USER.kind, context.user)))
    return work.load(ACCOUNT, SETTINGS_ID).data, work.load(USER, context.user).data


def _snapshot(item: Event) -> tuple[Data, Data, Data]:
    """Invoice, client and contact under their wire names, as they were at the commit."""
    quote = item.name.startswith("quote")
    invoice = INVOICE.full(item.body["record"]) | {
        "id": item.body["id"],
        "invoice_type_id": 2 if quote else 1,
        "is_quote": quote,
    }
    client = CLIENT.full(item.body["client_record"])
    client["display_name"] = display_name(client)
    contact = next(row for row in client["contacts"] if row["id"] == item.body["mail"]["contact"])
    return invoice, client, contact


def give_up(item: Event, reason: str) -> None:
    """Write the reason on the invitation, where the sender finds it."""
    context = acting(item.account, item.body["user"], int(time.time()))

    def decide(work: Work) -> None:
        invoice = work.load(INVOICE, item.body["id"])
        for row in invoice.data["invitations"]:
            if row["id"] == item.body["mail"]["invitation"]["id"]:
                row["email_error"] = reason[:255]
        work.save(INVOICE, invoice)

    transact(context, decide)
