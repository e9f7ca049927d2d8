"""A mail as the bytes that are sent: RFC 5322 with MIME parts, safe against whatever the texts hold."""

from __future__ import annotations

import datetime as dt
import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from chalicelib.render.mail.address import bare
from chalicelib.render.mail.model import LOGO, Attachment, Mail
from chalicelib.render.textline import encodable, one_line

_PRINTABLE = re.compile(r"[ -~]{0,60}")
_WORDS = re.compile(r"[A-Za-z0-9 ]{0,60}")
_NOT_IN_NAMES = re.compile(r'[/\\":*?<>|]')
_LONGEST_NAME = 150
_TOKEN = re.compile(r"[a-z0-9][a-z0-9.+-]*")


def to_mime(mail: Mail, sender: str, message_id: str, date: dt.datetime) -> bytes:
    """The message, without its blind recipients: those belong to the envelope.

    `sender` is the bare From address, `message_id` is ASCII in angle brackets, `date` has a time zone.
    ValueError: what should be the address of the sender or recipient is none.
    """
    headers = [
        ("From", _mailbox(mail.from_name, bare(sender))),
        ("To", bare(mail.to)),
        *_reply_to(mail),
        ("Subject", _folded(mail.subject)),
        ("Date", format_datetime(date)),
        ("Message-ID", one_line(message_id)),
    ]
    # Written here: the standard library (3.11.7) loses quotes where it folds a long name, so adding senders.
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return head.encode("ascii") + _content(mail).as_bytes()


def _content(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message.set_content(encodable(mail.text), cte="quoted-printable")
    message.add_alternative(encodable(mail.html), subtype="html", cte="quoted-printable")
    if mail.logo is not None:
        _show(message, mail.logo)
    for attachment in mail.attachments:
        _attach(message, attachment)
    return message


def _mailbox(name: str, address: str) -> str:
    return f"{_folded(name, _WORDS)} <{address}>" if one_line(name) else address


def _folded(text: str, plain: re.Pattern[str] = _PRINTABLE) -> str:
    """The text for a header: short plain ones as they are, others as encoded words, folded between them."""
    line = one_line(text)
    if plain.fullmatch(line) and "=?" not in line:
        return line
    return Header(line, "utf-8", header_name="Reply-To").encode(linesep="\r\n")


def _reply_to(mail: Mail) -> list[tuple[str, str]]:
    try:
        return [("Reply-To", _mailbox(mail.from_name, bare(mail.reply_to)))]
    except ValueError:
        return []


def _show(message: EmailMessage, logo: Attachment) -> None:
    """Put a picture beside the HTML that shows it."""
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)  # noqa: S101  (just added)
    maintype, subtype = _media_type(logo)
    html.add_related(logo.content, maintype, subtype, cid=f"<{LOGO}>", disposition="inline")


def _media_type(attachment: Attachment) -> tuple[str, str]:
    maintype, _, subtype = attachment.media_type.partition("/")
    if _TOKEN.fullmatch(maintype) and _TOKEN.fullmatch(subtype):
        return maintype, subtype
    return "application", "octet-stream"


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, subtype = _media_type(attachment)
    name = _NOT_IN_NAMES.sub("-", one_line(attachment.name))[:_LONGEST_NAME]
    message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=name)
