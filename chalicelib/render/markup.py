"""The little markup that texts of documents may hold (http.md 11.5); what draws them says how it looks."""

from __future__ import annotations

import re

HEADING = re.compile(r"^(#{1,3}) +(?=\S)(.*)$", re.MULTILINE)
STRONG = re.compile(r"\*\*(?=\S)([^*\r\n]+)(?<=\S)\*\*")
ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*\r\n]+)(?<=\S)\*(?![\w*])")
