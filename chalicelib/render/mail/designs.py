"""The frames of mails (http.md 8.4): plain, light and dark, as tables, which every mail program knows."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

from chalicelib.render.context import Context
from chalicelib.render.fields import final_label, label, value
from chalicelib.render.invoice import color
from chalicelib.render.labels import translations
from chalicelib.render.languages import direction
from chalicelib.render.mail.model import LOGO, Occasion
from chalicelib.render.mail.structured import script
from chalicelib.render.mail.templates import PLAIN_DESIGN, design_of
from chalicelib.render.mail.variables import due_date

DEFAULT_COLOR = "#2E2B2B"
_DARK = 3
_FONT = "font-family:Helvetica,Arial,sans-serif; font-size:16px; line-height:1.5; word-break:break-word"
_LOGO = "display:block; height:auto; max-height:50px; max-width:160px"
_ADDRESS = ("account.address1", "account.address2", "account.city_state_postal", "account.country")
_STYLE = (
    "@media (max-width: 480px) {"
    " .stack td { display: block !important; padding: 4px 0 !important; text-align: start !important; } }"
    "@media (prefers-color-scheme: dark) {"
    " .page, .card { background-color: #1c1c1e !important; color: #f2f2f2 !important; }"
    " .quiet { color: #b0b0b5 !important; } .card a:not([style]) { color: #7fb8ff !important; } }"
)
"""For programs that know of it: columns of the head below each other on a phone, and dark colours."""


def page(body: str, title: str, account_name: str, occasion: Occasion, context: Context) -> str:
    """A whole HTML page around a safe body, in the account's design."""
    plain = design_of(context.account) == PLAIN_DESIGN
    inner = f'<div class="card">{body}</div>' if plain else _framed(body, account_name, occasion, context)
    data = script(account_name, occasion, context) if context.account.get("enable_email_markup") else ""
    return shell(inner, title, context.locale.language, data)


def shell(inner: str, title: str, language: str, head: str = "") -> str:
    """The page itself: one that a phone does not shrink, and that may be shown dark."""
    code = html.escape(language.replace("_", "-"))
    return (
        f'<!DOCTYPE html>\n<html lang="{code}" dir="{direction(language)}">\n'
        '<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n{head}</head>\n"
        f'<body class="page" style="margin:0; padding:16px; {_FONT}">\n{inner}\n</body>\n</html>\n'
    )


def shows_logo(account: Mapping[str, Any]) -> bool:
    """Whether the account's mails have a place for its logo."""
    return design_of(account) != PLAIN_DESIGN


def _framed(body: str, account_name: str, occasion: Occasion, context: Context) -> str:
    accent = color(context.account.get("primary_color")) or DEFAULT_COLOR
    dark = design_of(context.account) == _DARK
    head = f"background-color:{accent}; color:#ffffff" if dark else "border-bottom:1px solid #d8d8d8"
    return (
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>'
        '<td align="center">'
        '<table class="card" role="presentation" width="580" cellpadding="0" cellspacing="0" border="0"'
        f' style="max-width:580px; width:100%; border-top:6px solid {accent}">'
        f'<tr><td style="padding:16px; {head}">{_head(account_name, occasion, context)}</td></tr>'
        f'<tr><td style="padding:24px 16px; {_FONT}">{body}</td></tr>'
        '<tr><td class="quiet" style="padding:16px; border-top:1px solid #d8d8d8; color:#666666;'
        f' font-size:13px">{_foot(account_name, context)}</td></tr>'
        "</table></td></tr></table>"
    )


def _head(account_name: str, occasion: Occasion, context: Context) -> str:
    """Logo, due date and number, and the amount."""
    number = context.invoice.get("invoice_number") or ""
    due = due_date(context)
    lines = [
        f"{label('invoice.due_date', context)}: {due}" if due else "",
        f"{label('invoice.invoice_number', context)}: {number}" if number else "",
    ]
    middle = "<br>".join(html.escape(line) for line in lines if line)
    name, amount = _amount(occasion, context)
    big = f'<strong style="font-size:20px; white-space:nowrap">{html.escape(amount)}</strong>'
    sum_up = f"{html.escape(name)}<br>{big}"
    cells = (
        f'<td valign="middle">{_logo(account_name, occasion, context)}</td>',
        f'<td valign="middle" style="padding:0 12px; font-size:13px">{middle}</td>',
        f'<td valign="middle" align="right" style="text-align:end; font-size:13px">{sum_up}</td>',
    )
    return (
        '<table class="stack" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        f"<tr>{''.join(cells)}</tr></table>"
    )


def _logo(account_name: str, occasion: Occasion, context: Context) -> str:
    name = html.escape(account_name)
    if occasion.logo is None:
        return f"<strong>{name}</strong>"
    image = f'<img src="cid:{LOGO}" alt="{name}" height="50" border="0" style="{_LOGO}">'
    website = _website(context)
    return f'<a href="{html.escape(website)}">{image}</a>' if website else image


def _amount(occasion: Occasion, context: Context) -> tuple[str, str]:
    if occasion.paid is not None:
        words = translations("mail", context.locale.language)
        name = words["refunded"] if occasion.kind == "refund" else context.labels["amount_paid"]
        return name, context.money(occasion.paid)
    partial = context.amount("partial")
    if partial > 0:
        return context.labels["partial_due"], context.money(partial)
    return final_label(context), context.money(context.amount("balance"))


def _foot(account_name: str, context: Context) -> str:
    parts = [account_name, *(value(code, context) for code in _ADDRESS)]
    shown = " · ".join(html.escape(part) for part in parts if part)
    website = _website(context)
    address = f'<br><a href="{html.escape(website)}">{html.escape(website)}</a>' if website else ""
    return shown + address


def _website(context: Context) -> str:
    """The account's website as an address that can be opened; empty for anything but the web."""
    website = value("account.website", context)
    if not website or any(sign.isspace() for sign in website):
        return ""
    if "://" not in website:
        website = f"https://{website}"
    return website if website.startswith(("http://", "https://")) else ""
