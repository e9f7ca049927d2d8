"""Sends the mail of one invitation through SES: the document as it was when the mail was asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.delivery import attachments
from chalicelib.delivery.actor import acting
from chalicelib.delivery.attachments import MAILED, Papers
from chalicelib.observe import scope
from chalicelib.operations.clients import display_name
from chalicelib.operations.ses.notices import ACCOUNT_TAG, SEQUENCE_TAG
from chalicelib.operations.sessions import OWNER
from chalicelib.operations.shape import Data
from chalicelib.operations.shapes import ACCOUNT, CLIENT, INVOICE, SETTINGS_ID, USER
from chalicelib.operations.shapes.account import EMAIL_SETTINGS
from chalicelib.operations.work import Work, transact
from chalicelib.settings import settings
from chalicelib.store.connection import connection
from chalicelib.store.event import Event
from chalicelib.store.record import Record

if TYPE_CHECKING:
    from chalicelib.render.mail.model import Kind, Mail, Occasion

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

    papers = _papers(item)
    mail_settings = EMAIL_SETTINGS.full(papers.account["email_settings"])
    occasion = _occasion(item, papers, mail_settings)
    mail = build_mail(
        occasion, papers.invoice, papers.client, papers.contact, papers.account, mail_settings, papers.user
    )
    # By these the mail's event is found again; of other mails SES has nothing to tell that counts.
    post(item, mail, {ACCOUNT_TAG: item.account, SEQUENCE_TAG: str(item.sequence)})
    if item.name in MAILED:
        _forget_error(item)


def post(item: Event, mail: Mail, tags: Mapping[str, str] = _NO_TAGS) -> None:
    """Hand a mail to SES, dated when its event was. Undeliverable, or whatever may pass."""
    from chalicelib.render.mail.mime import to_mime

    date = datetime.fromtimestamp(item.body["at"], UTC)
    try:
        raw = to_mime(mail, settings().mail_from, message_id(item), date)
    except ValueError as error:
        raise Undeliverable(str(error)) from error
    send(raw, [mail.to], list(mail.bcc), tags)


def _occasion(item: Event, papers: Papers, mail_settings: Data) -> Occasion:
    from chalicelib.render.mail.model import Occasion

    asked, account = item.body["mail"], papers.account
    kind = asked.get("kind") or asked["reminder"] or item.name.partition(".")[0]
    link = f"{settings().public_url}/view/{asked['invitation']['key']}"
    body = asked["template"].get("body", "")
    text = body or mail_settings.get(f"email_template_{kind}") or ""
    is_listed = "$documents" in text
    is_attached = account["document_email_attachment"] and item.name in MAILED
    documents = attachments.effective(item) if is_listed or is_attached else []
    drawn = () if kind == "refund" else attachments.drawn(item, papers)
    files = attachments.files(item, documents) if is_attached else ()
    return Occasion(
        kind=cast("Kind", kind),
        link=link,
        subject=asked["template"].get("subject", ""),
        body=body,
        attachments=(*drawn, *files),
        documents=tuple(_address(link, document) for document in documents if is_listed),
        logo=attachments.logo(account),
        copied=asked["position"] == 0,
        paid=Decimal(asked["paid"]) if "paid" in asked else None,
    )


def _address(link: str, document: Record) -> tuple[str, str]:
    """Name and address of a document in the portal."""
    return document.data["name"], f"{link}/documents/{document.id}"


def message_id(item: Event) -> str:
    """The same for every attempt, so that a mail delivered twice can be recognized as one."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{item.account}.{item.sequence}@{domain}>"


def send(raw: bytes, to: list[str], bcc: list[str], tags: Mapping[str, str] = _NO_TAGS) -> None:
    """SES tells of a mail by its `tags`, if a configuration set has it do so.

    Their values may hold letters, digits and `_-.@` only: a mail with any other is refused for good.
    """
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
    scope.count("mails")


def _papers(item: Event) -> Papers:
    """Invoice, client and contact as at the commit, under their wire names; account and user as now."""
    is_quote = item.name.startswith("quote")
    invoice = INVOICE.full(item.body["record"]) | {
        "id": item.body["id"],
        "invoice_type_id": 2 if is_quote else 1,
        "is_quote": is_quote,
    }
    client = CLIENT.full(item.body["client_record"])
    client["display_name"] = display_name(client)
    contact = next(row for row in client["contacts"] if row["id"] == item.body["mail"]["contact"])
    return Papers(invoice, client, contact, *_sender(item))


def _sender(item: Event) -> tuple[Data, Data]:
    """The account and who writes for it: the user who asked, or the owner once that one is archived."""
    context = acting(item.account, item.body["user"], int(time.time()))
    work = Work(context, {})
    work.fetch((work.key(ACCOUNT.kind, SETTINGS_ID), work.key(USER.kind, context.user)))
    user = work.load(USER, context.user)
    if not user.is_active:
        user = work.load(USER, OWNER)
    return work.load(ACCOUNT, SETTINGS_ID).data, user.data


def _invitation(invoice: Data, item: Event) -> Data:
    number = item.body["mail"]["invitation"]["id"]
    found: Data = next((row for row in invoice["invitations"] if row["id"] == number), {})
    return found


def _forget_error(item: Event) -> None:
    """A mail that got through ends the error of an earlier one; there is seldom one, so seldom a write."""
    if _invitation(INVOICE.full(item.body["record"]), item).get("email_error"):
        _note(item, "")


def give_up(item: Event, reason: str) -> None:
    """Write the reason on the invitation, where the sender finds it."""
    _note(item, reason[:255])


def _note(item: Event, error: str) -> None:
    context = acting(item.account, item.body["user"], int(time.time()))

    def decide(work: Work) -> None:
        invoice = work.load(INVOICE, item.body["id"])
        row = _invitation(invoice.data, item)
        if row and row["email_error"] != error:
            row["email_error"] = error
            work.save(INVOICE, invoice)

    transact(context, decide)
