"""Which texts serve a language: the region's own, then the language's, then English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeVar

from chalicelib.data import by_id

FALLBACK = "en"
_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"})

Texts = TypeVar("Texts")


def code_of(language_id: int) -> str:
    """The code of a language id (`pt_BR`), English for 0 and unknown ids."""
    row = by_id("languages", language_id)
    return FALLBACK if row is None else str(row["locale"])


def base_of(language: str) -> str:
    """The language without its region: `pt` of `pt_BR` and `pt-BR`."""
    return language.replace("-", "_").partition("_")[0].lower()


def pick(texts: Mapping[str, Texts], language: str) -> Texts:
    """What `texts` holds for the language, by base codes, else the English entry."""
    return texts.get(base_of(language), texts[FALLBACK])


def direction(language: str) -> Literal["ltr", "rtl"]:
    """The writing direction, as the HTML attribute `dir` wants it."""
    return "rtl" if base_of(language) in _RIGHT_TO_LEFT else "ltr"
