"""Signatures as small SVG pictures in base64, as v4 keeps them, made here from what the browser sends.

Nothing that a client sends becomes markup: strokes are numbers, and a name is escaped.
"""

from __future__ import annotations

import base64
import html
import re

MOST_STROKES = 8_000
"""Characters; a signature of usual length has 1,000 to 3,000."""
LEAST_POINTS = 4
WIDTH, HEIGHT = 600, 180

_STROKES = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+", re.ASCII)
_FRAME = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
    f'height="{HEIGHT}">%s</svg>'
)


def drawn(strokes: str) -> str:
    """The picture of strokes such as `M10 20L30 40`; empty for what is none, or no more than a dot."""
    if len(strokes) > MOST_STROKES or not _STROKES.fullmatch(strokes) or strokes.count("L") < LEAST_POINTS:
        return ""
    style = 'fill="none" stroke="#1a2a6c" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'
    return _packed(f'<path d="{strokes}" {style}/>')


def typed(name: str) -> str:
    """A name in place of a drawn signature, for whoever cannot draw one."""
    size = max(20, min(64, int(WIDTH * 1.6 / max(len(name), 1))))
    style = f'font-family="cursive, serif" font-style="italic" font-size="{size}" fill="#1a2a6c"'
    return _packed(f'<text x="20" y="110" {style}>{html.escape(name)}</text>')


def _packed(content: str) -> str:
    return base64.b64encode((_FRAME % content).encode()).decode()
