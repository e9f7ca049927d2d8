"""The texts mails are written from: the account's own, else those of the language (http.md 8.5)."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import nh3

from chalicelib.render.labels import translations
from chalicelib.render.mail.markup import has_markup, sanitized, with_breaks
from chalicelib.render.mail.model import KINDS, Kind
from chalicelib.render.textline import encodable, one_line

PLAIN_DESIGN = 1
RECEIPTS = ("payment", "partial", "refund")


def effective_templates(
    language: str, account: Mapping[str, Any], settings: Mapping[str, Any]
) -> dict[str, str]:
    """The texts in force, as login shows them: `email_subject_X`, `email_template_X` and `email_footer`.

    `settings` is `account_email_settings`; its texts come out sanitised, empty ones as the defaults. The
    account's own text for payments serves partial ones too; refunds have a fixed one.
    """
    defaults = default_templates(language, design_of(account))
    subjects = {key: subject_text(str(settings.get(key) or "")) for key in defaults if "subject" in key}
    bodies = {key: body_text(str(settings.get(key) or "")) for key in defaults if "template" in key}
    footer = body_text(str(account.get("email_footer") or ""))
    for texts, part in ((subjects, "subject"), (bodies, "template")):
        texts[f"email_{part}_partial"] = texts[f"email_{part}_partial"] or texts[f"email_{part}_payment"]
    own = {**subjects, **bodies, "email_footer": footer}
    return {key: own[key] or default for key, default in defaults.items()}


def default_templates(language: str, design_id: int = PLAIN_DESIGN) -> dict[str, str]:
    """The product's texts in a language; mails with a design have a button where plain ones have a link."""
    words = translations("mail", language)
    subjects = {f"email_subject_{kind}": words[f"subject_{_subject_key(kind)}"] for kind in KINDS}
    bodies = {f"email_template_{kind}": _default_body(kind, words, design_id) for kind in KINDS}
    return {**subjects, **bodies, "email_footer": f"<p>{html.escape(words['regards'])}<br>$account</p>"}


def design_of(account: Mapping[str, Any]) -> int:
    """The account's mail design: 1 plain, 2 light, 3 dark."""
    return int(account.get("email_design_id") or PLAIN_DESIGN)


def subject_text(text: str) -> str:
    """A stored subject as one line without tags."""
    return one_line(html.unescape(nh3.clean(encodable(text), tags=set())))


def body_text(text: str) -> str:
    """A stored body or signature as safe HTML; line breaks count where there is no tag, else are blanks."""
    if not has_markup(text):
        return with_breaks(html.escape(text, quote=False))
    return sanitized(text.replace("\r", " ").replace("\n", " "))


def storable(text: str) -> str:
    """A sent body as it is stored: read again by `body_text`, it says the same."""
    if not has_markup(text):
        return text
    safe = body_text(text)
    return safe if has_markup(safe) or not safe else f"<div>{safe}</div>"


def _default_body(kind: Kind, words: Mapping[str, str], design_id: int) -> str:
    plain = design_id == PLAIN_DESIGN
    way = "<div>$viewLink</div>" if plain else '<div align="center">$viewButton</div>'
    subject = "quote" if kind == "quote" else "invoice"
    sentence = words[kind if kind in RECEIPTS else f"{subject}_{'link' if plain else 'button'}"]
    return (
        f"<div>$client,</div><br><div>{html.escape(sentence, quote=False)}</div><br>{way}<br>$emailSignature"
    )


def _subject_key(kind: Kind) -> str:
    return kind if kind in ("invoice", "quote", *RECEIPTS) else "reminder"
