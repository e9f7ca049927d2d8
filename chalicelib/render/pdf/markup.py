"""The little markup that descriptions, notes and terms may hold: `**bold**`, `*italic*`, `#` headings.

It becomes marks that the typesetter understands. The fonts have no italics: italic text is set upright,
without its asterisks. Headings are set bold, `###` plain, all in the size around them.
"""

from __future__ import annotations

import re

from chalicelib.render.markup import HEADING, ITALIC, STRONG

BOLD = "\x0e"
REGULAR = "\x0f"


def marked(text: str) -> str:
    """The text with marks in place of markup; asterisks that enclose nothing stay, as in `2 * 3 * 4`."""
    if "*" not in text and "#" not in text:
        return text
    text = HEADING.sub(lambda match: match[2] if len(match[1]) > 2 else _bold(match[2]), text)
    return ITALIC.sub(r"\1", STRONG.sub(lambda match: _bold(match[1]), text))


def _bold(text: str) -> str:
    """Each word is marked by itself, so that a line may break between them."""
    return re.sub(r"[^ ]+", lambda match: f"{BOLD}{match[0]}{REGULAR}", text)
