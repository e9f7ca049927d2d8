"""Maps of texts that v4 takes as an object or as JSON text: custom labels and messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

MOST_KEYS = 100


def json_map(value: Any) -> dict[str, str]:
    """The non-empty texts of a map; v4 drops empty ones. ValueError: neither an object nor JSON of one."""
    if isinstance(value, str):
        try:
            value = orjson.loads(value or "{}")
        except orjson.JSONDecodeError:
            raise ValueError("The value must be an object or its JSON text.") from None
    if isinstance(value, list) and not value:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("The value must be an object or its JSON text.")
    if len(value) > MOST_KEYS:
        raise ValueError("The map has too many entries.")
    return {str(key): _label(label) for key, label in value.items() if label}


def _label(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise ValueError("The entries must be texts.")
    return str(value)
