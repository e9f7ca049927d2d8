"""The markup of descriptions, notes and terms as HTML, everything else escaped."""

from __future__ import annotations

import html

from chalicelib.render.markup import HEADING, ITALIC, STRONG


def marked(text: str) -> str:
    """Safe HTML of one line of text or several; styles keep the line breaks."""
    safe = HEADING.sub(r"<strong>\2</strong>", html.escape(text.strip()))
    return ITALIC.sub(r"<em>\1</em>", STRONG.sub(r"<strong>\1</strong>", safe))
