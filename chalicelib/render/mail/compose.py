"""Writing a mail to a client: texts filled in, made safe, and set into the account's design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.render.context import Context, context_of
from chalicelib.render.mail.address import split
from chalicelib.render.mail.designs import page, shows_logo
from chalicelib.render.mail.markup import linked, plain, sanitized
from chalicelib.render.mail.model import Mail, Occasion
from chalicelib.render.mail.templates import body_text, effective_templates, subject_text
from chalicelib.render.mail.variables import blocks, escaped, fill, texts
from chalicelib.render.names import contact_name
from chalicelib.render.textline import encodable, one_line

LONGEST_SUBJECT = 500


def build_mail(
    occasion: Occasion,
    invoice: Mapping[str, Any],
    client: Mapping[str, Any],
    contact: Mapping[str, Any],
    account: Mapping[str, Any],
    settings: Mapping[str, Any],
    sender: Mapping[str, Any],
) -> Mail:
    """The mail of one invitation (http.md 8.4 to 8.6).

    Records are wire-named as for documents; `settings` is `account_email_settings`, `sender` the user who
    writes. Values are escaped in the HTML and as they are in subject and plain text.
    """
    context = context_of(invoice, client, contact, account)
    name = account_name(account, sender)
    subject, body = _filled(occasion, context, settings, name)
    return Mail(
        subject=subject,
        text=plain(body),
        html=encodable(page(body, subject, name, occasion, context)),
        to=str(contact.get("email") or "").strip().lower(),
        from_name=one_line(name),
        reply_to=str(settings.get("reply_to_email") or sender.get("email") or "").strip(),
        bcc=split(str(settings.get("bcc_email") or "")) if occasion.copied else (),
        attachments=occasion.attachments,
        logo=occasion.logo if shows_logo(account) else None,
    )


def account_name(account: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    """What the account is called: its name, else that of the user."""
    return str(account.get("name") or "") or contact_name(user)


def _filled(occasion: Occasion, context: Context, settings: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Subject as one line and body as safe HTML."""
    stored = effective_templates(context.locale.language, context.account, settings)
    subject = subject_text(occasion.subject) or stored[f"email_subject_{occasion.kind}"]
    body = body_text(occasion.body) or stored[f"email_template_{occasion.kind}"]
    raw = texts(occasion, context, name)
    safe = escaped(raw) | blocks(occasion, context)
    signature = fill(stored["email_footer"], safe)
    filled = fill(body, safe | {"footer": signature, "emailSignature": signature})
    return _cut(one_line(fill(subject, raw))), sanitized(linked(filled))


def _cut(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1]}…"
