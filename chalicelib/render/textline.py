"""Text that must stay on one line: headers, subjects, display names."""

from __future__ import annotations

import re

# Controls, line and paragraph separators, and the marks that turn the direction of what follows them.
_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text without anything that ends a line or cannot be encoded, blanks reduced to one."""
    return " ".join(encodable(_BREAKING.sub(" ", text)).split())


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be written as UTF-8."""
    return _SURROGATES.sub("\ufffd", text)
