"""The little markup that descriptions, notes and terms may hold: `**bold**`, `*italic*`, `#` headings.

It becomes marks that the typesetter understands. The fonts have no italics: italic text is set upright,
without its asterisks. Headings are set bold, `###` plain, all in the size around them.
"""

from __future__ import annotations

import re

BOLD = "\x0e"
REGULAR = "\x0f"

_HEADING = re.compile(r"^(#{1,3}) +(?=\S)(.*)$", re.MULTILINE)
_STRONG = re.compile(r"\*\*(?=\S)([^*\r\n]+)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*\r\n]+)(?<=\S)\*(?![\w*])")


def marked(text: str) -> str:
    """The text with marks in place of markup; asterisks that enclose nothing stay, as in `2 * 3 * 4`."""
    if "*" not in text and "#" not in text:
        return text
    text = _HEADING.sub(lambda match: match[2] if len(match[1]) > 2 else _bold(match[2]), text)
    return _ITALIC.sub(r"\1", _STRONG.sub(lambda match: _bold(match[1]), text))


def _bold(text: str) -> str:
    """Each word is marked by itself, so that a line may break between them."""
    return re.sub(r"[^ ]+", lambda match: f"{BOLD}{match[0]}{REGULAR}", text)
