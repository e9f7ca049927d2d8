"""The little markup of descriptions, notes and terms (http.md 11.5) as HTML, everything else escaped."""

from __future__ import annotations

import html
import re

_HEADING = re.compile(r"^#{1,3} +(?=\S)(.*)$", re.MULTILINE)
_STRONG = re.compile(r"\*\*(?=\S)([^*\r\n]+)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*\r\n]+)(?<=\S)\*(?![\w*])")


def marked(text: str) -> str:
    """Safe HTML of one line of text or several; styles keep the line breaks."""
    safe = html.escape(text.strip())
    safe = _HEADING.sub(r"<strong>\1</strong>", safe)
    return _ITALIC.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", safe))
