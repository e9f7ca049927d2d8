"""Sends the mail of one invitation through SES: the document as it was when the mail was asked for."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parseaddr
from functools import lru_cache
from typing import Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.delivery.actor import acting
from chalicelib.operations.clients import display_name
from chalicelib.operations.documents import draw
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID, USER
from chalicelib.operations.shapes.account import EMAIL_SETTINGS
from chalicelib.operations.work import Work, transact
from chalicelib.settings import settings
from chalicelib.store.connection import connection
from chalicelib.store.event import Event

REFUSED = frozenset({"MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException"})


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
        attachments=(Attachment(printed.name, printed.content),),
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
    send(raw, [mail.to], list(mail.bcc))


def message_id(item: Event) -> str:
    """The same for every attempt, so that a mail delivered twice can be recognized as one."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{item.account}.{item.sequence}@{domain}>"


def send(raw: bytes, to: list[str], bcc: list[str]) -> None:
    try:
        _ses().send_email(
            FromEmailAddress=settings().mail_from,
            Destination={"ToAddresses": to, **({"BccAddresses": bcc} if bcc else {})},
            Content={"Raw": {"Data": raw}},
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
