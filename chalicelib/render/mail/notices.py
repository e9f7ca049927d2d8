"""Short mails to users of the installation itself, without an account's design."""

from __future__ import annotations

import html

from chalicelib.render.languages import FALLBACK
from chalicelib.render.mail.designs import shell
from chalicelib.render.mail.markup import with_breaks
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


def notice(subject: str, body: str, to: str, from_name: str, language: str = FALLBACK) -> Mail:
    paragraphs = "".join(f"<p>{with_breaks(html.escape(part))}</p>" for part in body.split("\n\n"))
    return Mail(
        subject=one_line(subject),
        text=encodable(body) + "\n",
        html=encodable(shell(f'<div class="card">{paragraphs}</div>', one_line(subject), language)),
        to=to.strip().lower(),
        from_name=one_line(from_name),
    )
