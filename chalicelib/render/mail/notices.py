"""Short mails to users of the installation itself, without an account's design."""

from __future__ import annotations

import html
from collections.abc import Mapping

from chalicelib.render.labels import labels, translations
from chalicelib.render.languages import FALLBACK
from chalicelib.render.mail.designs import shell
from chalicelib.render.mail.markup import with_breaks
from chalicelib.render.mail.model import Mail
from chalicelib.render.mail.variables import fill
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


def alert(key: str, values: Mapping[str, str], language: str, error: str = "", reminder: str = "") -> Texts:
    """What happened to a document, for a user. `key` is as in `note_invoice_sent`."""
    words = translations("mail", language)
    what = one_line(fill(words[f"note_{key}"], values))
    about = f"{labels(language)['amount']}: {values['amount']}"
    said = f"{words['error']}: {error}" if error else ""
    suffix = f" [{words['reminder']} {reminder[-1]}]" if reminder else ""
    return what + suffix, "\n\n".join(filter(None, (f"{what}.", about, said)))


def notice(subject: str, body: str, to: str, from_name: str, language: str = FALLBACK) -> Mail:
    paragraphs = "".join(f"<p>{with_breaks(html.escape(part))}</p>" for part in body.split("\n\n"))
    return Mail(
        subject=one_line(subject),
        text=encodable(body) + "\n",
        html=encodable(shell(f'<div class="card">{paragraphs}</div>', one_line(subject), language)),
        to=to.strip().lower(),
        from_name=one_line(from_name),
    )
