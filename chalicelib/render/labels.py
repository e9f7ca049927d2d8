"""The words printed around values, by language, with the account's own wording on top (http.md B.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from chalicelib.data import load
from chalicelib.render.languages import FALLBACK, base_of

TRANSLATED = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})


def labels(language: str, overrides_json: str | None = None) -> Mapping[str, str]:
    """All label texts of a language, else English ones; `overrides_json` is `account.invoice_labels`."""
    texts = translations("labels", language)
    own = {key: text for key, text in json_object(overrides_json).items() if text and isinstance(text, str)}
    return {**texts, **own}


def translations(folder: str, language: str) -> Mapping[str, str]:
    """The texts of a folder of `chalicelib/data` for a language, English when it has none."""
    base = base_of(language)
    texts: Mapping[str, str] = load(f"{folder}/{base if base in TRANSLATED else FALLBACK}")
    return texts


def json_object(text: Any) -> Mapping[str, Any]:
    """The object in a JSON text, or given as such; empty for anything else, as settings are unchecked."""
    if isinstance(text, Mapping):
        return text
    try:
        value = orjson.loads(text or "null")
    except (orjson.JSONDecodeError, TypeError):
        return {}
    return value if isinstance(value, dict) else {}
