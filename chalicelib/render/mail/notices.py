"""Short mails to users of the installation itself, in English and without an account's design."""

from __future__ import annotations

import html

from chalicelib.render.mail.model import Mail
from chalicelib.render.textline import encodable, one_line

Texts = tuple[str, str]
"""Subject and body, paragraphs parted by blank lines."""

INVITATION = """\
You have been invited to {account}. Choose a password to accept.

Your token: {token}

Enter it in your app, or send it as token, with a password, to {address}

The token works once and within 7 days."""
RESET = """\
Somebody, hopefully you, asked for a new password for your user of {account}.

Your token: {token}

Enter it in your app, or send it as token, with a password, to {address}

The token works once and within 60 minutes. If you did not ask for it, ignore this mail: your password stays \
as it is."""


def invitation(account: str, address: str, token: str) -> Texts:
    """`address` takes the one-time `token` with a new password."""
    body = INVITATION.format(account=one_line(account), address=address, token=token)
    return f"Your invitation to {account}", body


def reset(account: str, address: str, token: str) -> Texts:
    body = RESET.format(account=one_line(account), address=address, token=token)
    return "Your new password", body


def notice(subject: str, body: str, to: str, from_name: str) -> Mail:
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in body.split("\n\n"))
    title = html.escape(one_line(subject))
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body style="font-family:Helvetica,Arial,sans-serif; font-size:16px">{paragraphs}</body>\n</html>\n'
    )
    return Mail(
        subject=one_line(subject),
        text=encodable(body) + "\n",
        html=encodable(page),
        to=to.strip().lower(),
        from_name=one_line(from_name),
    )
