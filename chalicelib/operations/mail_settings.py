"""Writing `account_email_settings`, which v4's API only shows: addresses, texts and late fees.

What is stored is safe already: texts are sanitised when they come in, and once more when they are mailed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.operations import coerce
from chalicelib.operations.coerce import Reader
from chalicelib.operations.shape import Data, Shape

NAME = "account_email_settings"
MOST_COPIES = 5


def read(shape: Shape, body: Mapping[str, Any]) -> Data:
    """The sent settings in stored form: under their v4 name, or as fields of the account itself.

    InvalidInput names each refused field as it was sent.
    """
    nested = body.get(NAME)
    if nested in (None, "", []):
        nested = {}
    if not isinstance(nested, Mapping):
        raise InvalidInput.of(NAME, "The value must be an object.")
    flat, inner = together(
        lambda: shape.read(body, "", creating=False),
        lambda: shape.read(nested, "", creating=False),
        prefixes=("", f"{NAME}."),
    )
    return flat | inner


def together(*reads: Callable[[], Data], prefixes: Sequence[str] = ("", "")) -> list[Data]:
    """The outcome of several reads. InvalidInput names what any of them refused, behind its prefix."""
    found: list[Data] = []
    errors: dict[str, list[str]] = {}
    for read_part, prefix in zip(reads, prefixes, strict=True):
        try:
            found.append(read_part())
        except InvalidInput as refused:
            errors |= {f"{prefix}{name}": texts for name, texts in refused.errors.items()}
    if errors:
        raise InvalidInput(errors)
    return found


def merged(shape: Shape, stored: Data, sent: Data) -> Data:
    """The settings to store: what was not sent stays, and what is empty is the default again."""
    emptied = {name: shape.defaults[name] if value == "" else value for name, value in sent.items()}
    return shape.sparse(shape.full(stored) | emptied)


# ---- readers
def address(value: Any, _: str) -> str:
    return ", ".join(_addresses(value, 1))


def addresses(value: Any, _: str) -> str:
    return ", ".join(_addresses(value, MOST_COPIES))


def _addresses(value: Any, most: int) -> list[str]:
    from chalicelib.render.mail.address import bare, split

    sent = split(coerce.plain_text(value))
    if len(sent) > most:
        raise ValueError(f"There may be at most {most}.")
    try:
        return [bare(one) for one in sent]
    except ValueError:
        raise ValueError("The value must be a valid email address.") from None


def subject(value: Any, form: str) -> str:
    """One line without tags."""
    from chalicelib.render.mail.templates import subject_text

    return subject_text(coerce.text()(value, form))


def template(value: Any, form: str) -> str:
    """Safe HTML, or plain text as it was sent."""
    from chalicelib.render.mail.templates import storable

    found = storable(coerce.long_text()(value, form))
    return str(coerce.long_text()(found, form))


def fee(places: int, most: str) -> Reader:
    """A late fee, which v4 shows as text with all its decimals; nothing is none."""

    def read_fee(value: Any, form: str) -> str:
        found = Decimal(coerce.decimal(places, most)(value, form))
        if found < 0:
            raise ValueError("The value must not be negative.")
        return f"{found:.{places}f}" if found else ""

    return read_fee
